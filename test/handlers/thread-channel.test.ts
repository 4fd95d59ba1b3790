// A worker thread as a channel: what cannot be seen from a whole algorithm.

import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openThread } from '#handlers/thread-channel';
import { temporaryFolder } from '#test/support/temporary';

const HOW_MANY = 8;

it('T2. What a thread has said is heard before its end, though a busy runtime finds both at once', async () => {
  const folder = temporaryFolder();
  // Says something, and ends; the file is there when it has.
  const program = `
    const { threadId, workerData } = require('node:worker_threads');
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(`${folder}/`)} + threadId, ''));
    workerData.port.postMessage({ note: 'first' });
    workerData.port.postMessage({ note: 'last', body: 'words' });`;
  const heard = Array.from(
    { length: HOW_MANY },
    () =>
      new Promise<unknown[]>((resolve) => {
        const notes: unknown[] = [];
        openThread({ program, execArgv: [] })({
          onNote: (note, body) => notes.push([note, body]),
          onBroken: (reason) => notes.push(reason),
          onEnd: ({ how }) => resolve([...notes, how]),
        });
      }),
  );
  const deadline = Date.now() + 15_000;
  while (readdirSync(folder).length < HOW_MANY && Date.now() < deadline);
  for (const notes of await Promise.all(heard)) {
    expect(notes).toEqual([['first', undefined], ['last', 'words'], 'its thread ended with exit code 0']);
  }
});
