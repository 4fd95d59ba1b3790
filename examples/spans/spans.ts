// Spans: where the time of a task goes, as a tracing page shows it. Three ways to make one.

import { setTimeout as pause } from 'node:timers/promises';
import type { AlgorithmApi, Task } from 'algorithm-actor';

/** A page without text cannot be read. */
export interface Page {
  readonly name: string;
  readonly text?: string;
}

export async function start({ input: [pages] }: Task<readonly [readonly Page[]]>, api: AlgorithmApi): Promise<string> {
  // 1. Around work that is awaited. It ends with the work, however that ends.
  const read = await api.span('read', { pages: pages.length }, async () => {
    // 2. Around work that overlaps. HKube's tracing knows only a stack, last in, first out: the end of a lower span waits for
    // those above it, by itself. A span whose work throws carries the error; whether the task fails of it is up to you.
    const attempts = pages.map((page) => api.span('read page', { page: page.name }, () => readPage(page)));
    return (await Promise.allSettled(attempts)).filter((attempt) => attempt.status === 'fulfilled');
  });

  // 3. By hand, where the beginning and the end are in different places. `finishSpan` ends the one opened last. What is still
  // open when the task ends is finished for you: here, with the error, if nothing could be read.
  api.startSpan('choose');
  const [longest] = read.map(({ value }) => value).toSorted((a, b) => b.words - a.words);
  if (!longest) throw new RangeError('none of the pages could be read');
  api.finishSpan({ tags: { words: longest.words } });
  return longest.name;
}

async function readPage({ name, text }: Page): Promise<{ readonly name: string; readonly words: number }> {
  await pause(10);
  if (text === undefined) throw new TypeError(`page ${name} is blank`);
  return { name, words: text.split(' ').length };
}
