import { createAlgorithmActor } from 'algorithm-actor';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeConnection, type FakeWorker, startFakeWorker } from '#test/support/fake-worker';
import * as spans from './spans.js';

let worker: FakeWorker;
let connection: FakeConnection;
beforeEach(async () => {
  worker = await startFakeWorker();
  const actor = createAlgorithmActor(spans, { url: worker.url, encoding: 'json' }).start();
  connection = await worker.connection();
  return () => actor.stop();
});
afterEach(() => worker.close());

/** What the worker heard since the task was started, one line a frame. */
const heard = (): string[] =>
  connection.received
    .slice(2)
    .map(({ command, data }) => (data === undefined ? command : `${command} ${JSON.stringify(data)}`));

it('a page that fails marks its own span, and overlapping spans end last in, first out', async () => {
  await connection.begin({ input: [[{ name: 'a', text: 'one two' }, { name: 'b' }, { name: 'c', text: 'one' }]] });
  await connection.next('done');
  expect(heard()).toEqual([
    'startSpan {"name":"read","tags":{"pages":3}}',
    'startSpan {"name":"read page","tags":{"page":"a"}}',
    'startSpan {"name":"read page","tags":{"page":"b"}}',
    'startSpan {"name":"read page","tags":{"page":"c"}}',
    'finishSpan {}',
    'finishSpan {"error":"page b is blank"}',
    'finishSpan {}',
    'finishSpan {}',
    'startSpan {"name":"choose"}',
    'finishSpan {"tags":{"words":2}}',
    'done "a"',
  ]);
  expect(worker.faults).toEqual([]);
});

it('what is open when the task fails is finished with the error, before the worker hears of it', async () => {
  await connection.begin({ input: [[{ name: 'b' }]] });
  expect(await connection.next('errorMessage')).toMatchObject({
    error: { message: 'none of the pages could be read' },
  });
  expect(heard().slice(-3)).toEqual([
    'startSpan {"name":"choose"}',
    'finishSpan {"error":"none of the pages could be read"}',
    'errorMessage',
  ]);
});
