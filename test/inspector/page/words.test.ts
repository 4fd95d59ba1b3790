import { describe, expect, it } from 'vitest';
import type { Chart } from '#inspector/chart';
import type { Frame } from '#inspector/frames';
import { arrowWordsOf, kindOf, wordsOf } from '#page/words.ts';
import { durationWords, clockWords, sizeWords } from '#page/time-words.ts';

const state = (key: string, arrows: Chart['root']['arrows'] = []): Chart['root'] => ({
  ...{ id: `algorithm.${key}`, key, kind: 'plain', description: '', entry: [], exit: [], invokes: [] },
  ...{ initial: null, arrows, states: [] },
});
const arrow = (id: string, to: string[]): Chart['root']['arrows'][number] => ({
  id,
  on: id,
  to,
  guard: null,
  actions: [],
});
const ready = state('ready', [arrow('start', ['algorithm.working']), arrow('stay', [])]);
const chart: Chart = {
  root: {
    ...state('root', [arrow('exit', ['algorithm.working'])]),
    id: 'algorithm',
    states: [ready, state('working')],
  },
  layout: { width: 0, height: 0, boxes: {}, lines: [], frames: [] },
};
const arrows = arrowWordsOf({ algorithm: chart });
const nameOf = (id: string): string | null => (id === 'p/x:1' ? 'link' : null);
const say = (frame: Frame): string => wordsOf(frame, { nameOf, arrows });
const place = { n: 1, at: 0, process: 'p', actor: 'p/x:0' } as const;

describe('a frame in words', () => {
  it('says who sent an event, and what it carries', () => {
    const event = { ...place, kind: 'event', from: 'p/x:1', event: { type: 'wire.stop', force: true } } as const;
    expect(say(event)).toBe('wire.stop ← link {"force":true}');
    expect(say({ ...event, from: null, event: { type: 'shutdown' } })).toBe('shutdown ← outside');
  });

  it('says which way a step went, and what it did', () => {
    const step = { ...place, kind: 'moved', on: 'wire.start', actions: ['start handler'], status: 'active' } as const;
    expect(say({ ...step, actions: ['start handler'], arrows: ['start'], value: 'working' })).toBe(
      'ready → working, start handler',
    );
    expect(say({ ...step, actions: [], arrows: ['stay'], value: 'ready' })).toBe('in ready');
    expect(say({ ...step, actions: [], arrows: ['exit'], value: 'working' })).toBe('→ working');
    expect(say({ ...step, actions: [], arrows: [], value: 'ready' })).toBe('nothing comes of wire.start in ready');
  });

  it('says of a message who says it and how large it is', () => {
    const message = { ...place, kind: 'message', from: 'worker', connection: 1, bytes: 20, isWhole: true } as const;
    expect(say({ ...message, command: 'start' })).toBe('worker ⇒ start 20 B');
    expect(say({ ...message, command: null })).toBe('worker ⇒ something that cannot be read 20 B');
  });

  it('says of news what most wants to be seen', () => {
    const emitted = { ...place, kind: 'emitted' } as const;
    const failed = { type: 'task.ended', outcome: 'failed', failure: { message: 'no words' } };
    expect(say({ ...emitted, event: failed })).toBe('tells task.ended: failed, no words');
    expect(say({ ...emitted, event: { type: 'task.progressed', progress: 50 } })).toBe('tells task.progressed: 50');
  });

  it('says how many frames are missing', () => {
    const gap = { n: 1, at: 0, process: 'p', kind: 'gap', missing: 1200, reason: 'the page was slow' } as const;
    expect(say(gap)).toBe('1,200 frames missing: the page was slow');
    expect(kindOf(gap)).toBe('gap');
  });
});

describe('times and sizes', () => {
  it.each([
    [40, '40 ms'],
    [3210, '3.2 s'],
    [59_900, '59 s'],
    [245_000, '4 min 5 s'],
    [7_800_000, '2 h 10 min'],
  ])('%i ms are %s', (ms, words) => expect(durationWords(ms)).toBe(words));

  it.each([
    [1204, '1.204'],
    [123_500, '2:03.500'],
    [3_723_500, '1:02:03.500'],
    [-20, '−0.020'],
  ])('%i ms from the beginning are %s', (ms, words) => expect(clockWords(ms)).toBe(words));

  it('are short', () => expect([20, 2048, 3 << 20].map(sizeWords)).toEqual(['20 B', '2.0 kB', '3.0 MB']));
});
