import { describe, expect, it } from 'vitest';
import { Frame } from '#inspector/frames';
import { Reply } from '#inspector/talk';
import { FRAME_SHAPES, isFrame, isReply } from '#page/door.ts';
import { headerOf, makeFrames } from '#test/support/frames';

const frames = makeFrames(2000);
const one = new Map(frames.map((frame) => [frame.kind, frame]));
const gap = { n: 1, at: 1, process: 'p', kind: 'gap', missing: null, reason: 'slow' } as const;
const gone = { n: 1, at: 1, process: 'p', kind: 'process.closed', reason: 'exit 0' } as const;
const task = { jobId: 'j', taskId: 't', attempts: null, nodeName: 'n', algorithmName: 'a', pipelineName: 'p' };
const series = [{ tag: 'loss', points: [[1, 0.5, 1] as const, [2, null, 2] as const], isWhole: true }];
const scalars = { n: 1, at: 1, process: 'p', kind: 'scalars', task, series } as const;
one.set(gap.kind, gap).set(gone.kind, gone).set(scalars.kind, scalars);

describe('the door of the page', () => {
  it('lets in what the schema lets in', () => {
    expect(frames.filter((frame) => !isFrame(frame) || !Frame.safeParse(frame).success)).toEqual([]);
  });

  it('knows every kind', () => expect([...one.keys()].toSorted()).toEqual(Object.keys(FRAME_SHAPES).toSorted()));

  it.each([...one.values()])('refuses $kind wherever the schema refuses it for a field that is missing', (frame) => {
    for (const name of Object.keys(frame)) {
      const rest = Object.fromEntries(Object.entries(frame).filter(([key]) => key !== name));
      expect(isFrame(rest), `without ${name}`).toBe(Frame.safeParse(rest).success);
    }
  });

  it('refuses what is no frame at all', () => {
    for (const value of [null, 1, 'x', [], {}, { ...gap, kind: 'toString' }]) expect(isFrame(value)).toBe(false);
  });

  it('lets in replies, and refuses a hello without its header', () => {
    const hello = { kind: 'hello', header: headerOf(), mode: 'live', acts: true, problems: [] };
    for (const reply of [
      hello,
      { kind: 'caughtUp' },
      { kind: 'done', id: 1 },
      { kind: 'refused', id: 1, reason: '' },
    ]) {
      expect(Reply.safeParse(reply).success).toBe(true);
      expect(isReply(reply)).toBe(true);
    }
    expect(isReply({ ...hello, header: {} })).toBe(false);
    expect(isReply({ kind: 'other' })).toBe(false);
  });
});
