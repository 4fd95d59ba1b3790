// What the sequence diagram and the span view read off a stream of frames.

import { describe, expect, it } from 'vitest';
import type { Frame, Happening } from '#inspector/frames';
import { sequenceOf } from '#page/sequence.ts';
import { spansOf } from '#page/span-history.ts';

const framesOf = (...all: readonly (readonly [number, Happening])[]): Frame[] =>
  all.map(([at, happening], n) => ({ ...happening, n, at, process: 'w1' }));
const message = (actor: string, from: 'worker' | 'algorithm', command: string): Happening => ({
  ...{ kind: 'message', actor, from, connection: 1, command, bytes: 10, isWhole: true },
});
const moved = (actor: string, value: string, more: Partial<Extract<Happening, { kind: 'moved' }>> = {}): Happening => ({
  ...{ kind: 'moved', actor, on: 'x', arrows: [], actions: [], status: 'active', value },
  ...more,
});
const called = (calls: readonly Record<string, string | number | Record<string, string>>[]): Happening => ({
  ...{ kind: 'event', actor: 'w1/a', from: 'w1/h' },
  event: { type: 'api.called', calls },
});
const ends = { teller: 'w1/a', worker: 'hkube/s', algorithm: 'w1/a' };
const lines = (frames: readonly Frame[]): string[] =>
  sequenceOf(frames, ends).rows.map(({ kind, from, to, text, count }) =>
    kind === 'state' || kind === 'pause' ? `${kind} ${text}` : `${from} ${text} ${to}${count > 1 ? ` × ${count}` : ''}`,
  );

describe('a sequence', () => {
  it('has each message once, though it is seen at both ends', () => {
    const frames = framesOf(
      [0, message('hkube/s', 'worker', 'initialize')],
      [1, message('w1/a', 'worker', 'initialize')],
      [2, moved('w1/a', 'initializing', { actions: ['command initialize'] })],
      [3, message('w1/a', 'algorithm', 'initialized')],
    );
    expect(lines(frames)).toEqual([
      'worker initialize algorithm',
      'algorithm initialize handlers',
      'state initializing',
      'algorithm initialized worker',
    ]);
  });

  it('folds what repeats, also by turns, and marks a pause', () => {
    const turns = Array.from({ length: 40 }, (_, turn) => [
      [turn * 100, called([{ kind: 'progress', progress: turn }])] as const,
      [turn * 100 + 1, message('w1/a', 'algorithm', 'progress')] as const,
    ]).flat();
    expect(lines(framesOf(...turns, [9_000, message('w1/a', 'algorithm', 'done')]))).toEqual([
      'handlers progress algorithm × 40',
      'algorithm progress worker × 40',
      'pause 5.1 s',
      'algorithm done worker',
    ]);
  });

  it('grows with its frames, and is read anew for another moment', () => {
    const frames = framesOf([0, message('w1/a', 'worker', 'start')], [1, message('w1/a', 'algorithm', 'started')]);
    const first = sequenceOf(frames, ends);
    frames.push({ ...message('w1/a', 'algorithm', 'done'), n: 2, at: 2, process: 'w1' });
    expect(sequenceOf(frames, ends)).toBe(first);
    expect(first.rows).toHaveLength(3);
    expect(sequenceOf(frames.slice(0, 1), ends).rows).toHaveLength(1);
  });

  it('shows what becomes of sub-pipelines', () => {
    const child: Happening = {
      ...{ kind: 'actor.opened', actor: 'w1/c', parent: 'w1/a', name: '1', chart: 'child', about: {}, isNew: true },
      ...{ status: 'active', value: 'requested', context: { name: 'totals' }, error: null },
    };
    expect(lines(framesOf([0, child], [1, moved('w1/c', 'running')], [2, moved('w1/c', 'running')]))).toEqual([
      'algorithm totals requested sub-pipelines',
      'sub-pipelines running algorithm',
    ]);
  });
});

describe('the spans of a task', () => {
  const stack = (...names: readonly string[]) => ({
    set: { spans: names.map((name) => ({ id: name, name, parent: null })) },
  });

  it('are read off the stack of an algorithm, with the tags and errors of its calls', () => {
    const frames = framesOf(
      [0, { kind: 'event', actor: 'w1/a', from: null, event: { type: 'wire.initialize' } }],
      [10, called([{ kind: 'open', id: 'read', name: 'read', tags: { file: 'a.txt' } }])],
      [11, moved('w1/a', 'working', stack('read'))],
      [20, moved('w1/a', 'working', stack('read', 'parse'))],
      [30, called([{ kind: 'end', id: 'parse', end: { error: 'no JSON' } }])],
      [31, moved('w1/a', 'working', stack('read'))],
      [40, called([{ kind: 'progress', progress: 50 }])],
    );
    const { spans, open, marks, begun } = spansOf(frames, 'w1/a');
    expect(begun).toBe(0);
    expect(spans).toMatchObject([
      { name: 'read', depth: 0, begun: 11, ended: null, tags: { file: 'a.txt' } },
      { name: 'parse', depth: 1, begun: 20, ended: 31, error: 'no JSON' },
    ]);
    expect(open.map(({ name }) => name)).toEqual(['read']);
    expect(marks).toMatchObject([{ at: 40, text: '50' }]);
  });

  it('are read off the wire in a session', () => {
    const span = (at: number, news: Record<string, string | null>) =>
      [at, { kind: 'emitted', actor: 'hkube/s', event: { type: 'span.changed', span: news } }] as const;
    const frames = framesOf(
      span(1, { kind: 'started', name: 'a' }),
      span(2, { kind: 'started', name: 'b' }),
      span(3, { kind: 'finished', error: null }),
    );
    const { spans, open } = spansOf(frames, 'hkube/s');
    expect(spans.map(({ name, depth, ended }) => [name, depth, ended])).toEqual([
      ['a', 0, null],
      ['b', 1, 3],
    ]);
    expect(open).toHaveLength(1);
  });

  it('are those of the latest task', () => {
    const begin: Happening = { kind: 'event', actor: 'w1/a', from: null, event: { type: 'wire.initialize' } };
    const frames = framesOf(
      [0, begin],
      [1, moved('w1/a', 'working', stack('old'))],
      [2, begin],
      [3, moved('w1/a', 'working', stack())],
    );
    expect(spansOf(frames, 'w1/a').spans).toEqual([]);
  });
});
