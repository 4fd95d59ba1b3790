import { expect, it } from 'vitest';
import { createTape } from '#testing/tape';
import { jsonCodec } from '#wire/codec';

const frame = (from: 'worker' | 'algorithm', text: string) => ({ from, frame: text, isBinary: false });

function createRecorder() {
  const full: number[] = [];
  return { full, tape: createTape({ codec: () => jsonCodec, onFull: (limit) => full.push(limit) }) };
}

it('has what was said, by whom, and what cannot be read', () => {
  const { tape } = createRecorder();
  tape.add(frame('worker', '{"command":"start","data":{}}'));
  tape.add(frame('algorithm', '{"command":"errorMessage","error":{"message":"oh"}}'));
  tape.add(frame('worker', '{"comm'));
  tape.add(frame('algorithm', '5'));
  expect(tape.frames).toEqual([
    { from: 'worker', command: 'start', data: {} },
    { from: 'algorithm', command: 'errorMessage', error: { message: 'oh' } },
    { from: 'worker', command: null, unreadable: expect.stringContaining('JSON') },
    { from: 'algorithm', command: null, unreadable: 'it is no message' },
  ]);
  expect(tape.said).toHaveLength(2);
});

it('L12: keeps 100,000 frames, says so once, and tells its listeners of those that follow', () => {
  const { tape, full } = createRecorder();
  const progress = frame('algorithm', '{"command":"progress","data":1}');
  for (let count = 0; count < 100_000; count += 1) tape.add(progress);
  expect(full).toEqual([]);
  const heard: unknown[] = [];
  const forget = tape.listen(({ data }) => heard.push(data));
  tape.add(progress);
  tape.add(progress);
  forget();
  tape.add(progress);
  expect(full).toEqual([100_000]);
  expect(heard).toEqual([1, 1]);
  expect(tape.frames).toHaveLength(100_000);
});
