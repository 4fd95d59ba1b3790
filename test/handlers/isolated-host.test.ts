// The handlers of JavaScript in a thread and in a process: the same behaviour (L13), and what only one of them can do.

import { expect, it, onTestFinished } from 'vitest';
import { connectEntry } from '#test/support/algorithm';
import { describeHost } from '#test/support/host-behaviour';
import { fixture, type Host } from '#test/support/hosts';

const entry = fixture('every-call.mjs');
const javascript = {
  entry,
  throwsAt: /every-call\.mjs:33:/,
  unencodable: /result\.rows\[0\]\.id is a BigInt/,
};
const thread: Host = {
  ...javascript,
  name: 'a thread',
  options: { isolation: 'thread' },
  ends: 'thread',
  seesSignal: true,
};
const ownProcess: Host = {
  ...javascript,
  name: 'a process',
  options: { isolation: 'process' },
  ends: 'process',
  seesSignal: false,
};

describeHost(thread);
describeHost(ownProcess);

it('an error that nobody catches ends its thread, and the task with its stack', async () => {
  const { connection } = await connectEntry({ entry });
  await connection.begin({ input: ['throw where nobody catches'] });
  expect((await connection.next('errorMessage')).error).toMatchObject({
    code: 'HANDLER_CRASHED',
    message: expect.stringContaining('an error that nobody caught: late'),
    details: expect.stringContaining('every-call.mjs:'),
  });
});

it('a loop may throw by the signal', async () => {
  const { connection } = await connectEntry({ entry, stopGraceMs: 15_000 });
  await connection.begin({ input: ['look by throwing'] });
  await connection.next('progress');
  connection.send('stop');
  await connection.next('stopped');
});

it('what the author’s code posts to its parent thread is not for the runtime', async () => {
  const { connection } = await connectEntry({ entry });
  await connection.begin({ input: ['post to the parent'] });
  expect((await connection.next('done')).data).toBe('done');
});

it('a crash is told although a grandchild holds the pipes of its process', async () => {
  const { connection } = await connectEntry({ entry, isolation: 'process' });
  await connection.begin({ input: ['leave a grandchild with the pipes'] });
  const { data: grandchild } = await connection.next('progress');
  onTestFinished(() => void process.kill(Number(grandchild)));
  expect((await connection.next('errorMessage')).error).toMatchObject({ code: 'HANDLER_CRASHED' });
});
