// What tasks measure, on its way to whoever looks, and in a scene.

import { describe, expect, it } from 'vitest';
import { MOST_IN_ALL, MOST_POINTS, pointsOf } from '#inspector/curves';
import { Frame, type Happening, type News, type ScalarPoint } from '#inspector/frames';
import { createHub } from '#inspector/hub';
import { createHistory } from '#inspector/history';
import { createProbe } from '#inspector/probe';
import { createRedactNews } from '#inspector/redact-news';
import { createScene, framesOf, type Scene } from '#inspector/scene';
import type { Redact } from '#inspector/shorten';
import { taskIds } from '#model/task';

const task = taskIds({ jobId: 'job', taskId: 'one', attempts: 1, nodeName: 'train', pipelineName: 'p' });
const about = { kind: 'process.opened', role: 'other', title: 'a test', pid: 1, worker: null, versions: {} } as const;

function look(redact?: Redact) {
  const news: News[] = [];
  const probe = createProbe({ process: 'p', about, redact, tell: (more) => news.push(...more) });
  const told = () => {
    probe.flush();
    return news.splice(0).filter((one) => one.kind === 'scalars');
  };
  return { probe, told };
}

const points = (count: number, from = 0, value = (step: number) => 1 / (step + 1)): ScalarPoint[] =>
  Array.from({ length: count }, (_, index) => [from + index, value(from + index), 1_000 + from + index]);
const loss = (more: readonly ScalarPoint[], isWhole = false) => ({ tag: 'loss', points: more, isWhole });

describe('a probe', () => {
  it('tells nothing of what was measured while nobody looked', () => {
    const { probe, told } = look();
    probe.scalars(task, [loss(points(3))]);
    probe.setWatched(true);
    expect(told()).toEqual([]);
    probe.scalars(task, [loss(points(3))]);
    probe.setWatched(false);
    probe.setWatched(true);
    expect(told()).toEqual([]);
  });

  it('calls back when somebody begins to look, so that it can be told anew', () => {
    const { probe, told } = look();
    probe.onWatched(() => probe.scalars(task, [loss(points(2), true)]));
    expect(told()).toEqual([]);
    for (let viewer = 0; viewer < 2; viewer += 1) {
      probe.setWatched(true);
      expect(told()).toMatchObject([{ task, series: [{ tag: 'loss', points: points(2), isWhole: true }] }]);
      probe.setWatched(false);
    }
  });

  it('gathers by task and tag (Q4); what replaces forgets what was gathered', () => {
    const { probe, told } = look();
    probe.setWatched(true);
    for (const point of points(100))
      probe.scalars(task, [loss([point]), { tag: 'lr', points: [point], isWhole: false }]);
    probe.scalars({ ...task, taskId: 'two' }, [loss(points(1))]);
    expect(told().map(({ series }) => series.map((one) => [one.tag, one.points.length, one.isWhole]))).toEqual([
      [
        ['loss', 100, false],
        ['lr', 100, false],
      ],
      [['loss', 1, false]],
    ]);
    probe.scalars(task, [loss(points(9))]);
    probe.scalars(task, [loss(points(2), true)]);
    probe.scalars(task, [loss(points(1, 2))]);
    expect(told()).toMatchObject([{ series: [{ points: points(3), isWhole: true }] }]);
  });

  it('makes several frames of very many points, of which the first replaces', () => {
    const { probe, told } = look();
    probe.setWatched(true);
    probe.scalars(task, [loss(points(12_000), true), { tag: 'empty', points: [], isWhole: true }]);
    const frames = told();
    expect(frames.map(({ series }) => series.map((one) => [one.points.length, one.isWhole]))).toEqual([
      [[5_000, true]],
      [[5_000, false]],
      [
        [2_000, false],
        [0, true],
      ],
    ]);
    expect(frames.flatMap(({ series }) => series.flatMap((one) => one.points))).toEqual(points(12_000));
  });

  it('tells of what is no finite number as null', () => {
    const { probe, told } = look();
    probe.setWatched(true);
    probe.scalars(task, [loss([NaN, Infinity, 1].map((value, step) => [step, value, 5]))]);
    const [one] = told();
    expect(one?.series[0]?.points.map(([, value]) => value)).toEqual([null, null, 1]);
    expect(Frame.safeParse({ n: 1, ...one }).success).toBe(true);
  });

  it('keeps to itself what nobody may see (Q5)', () => {
    const redact: Redact = (value, key) => (key === 'salary' || key === 'jobId' ? '***' : value);
    const series = [loss(points(1)), { tag: 'salary', points: points(1), isWhole: false }];
    const { probe, told } = look(redact);
    probe.setWatched(true);
    probe.scalars(task, series);
    const seen = { task: { ...task, jobId: '***' }, series: [loss(points(1))] };
    expect(told()).toMatchObject([seen]);
    const heard = createRedactNews(redact)({ at: 1, process: 'q', kind: 'scalars', task, series });
    expect(heard).toEqual({ at: 1, process: 'q', kind: 'scalars', ...seen });
    const throws = createRedactNews((_, key) => {
      if (key === 'loss') throw new TypeError('no');
      return _;
    });
    expect(throws({ at: 1, process: 'q', kind: 'scalars', task, series: [loss(points(1))] })).toMatchObject({
      series: [],
    });
  });
});

describe('a scene', () => {
  const said = (n: number, more: Partial<Extract<Happening, { kind: 'scalars' }>>, process = 'p'): Frame => ({
    ...{ n, at: n, process, kind: 'scalars', task, series: [] },
    ...more,
  });
  const lengths = ({ curves }: Scene) =>
    [...curves.values()].map(({ tags }) => [...tags].map(([tag, { count }]) => `${tag} ${count}`).join());

  it('has the curves of each point in time', () => {
    const history = createHistory({ limit: 10_000 });
    for (let n = 0; n < 1_500; n += 1) history.add([said(n, { series: [loss(points(1, n))] })]);
    history.add([said(1_500, { series: [loss(points(2), true)] })]);
    expect([history.sceneAt(99), history.sceneAt(1_499), history.last].map(lengths)).toEqual([
      ['loss 100'],
      ['loss 1500'],
      ['loss 2'],
    ]);
  });

  it('goes on from an earlier point without a change to what came later (U3)', () => {
    const history = createHistory({ limit: 10_000 });
    for (let n = 0; n < 20; n += 1) history.add([said(n, { series: [loss(points(1, n))] })]);
    const [last, early] = [history.last, history.sceneAt(9)];
    const forks = [1, 2].map((value) => {
      const fork = createScene(early);
      fork.apply(said(30, { series: [loss(points(2, 100 * value))] }));
      return fork.scene();
    });
    const steps = ({ curves }: Scene) => pointsOf([...curves.values()][0]?.tags.get('loss')).map(([step]) => step);
    const upTo = (count: number) => Array.from({ length: count }, (_, step) => step);
    expect([early, last].map(steps)).toEqual([upTo(10), upTo(20)]);
    expect(forks.map(steps)).toEqual([
      [...upTo(10), 100, 101],
      [...upTo(10), 200, 201],
    ]);
  });

  it('knows a task by its ids, attempts are others; who has none goes by its process', () => {
    const history = createHistory({ limit: 100 });
    const none = taskIds({});
    for (const [n, ids] of [task, { ...task, attempts: 2 }, task, none, none].entries())
      history.add([said(n, { task: ids, series: [loss(points(1, n))] })]);
    history.add([said(9, { task: none, series: [loss(points(1))] }, 'q')]);
    expect(lengths(history.last)).toEqual(['loss 1', 'loss 2', 'loss 2', 'loss 1']);
  });

  it('outlives a gap, an end of its process, and the frames that it came by; who comes late is told all of it', () => {
    const history = createHistory({ limit: 100 });
    for (let n = 0; n < 5_000; n += 1) history.add([said(n, { series: [loss(points(1, n % 1_000), n === 1_000)] })]);
    history.add([{ n: 5_000, at: 1, process: 'p', kind: 'gap', missing: null, reason: 'slow' }]);
    history.add([{ n: 5_001, at: 1, process: 'p', kind: 'process.closed', reason: 'over' }]);
    history.trim();
    const late = createHistory({ limit: 100 });
    late.add(framesOf(history.first));
    late.add(history.frames);
    expect(late.last.curves).toEqual(history.last.curves);
    expect(lengths(late.last)).toEqual(['loss 4000']);
  });

  it('is told to who comes late in pieces, however much it is', () => {
    const hub = createHub({ chars: 16e6 });
    const source = hub.join({ process: 'p', watch: () => undefined, deeds: null });
    const viewer = () => {
      const pieces: number[] = [];
      const take = (frames: readonly Frame[]) => void pieces.push(JSON.stringify(frames).length);
      hub.view({ send: take, caughtUp: () => undefined, slowWords: '', waiting: 0 });
      return pieces;
    };
    viewer();
    for (let count = 0; count < 60; count += 1) {
      const ids = { ...task, taskId: `t${count}` };
      source.tell([{ at: 1, process: 'p', kind: 'scalars', task: ids, series: [loss(points(5_000), true)] }], 1e6);
    }
    // Of the first of them there is nothing but how they stood.
    expect(hub.history.first.curves.size).toBeGreaterThan(0);
    const pieces = viewer();
    expect(Math.max(...pieces)).toBeLessThan(5e6);
    expect(pieces.reduce((sum, piece) => sum + piece, 0)).toBeGreaterThan(5e6);
  });

  it('thins a long curve, and keeps its first, last, highest and lowest points (U1)', () => {
    const history = createHistory({ limit: 100_000 });
    const wild = (step: number) => (step === 7_777 ? 99 : step === 12_345 ? -99 : Math.sin(step));
    const all = points(50_000, 0, wild);
    for (let place = 0; place < all.length; place += 100)
      history.add([said(place, { series: [loss(all.slice(place, place + 100))] })]);
    const kept = pointsOf([...history.last.curves.values()][0]?.tags.get('loss'));
    expect(kept.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(kept.length).toBeGreaterThan(MOST_POINTS / 3);
    expect(kept.every((point) => all.includes(point))).toBe(true);
    for (const step of [0, 7_777, 12_345, 49_999]) expect(kept).toContain(all[step]);
  });

  it('can thin what is no number anywhere', () => {
    const history = createHistory({ limit: 10 });
    history.add([said(1, { series: [loss(points(MOST_POINTS * 3).map(([step, , at]) => [step, null, at]))] })]);
    expect(history.last.curves.size).toBe(1);
  });

  it('forgets the tasks that have measured nothing for the longest, when there are too many points (U2)', () => {
    const history = createHistory({ limit: 10_000 });
    const many = points(MOST_POINTS);
    const count = Math.ceil(MOST_IN_ALL / MOST_POINTS) + 10;
    for (let n = 0; n < count; n += 1)
      history.add([said(n, { task: { ...task, taskId: `t${n}` }, series: [loss(many, true)] })]);
    const ids = [...history.last.curves.values()].map((one) => one.task.taskId);
    expect(ids).not.toContain('t0');
    expect(ids.at(-1)).toBe(`t${count - 1}`);
    expect(ids.length * MOST_POINTS).toBeLessThanOrEqual(MOST_IN_ALL);
  });
});
