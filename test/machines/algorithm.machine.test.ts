// The algorithm chart alone: what it asks of the world in each situation, and that no situation is a dead end.

import { describe, expect, it } from 'vitest';
import type { AlgorithmEvent } from '#machines/algorithm.events';
import { runChart } from '#test/support/algorithm-chart';

const initialize = (taskId = 'a'): AlgorithmEvent => ({
  type: 'wire.initialize',
  data: { input: [1], jobId: 'job', taskId },
});
const start: AlgorithmEvent = { type: 'wire.start' };
const stop: AlgorithmEvent = { type: 'wire.stop', force: true };
const failure = { code: 'Failed', message: 'boom', details: '' };
const rejection = { kind: 'mistyped', command: 'start', reason: 'data: wrong' } as const;

/** A chart whose first task has come as far as `working`. */
function working() {
  const chart = runChart();
  chart.actor.send(initialize());
  chart.actor.send({ type: 'handler.initialized', run: 1 });
  chart.actor.send(start);
  chart.take();
  return chart;
}

describe('a task', () => {
  it('is initialized, started and done, each answered once', () => {
    const { actor, take } = runChart();
    actor.send(initialize());
    expect(take()).toEqual(['forget frames', 'initialize 1', 'alive off']);
    actor.send({ type: 'handler.initialized', run: 1 });
    expect(take()).toEqual(['→ initialized', 'alive on']);
    actor.send(start);
    expect(take()).toEqual(['alive on', '→ started', 'start 1']);
    actor.send({ type: 'handler.returned', run: 1, frame: 'done 42' });
    expect(take()).toEqual(['release sub-pipelines', '→ done 42', 'alive off']);
    expect(actor.getSnapshot().value).toBe('idle');
  });

  it('leaves none of its data behind', () => {
    const { actor } = working();
    expect(actor.getSnapshot().context.data).toMatchObject({ taskId: 'a' });
    actor.send({ type: 'handler.returned', run: 1, frame: '' });
    expect(actor.getSnapshot().context).toMatchObject({ data: null, spans: [], outcome: 'done' });
  });

  it('that fails finishes its spans with the error before it says so', () => {
    const { actor, take } = working();
    actor.send({ type: 'api.called', run: 1, calls: [{ kind: 'open', id: '1', name: 'outer' }] });
    expect(actor.getSnapshot().context.spans).toEqual([{ id: '1', name: 'outer', parent: null }]);
    take();
    actor.send({ type: 'handler.failed', run: 1, failure });
    expect(take()).toEqual(['finish 1 spans: boom', 'release sub-pipelines', '→ errorMessage boom', 'alive off']);
  });

  const scalar = { kind: 'scalar', tag: 'loss', value: 1, step: 0, at: 0 } as const;
  it.each<[AlgorithmEvent, string[]]>([
    [{ type: 'handler.returned', run: 1, frame: 'done' }, ['close scalars', 'release sub-pipelines', '→ done']],
    [{ type: 'handler.failed', run: 1, failure }, ['close scalars', 'release sub-pipelines', '→ errorMessage boom']],
    [initialize('b'), ['release sub-pipelines', 'abandon', 'close scalars']],
    [{ type: 'wire.exit', code: 0 }, ['close scalars', 'stop sub-pipelines']],
  ])('has its scalars closed before anybody hears of its end: %j', (end, says) => {
    const { actor, take } = working();
    actor.send({ type: 'api.called', run: 1, calls: [scalar] });
    expect(take()).toEqual(['speak scalar', 'write loss']);
    actor.send(end);
    expect(take().slice(0, says.length)).toEqual(says);
  });

  it('whose initialize hook fails says so, and does not say initialized', () => {
    const { actor, take } = runChart();
    actor.send(initialize());
    take();
    actor.send({ type: 'handler.failed', run: 1, failure });
    expect(take()).toEqual(['release sub-pipelines', '→ errorMessage boom', 'alive off']);
    actor.send(start);
    expect(take()).toEqual([]);
  });

  it('tells its listeners how it goes', () => {
    const { actor, emitted } = working();
    actor.send({ type: 'api.called', run: 1, calls: [{ kind: 'progress', progress: 5 }] });
    actor.send({ type: 'handler.returned', run: 1, frame: '' });
    expect(emitted).toMatchObject([
      { type: 'task.started', task: { jobId: 'job', taskId: 'a' } },
      { type: 'task.progressed', progress: 5 },
      { type: 'task.ended', outcome: 'done', failure: null },
    ]);
  });
});

describe('L2: a start', () => {
  it('that comes during initialize waits for it', () => {
    const { actor, take } = runChart();
    actor.send(initialize());
    actor.send(start);
    expect(take()).toEqual(['forget frames', 'initialize 1', 'alive off']);
    actor.send({ type: 'handler.initialized', run: 1 });
    expect(take()).toEqual(['→ initialized', 'alive on', '→ started', 'start 1']);
  });

  it.each(['during initialize', 'while working', 'after the end'])(
    'that comes twice %s is counted, not answered',
    (when) => {
      const chart = when === 'during initialize' ? runChart() : working();
      const { actor, take } = chart;
      if (when === 'during initialize') {
        actor.send(initialize());
        actor.send(start);
      }
      if (when === 'after the end') actor.send({ type: 'handler.returned', run: 1, frame: '' });
      take();
      actor.send(start);
      expect(take()).toEqual([]);
      expect(actor.getSnapshot().context.dropped).toBe(1);
    },
  );

  it('before any initialize is answered with an error that says so', () => {
    const { actor, take } = runChart();
    actor.send(start);
    expect(take()).toEqual([expect.stringContaining('before any initialize')]);
    actor.send(initialize());
    expect(actor.getSnapshot().value).toBe('initializing');
  });
});

describe('L3: what an older run says', () => {
  it.each<AlgorithmEvent>([
    { type: 'handler.returned', run: 1, frame: 'late' },
    { type: 'handler.failed', run: 1, failure },
    { type: 'handler.initialized', run: 1 },
    { type: 'handler.stopped', run: 1 },
    { type: 'api.called', run: 1, calls: [{ kind: 'progress', progress: 1 }] },
  ])('is dropped in the next task: $type', (late) => {
    const { actor, take } = working();
    actor.send(stop);
    actor.send({ type: 'handler.stopped', run: 1 });
    actor.send(initialize('b'));
    take();
    const before = actor.getSnapshot();
    actor.send(late);
    expect(take()).toEqual([]);
    expect(actor.getSnapshot().value).toBe(before.value);
    expect(actor.getSnapshot().context.dropped).toBe(before.context.dropped + 1);
  });

  it('is dropped after its own outcome too', () => {
    const { actor, take } = working();
    actor.send({ type: 'handler.failed', run: 1, failure });
    take();
    actor.send({ type: 'handler.failed', run: 1, failure });
    expect(take()).toEqual([]);
    expect(actor.getSnapshot().context.dropped).toBe(1);
  });

  it('is nobody’s when the host has begun another task in its place', () => {
    const { actor, take, emitted } = working();
    actor.send(initialize('b'));
    expect(take()).toEqual(['release sub-pipelines', 'abandon', 'forget frames', 'initialize 2', 'alive off']);
    expect(emitted.at(-1)).toMatchObject({ type: 'task.ended', outcome: 'replaced', task: { taskId: 'a' } });
  });
});

describe('L4: a stop', () => {
  it('asks the handler to end and answers when it has', () => {
    const { actor, take } = working();
    actor.send(stop);
    expect(take()).toEqual(['stop 1', 'stop sub-pipelines', 'alive off']);
    actor.send({ type: 'handler.stopped', run: 1 });
    expect(take()).toEqual(['→ stopped', 'alive off']);
  });

  it('says stopping each second, and stopped when the grace is over', () => {
    const { actor, clock, take } = working();
    actor.send(stop);
    take();
    clock.increment(999);
    expect(take()).toEqual([]);
    clock.increment(1);
    expect(take()).toEqual(['→ stopping']);
    for (let second = 2; second < 8; second++) clock.increment(1_000);
    expect(take()).toEqual(Array.from({ length: 6 }, () => '→ stopping'));
    clock.increment(999);
    expect(actor.getSnapshot().value).toBe('stopping');
    clock.increment(1);
    expect(take()).toContain('→ stopped');
    expect(actor.getSnapshot().value).toBe('idle');
    clock.increment(60_000);
    expect(take()).toEqual([]);
  });

  it.each(['initializing', 'ready', 'working'])('is obeyed while %s', (state) => {
    const { actor } = runChart();
    actor.send(initialize());
    if (state !== 'initializing') actor.send({ type: 'handler.initialized', run: 1 });
    if (state === 'working') actor.send(start);
    expect(actor.getSnapshot().value).toBe(state);
    actor.send(stop);
    expect(actor.getSnapshot().value).toBe('stopping');
  });

  it('without a task, or after the outcome, is acknowledged', () => {
    const { actor, take } = runChart();
    actor.send(stop);
    expect(take()).toEqual(['→ stopped']);
  });

  it('that comes again is answered by the first one’s answer', () => {
    const { actor, take } = working();
    actor.send(stop);
    actor.send(stop);
    actor.send({ type: 'handler.stopped', run: 1 });
    expect(take().filter((line) => line === '→ stopped')).toHaveLength(1);
  });

  it('is not followed by the result of the handler that it stopped', () => {
    const { actor, take } = working();
    actor.send(stop);
    take();
    actor.send({ type: 'handler.returned', run: 1, frame: 'too late' });
    expect(take()).toEqual([]);
  });
});

describe('L11: an unusable message', () => {
  it('that was meant as initialize fails the task that it was to begin', () => {
    const { actor, take } = runChart();
    actor.send({ type: 'wire.initializeRejected', rejection, failure });
    expect(take()).toContain('→ errorMessage boom');
    actor.send(start);
    expect(take()).toEqual([]);
  });

  it('that was meant as initialize ends the task before it without an outcome', () => {
    const { actor, take, emitted } = working();
    actor.send({ type: 'wire.initializeRejected', rejection, failure });
    expect(take().filter((line) => line.startsWith('→'))).toEqual(['→ errorMessage boom']);
    expect(emitted.filter(({ type }) => type === 'task.ended')).toMatchObject([
      { outcome: 'replaced' },
      { outcome: 'failed' },
    ]);
  });

  it.each(['initializing', 'ready'])('that was meant as start fails the task while %s', (state) => {
    const { actor, take } = runChart();
    actor.send(initialize());
    if (state === 'ready') actor.send({ type: 'handler.initialized', run: 1 });
    take();
    actor.send({ type: 'wire.startRejected', rejection, failure });
    expect(take()).toContain('→ errorMessage boom');
    actor.send({ type: 'handler.initialized', run: 1 });
    expect(take()).toEqual([]);
  });

  it('before any task that was meant as start is answered', () => {
    const { actor, take } = runChart();
    actor.send({ type: 'wire.startRejected', rejection, failure });
    expect(take()).toContain('→ errorMessage boom');
  });

  it('of any other kind is recorded and changes nothing', () => {
    const { actor, take, emitted } = working();
    actor.send({ type: 'wire.rejected', rejection });
    expect(take()).toEqual([]);
    expect(actor.getSnapshot().value).toBe('working');
    expect(emitted.at(-1)).toEqual({ type: 'frame.rejected', rejection });
  });
});

describe('L14: leaving', () => {
  it('in mid-task finishes spans, stops sub-pipelines, calls the hook and sends no outcome', () => {
    const { actor, take, emitted } = working();
    actor.send({ type: 'api.called', run: 1, calls: [{ kind: 'open', id: '1', name: 'outer' }] });
    take();
    actor.send({ type: 'wire.exit', code: 3 });
    expect(take()).toEqual(['finish 1 spans', 'stop sub-pipelines', 'retire link', 'alive off', 'exit']);
    expect(emitted.at(-1)).toMatchObject({ type: 'task.ended', outcome: 'interrupted' });
    actor.send({ type: 'handler.returned', run: 1, frame: 'late' });
    actor.send(stop);
    expect(take()).toEqual([]);
    actor.send({ type: 'handler.left' });
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', output: { code: 3 } });
  });

  it('does not wait for ever for the exit hook', () => {
    const { actor, clock } = runChart();
    actor.send({ type: 'shutdown', code: 143 });
    expect(actor.getSnapshot().value).toBe('leaving');
    clock.increment(8_000);
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', output: { code: 143 } });
  });
});
