// What is drawn of curves: places, ticks, lines; and who is compared with whom.

import { describe, expect, it } from 'vitest';
import type { Curve, TaskCurves } from '#inspector/curves';
import type { ScalarPoint } from '#inspector/frames';
import { taskIds } from '#model/task';
import {
  candidates,
  differenceWords,
  type Dot,
  extentOf,
  linesByTag,
  namesOf,
  nearest,
  ownCurves,
  pathOf,
  sample,
  smoothed,
  summaryOf,
  thinned,
} from '#page/curve-lines.ts';
import { draw, type Drawing, EDGES, readingsOf, wordsOf } from '#page/curve-drawing.ts';
import { exactNumber, linearScale, logScale, roundStep, shortNumber, spanWords } from '#page/curve-scale.ts';
import { createCurvesState, MOST_TASKS, shownTasks, toggled } from '#page/curves-state.ts';

const point = (step: number, value: number | null): ScalarPoint => [step, value, 1_000 + step * 10];
const line = (...values: (number | null)[]) => ({
  ...{ key: 'k', name: 'n', slot: 0, begun: 1_000 },
  points: values.map((value, step) => point(step, value)),
});

const curve = (...list: ScalarPoint[]): Curve => ({ list, count: list.length });

interface Made {
  readonly node?: string;
  readonly pipeline?: string;
  readonly attempts?: number;
  readonly taskId?: string;
}

function curvesOf(...all: readonly (readonly [jobId: string, more?: Made])[]): Map<string, TaskCurves> {
  const made = all.map(([jobId, { node = 'fit', pipeline = 'train', attempts = 1, taskId = 'one' } = {}]) => {
    const ids = { jobId, taskId: `${jobId}-${taskId}`, attempts, nodeName: node, pipelineName: pipeline };
    const key = `${jobId} ${taskId} ${attempts}`;
    const tags = new Map([['loss', curve(point(0, 1))]]);
    return { key, task: taskIds({ ...ids, algorithmName: 'train' }), process: 'p', at: 1, weight: 1, tags };
  });
  return new Map(made.map((one) => [one.key, one]));
}
const jobs = (tasks: readonly TaskCurves[]) => tasks.map(({ task }) => task.jobId);

describe('a scale', () => {
  it('goes there and back, with round ticks', () => {
    const scale = linearScale({ values: [0, 10], places: [100, 0], count: 5 });
    expect([scale.place(0), scale.place(10), scale.value(50)]).toEqual([100, 0, 5]);
    expect(scale.ticks.map(({ words }) => words)).toEqual(['0', '2', '4', '6', '8', '10']);
  });

  it('has room where all is one value', () => {
    for (const value of [0, 5, -3]) {
      const scale = linearScale({ values: [value, value], places: [0, 100], count: 4 });
      expect(scale.place(value)).toBe(50);
      expect(scale.ticks.length).toBeGreaterThan(0);
    }
  });

  it.each([
    [[1e-5, 1e4], ['0.001', '1', '1000'], 4],
    [[0.2, 3], ['0.2', '0.5', '1', '2'], 5],
    [[0.41, 0.45], ['0.41', '0.42', '0.43', '0.44', '0.45'], 4],
  ] as const)('of logarithms has ticks that say something: %j', ([low, high], some, count) => {
    const scale = logScale({ values: [low, high], places: [0, 100], count });
    expect(scale.ticks.map(({ words }) => words)).toEqual(expect.arrayContaining([...some]));
    expect(scale.ticks.length).toBeLessThan(9);
    expect(scale.place(high)).toBeCloseTo(100);
    expect(scale.value(scale.place(low))).toBeCloseTo(low);
    expect([scale.place(0), scale.place(-1), scale.place(NaN)]).toEqual([NaN, NaN, NaN]);
  });

  it('of times has ticks as clocks have them', () => {
    const words = (ms: number) =>
      linearScale({ values: [0, ms], places: [0, 100], count: 4 }, 'relative').ticks.map((tick) => tick.words);
    expect(words(100)).toEqual(['0', '50ms', '100ms']);
    expect(words(60_000)).toEqual(['0', '15s', '30s', '45s', '1m']);
    expect(words(3_600_000)).toEqual(['0', '15m', '30m', '45m', '1h']);
    const days = linearScale({ values: [0, 9 * 86_400_000], places: [0, 100], count: 4 }, 'wall').ticks;
    expect(days.every((tick) => /^(1|12)-\d\d$/.test(tick.words))).toBe(true);
  });

  it('rounds steps up', () => {
    expect([0.7, 1, 1.1, 3, 6, 0.012].map(roundStep)).toEqual([1, 1, 2, 5, 10, 0.02]);
  });
});

describe('a number', () => {
  it('is short along an edge', () => {
    expect([0, 0.25, 12_000, 1_500_000, 3e-7, -4.2e10, 999.95].map(shortNumber)).toEqual([
      '0',
      '0.25',
      '12k',
      '1.5M',
      '3e-7',
      '-4.2e10',
      '1000',
    ]);
  });

  it('is exact where it is read: as exact as 32 bits are', () => {
    expect([Math.fround(0.1), 0.30000000000000004, 1e-5, 1234567, -2, null].map(exactNumber)).toEqual([
      '0.100000001',
      '0.3',
      '1e-5',
      '1234567',
      '-2',
      'not a number',
    ]);
  });

  it('of milliseconds is a time', () => {
    expect([0, 40, 2_500, 90_000, 120_000, 5_400_000].map(spanWords)).toEqual([
      '0',
      '40ms',
      '2.5s',
      '1m30s',
      '2m',
      '1h30m',
    ]);
  });
});

describe('a line', () => {
  it('is smoothed without a start at zero; what is no number breaks nothing', () => {
    expect(smoothed(line(4, 4, 4).points, 0.9).map((value) => value?.toFixed(6))).toEqual(Array(3).fill('4.000000'));
    expect(smoothed(line(1, null, 3).points, 0.5)).toEqual([1, null, (1 * 0.25 + 3 * 0.5) / 0.75]);
    expect(smoothed(line(1, null, 3).points, 0)).toEqual([1, null, 3]);
  });

  it('is broken where there is no value', () => {
    const dots = [1, 2, NaN, 4].map((y, x) => ({ x, y }));
    expect(pathOf(dots)).toBe('M0.0 1.0h0L1.0 2.0M3.0 4.0h0');
    expect(pathOf([])).toBe('');
  });

  it('of many dots keeps what is seen of them: the ends, and the highest and lowest of each column', () => {
    const dots = Array.from({ length: 20_000 }, (_, index): Dot => ({ x: index / 200, y: Math.sin(index) }));
    const spike = { x: 50.5, y: 99 };
    const broken = { x: 70.1, y: NaN };
    const all = [...dots, spike, broken].sort((one, other) => one.x - other.x);
    const kept = thinned(all, 100);
    expect(kept.length).toBeLessThan(500);
    for (const dot of [all[0], all.at(-1), spike, broken]) expect(kept).toContain(dot);
    expect(kept.map(({ x }) => x)).toEqual(kept.map(({ x }) => x).toSorted((one, other) => one - other));
    expect(thinned(dots.slice(0, 300), 100)).toHaveLength(300);
  });

  it('reaches from its first to its last value; on a scale of logarithms only of those above zero', () => {
    expect(extentOf([line(2, null, -1), line(5)], 'step', false)).toEqual({ x: [0, 2], y: [-1, 5] });
    expect(extentOf([line(2, null, -1)], 'step', true)).toEqual({ x: [0, 0], y: [2, 2] });
    expect(extentOf([line(2, 3)], 'wall', false)?.x).toEqual([1_000, 1_010]);
    expect(extentOf([line(2, 3)], 'relative', false)?.x).toEqual([0, 10]);
    expect(extentOf([line(null)], 'step', false)).toBeNull();
  });

  it('is read at its nearest point, along whatever axis', () => {
    const three = line(1, 2, 3);
    expect([-5, 0.4, 0.6, 99].map((x) => nearest(three, 'step', x))).toEqual([0, 0, 1, 2]);
    expect(nearest(three, 'wall', 1_011)).toBe(1);
    expect(nearest(line(), 'step', 1)).toBe(-1);
  });

  it('has values that stand out, and a difference from another one', () => {
    expect(summaryOf(line(3, null, 1, 7, 2))).toEqual({
      ...{ count: 5, broken: 1 },
      ...{ last: point(4, 2), lowest: point(2, 1), highest: point(3, 7) },
    });
    expect(summaryOf(line())).toMatchObject({ count: 0, last: null, lowest: null, highest: null });
    const words = (one: number | null, base: number | null) => differenceWords(one, base, String);
    expect([words(3, 2), words(1.5, 2), words(2, 2), words(2, 0), words(null, 1)]).toEqual([
      ...['+1 (+50.0 %)', '-0.5 (−25.0 %)', 'the same', '+2', ''],
    ]);
  });

  it('stands by its tag, in the order of people', () => {
    const tags = new Map(['b10', 'b9', 'a'].map((tag) => [tag, curve(point(3, 1))]));
    const [one] = curvesOf(['x']).values();
    const lines = one ? linesByTag([{ ...one, tags, name: 'n', slot: 2 }]) : [];
    expect(lines.map(({ tag }) => tag)).toEqual(['a', 'b9', 'b10']);
    expect(lines[0]?.lines[0]).toMatchObject({ slot: 2, begun: 1_030 });
  });

  it('is listed evenly', () => {
    expect(sample([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(
      sample(
        Array.from({ length: 101 }, (_, index) => index),
        3,
      ),
    ).toEqual([0, 50, 100]);
  });
});

describe('a drawing', () => {
  const drawing = {
    lines: [line(4, 2, null, 1)],
    width: 300,
    height: 170,
    axis: 'step',
    smoothing: 0,
    isLog: false,
  } as const;
  const read = (cursor: number | null, more: Partial<Drawing> = {}, isSeen = true) => {
    const drawn = draw({ ...drawing, ...more }, isSeen);
    return drawn ? readingsOf({ drawn, axis: 'step', smoothing: 0, ...more, cursor }).map(wordsOf) : null;
  };

  it('lies within its edges, with a mark at its last value; what was measured lies behind what is smoothed', () => {
    const [one] = draw(drawing, true)?.paths ?? [];
    const numbers = one?.path.match(/[\d.]+(?= )|(?<= )[\d.]+/g)?.map(Number) ?? [];
    expect(Math.min(...numbers)).toBeGreaterThan(0);
    expect(Math.max(...numbers)).toBeLessThan(300);
    expect(one?.path.match(/M/g)).toHaveLength(2);
    expect([one?.raw, one?.end?.x]).toEqual([null, 300 - EDGES.right]);
    const [smooth] = draw({ ...drawing, smoothing: 0.5 }, true)?.paths ?? [];
    expect([smooth?.raw, smooth?.path === one?.path]).toEqual([one?.path, false]);
  });

  it('that nobody sees has its numbers, and no lines', () => {
    expect(draw(drawing, false)?.paths).toMatchObject([{ path: '', raw: null }]);
    expect(read(null, {}, false)).toEqual(read(null));
  });

  it('is read where somebody points, or at its end', () => {
    expect(read(null)).toEqual(['n: 1, step 3, 30ms']);
    expect(read(0.2)).toEqual(['n: 4, step 0, 0']);
    expect(read(2)).toEqual(['n: not a number, step 2, 20ms']);
    expect(read(0.9, { smoothing: 0.5 })).toEqual(['n: 2, smoothed 2.667, step 1, 10ms']);
  });

  it('is none where nothing can be drawn', () => {
    expect(read(null, { lines: [line(null, null)] })).toBeNull();
    expect(read(null, { lines: [line(-1, 0)], isLog: true })).toBeNull();
  });
});

describe('who is drawn', () => {
  const curves = curvesOf(
    ...(['a', 'b'] as const).map((job) => [job] as const),
    ['b', { attempts: 2 }],
    ['b', { taskId: 'two' }],
    ['c', { node: 'tune' }],
    ['d', { pipeline: 'other' }],
    ['e'],
  );

  it('are the tasks of a run, the attempts of a task, or what a process without ids has measured', () => {
    expect(ownCurves(curves, { jobId: 'b', taskId: null, process: 'x' })).toHaveLength(3);
    expect(ownCurves(curves, { jobId: 'b', taskId: 'b-one', process: 'x' })).toHaveLength(2);
    expect(jobs(ownCurves(curves, { jobId: null, taskId: null, process: 'p' }))).toEqual(['e']);
    expect(ownCurves(curves, { jobId: null, taskId: null, process: 'x' })).toEqual([]);
  });

  it('may be compared with the same node first, newer ones first', () => {
    const own = ownCurves(curves, { jobId: 'a', taskId: null, process: 'x' });
    expect(jobs(candidates(curves, own))).toEqual(['e', 'b', 'b', 'b', 'd', 'c']);
  });

  it('have names that differ', () => {
    const names = [...namesOf(curves).values()];
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('fit · a');
    expect(names).toContain('fit · b · b-one · attempt 2');
  });

  it('keep their look while others come and go', () => {
    const own = ownCurves(curves, { jobId: 'a', taskId: null, process: 'x' });
    const { slotsOf } = createCurvesState();
    let others: ReadonlySet<string> = new Set(['e one 1', 'gone', 'c one 1']);
    const slots = () => shownTasks({ curves, own, others, slotsOf }).map(({ key, slot }) => `${key}: ${slot}`);
    expect(slots()).toEqual(['a one 1: 0', 'e one 1: 1', 'c one 1: 2']);
    others = toggled(others, 'e one 1');
    expect(slots()).toEqual(['a one 1: 0', 'c one 1: 2']);
    others = toggled(others, 'd one 1');
    expect(slots()).toEqual(['a one 1: 0', 'c one 1: 2', 'd one 1: 1']);
  });

  it('are as many as one can tell apart: of a large run the latest ones', () => {
    const many = curvesOf(...Array.from({ length: 40 }, (_, index) => ['big', { taskId: `t${index}` }] as const), [
      'x',
    ]);
    const own = ownCurves(many, { jobId: 'big', taskId: null, process: 'p' });
    const { slotsOf } = createCurvesState();
    const shown = shownTasks({ curves: many, own, others: new Set(['x one 1']), slotsOf });
    expect(shown).toHaveLength(MOST_TASKS);
    expect(shown.at(-2)?.key).toBe('big t39 1');
    expect(shown.at(-1)).toMatchObject({ key: 'x one 1', isOwn: false });
    expect(new Set(shown.map(({ slot }) => slot)).size).toBe(MOST_TASKS);
  });
});
