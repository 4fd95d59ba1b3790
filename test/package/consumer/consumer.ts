// What a user of the package writes, compiled and run in an empty project. The lines marked as errors prove that the types
// arrive there: where a type is lost it becomes `any`, and nothing is an error any more.

import { type AlgorithmApi, createAlgorithmActor, RuntimeError, type Task } from 'algorithm-actor';
import { readRecording } from 'algorithm-actor/inspector';
import { createLocalHKube } from 'algorithm-actor/local';
import { testAlgorithm } from 'algorithm-actor/testing';
import { decodeIncoming, encodeMessage, loadCodec } from 'algorithm-actor/wire';

const actor = createAlgorithmActor(
  {
    start: async ({ input: [word], jobId }: Task<readonly [string]>, api: AlgorithmApi) => {
      // @ts-expect-error HKube's own fields have their types, and a job id is text
      const job: number | undefined = jobId;
      api.progress({ progress: 50 });
      // @ts-expect-error progress is a JSON value
      api.progress(() => 50);
      return `${word.toUpperCase()} of ${job ?? 'no job'}`;
    },
  },
  { encoding: 'json', signals: false },
);
// @ts-expect-error publicly there is one event
if (actor.getSnapshot().status === 'stopped') actor.send({ type: 'wire.start' });

const codec = await loadCodec('json');
const frame = encodeMessage(codec, { command: 'initialize', data: { input: ['a'] } });
const decoded = decodeIncoming(codec, { bytes: Buffer.from(frame), isBinary: false });
if (decoded.kind !== 'message' || decoded.message.command !== 'initialize') throw new TypeError('not an initialize');
const input: readonly unknown[] = decoded.message.data.input;
// @ts-expect-error input is an array
export const text: string = decoded.message.data.input;

const test = testAlgorithm({ start: ({ input: [word] }: Task<readonly [string]>) => word.length });
// @ts-expect-error this algorithm wants a word
if (input.length > 1) await test.run({ input: [5] });
const { result } = await test.run({ input: ['word'] });
// @ts-expect-error its result is a number
const length: string = result;
await test.close();

const header = { format: 'algorithm-actor/frames', version: 1, at: 1, title: 'x', versions: {}, charts: {} };
const line = { n: 0, at: 1, process: 'p', kind: 'log', level: 'info', text: 'hello' };
const { frames } = readRecording(`${JSON.stringify(header)}\n${JSON.stringify(line)}\n`);
// @ts-expect-error a frame has a kind
export const kind: number | undefined = frames[0]?.kind;

try {
  // @ts-expect-error start is required
  createAlgorithmActor({});
} catch (error) {
  if (!(error instanceof RuntimeError)) throw error;
  console.log(error.code, input.length, typeof createLocalHKube, length, frames.length);
}
