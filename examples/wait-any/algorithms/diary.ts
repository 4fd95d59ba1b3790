// Tells what has happened, and tidies up.

import type { Task } from 'algorithm-actor';
import { notesOf } from '../notes.js';

export interface Diary {
  readonly labels: readonly string[];
  readonly order: readonly string[];
}

export async function start(task: Task<readonly [labels: readonly string[]]>): Promise<Diary> {
  const [labels] = task.input;
  const notes = notesOf(task);
  const order = await notes.all();
  await notes.remove();
  return { labels, order };
}
