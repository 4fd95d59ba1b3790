// Loads a photo. The large one is as slow as can be: it is not there before the small one has its label. Would the labels wait for
// all photos, this would never end.

import type { AlgorithmApi, Task } from 'algorithm-actor';
import { notesOf } from '../notes.js';

export async function start(task: Task<readonly [photo: string]>, { signal }: AlgorithmApi): Promise<string> {
  const [photo] = task.input;
  const notes = notesOf(task);
  if (photo === 'large') await notes.until('small is labelled', signal);
  await notes.add(`${photo} is loaded`);
  return photo;
}
