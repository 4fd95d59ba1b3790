// Says what is on a photo.

import type { Task } from 'algorithm-actor';
import { notesOf } from '../notes.js';

export async function start(task: Task<readonly [photo: string]>): Promise<string> {
  const [photo] = task.input;
  await notesOf(task).add(`${photo} is labelled`);
  return `${photo}: a whale`;
}
