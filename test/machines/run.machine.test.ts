// The run chart alone: it ends once, and what ends it early stops the rest.

import { describe, expect, it } from 'vitest';
import { createActor, SimulatedClock } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { type RunEvent, runMachine } from '#machines/run.machine';

const input = { jobId: 'j', pipeline: 'p', ttlMs: null, activeTtlMs: null };
const counts = { total: 2, creating: 0, active: 1, succeed: 1, failed: 0, skipped: 0 };
const ended: RunEvent = {
  type: 'task.ended',
  task: { nodeName: 'a', batchIndex: null, end: { kind: 'succeed', result: 1 } },
};
const completed: RunEvent = { type: 'plan.completed', results: [{ nodeName: 'a', algorithmName: 'x', result: 1 }] };
const failed: RunEvent = { type: 'plan.failed', error: 'boom', nodeName: 'a' };
const admitted: RunEvent = { type: 'run.admitted' };
const stopped: RunEvent = { type: 'run.stopAsked', reason: 'enough' };
const paused: RunEvent = { type: 'run.pauseAsked' };
const resumed: RunEvent = { type: 'run.resumeAsked' };
const nothing = (): void => undefined;
const quiet = { beginPlan: nothing, stopTasks: nothing, holdTasks: nothing, releaseTasks: nothing };

function run(...events: readonly RunEvent[]) {
  const lines: string[] = [];
  const actor = createActor(
    runMachine.provide({
      actions: {
        beginPlan: () => lines.push('begin'),
        noteTask: (_, { task }) => lines.push(`note ${task.nodeName}`),
        advancePlan: (_, { task }) => lines.push(`advance ${task.nodeName}`),
        stopTasks: (_, { reason }) => lines.push(`stop tasks: ${reason}`),
        holdTasks: () => lines.push('hold'),
        releaseTasks: () => lines.push('release'),
      },
    }),
    { input },
  );
  actor.on('run.progressed', (event) => lines.push(`${event.counts.succeed} of ${event.counts.total}`));
  actor.start();
  for (const event of events) actor.send(event);
  return { lines, snapshot: actor.getSnapshot() };
}

describe('a run', () => {
  it('waits until it is admitted, and can be stopped before', () => {
    expect(run(ended, completed).lines).toEqual([]);
    expect(run(stopped)).toMatchObject({ lines: [], snapshot: { value: 'stopped' } });
  });

  it('begins its plan when it is admitted, advances it with each task, and tells how far it is', () => {
    const begun: RunEvent = { type: 'task.begun', task: { nodeName: 'a', batchIndex: null } };
    expect(run(admitted, begun, ended, { type: 'plan.advanced', counts }).lines).toEqual([
      'begin',
      'note a',
      'advance a',
      '1 of 2',
    ]);
  });

  it('completes with the results of its plan', () => {
    expect(run(admitted, completed).snapshot).toMatchObject({
      value: 'completed',
      output: { status: 'completed', data: [{ nodeName: 'a', result: 1 }] },
    });
  });

  it('that fails names the node and stops what still runs', () => {
    const { lines, snapshot } = run(admitted, failed);
    expect(snapshot).toMatchObject({ value: 'failed', output: { status: 'failed', error: 'boom', nodeName: 'a' } });
    expect(lines).toContain('stop tasks: node "a" has failed');
  });

  it('that is stopped keeps the reason and stops what still runs', () => {
    const { lines, snapshot } = run(admitted, stopped);
    expect(snapshot).toMatchObject({ value: 'stopped', output: { status: 'stopped', reason: 'enough' } });
    expect(lines).toContain('stop tasks: enough');
  });

  it('that is paused holds its tasks, hears of those that go on, and begins no second time (V4)', () => {
    const { lines, snapshot } = run(admitted, paused, paused, ended, { type: 'plan.advanced', counts }, resumed);
    expect(lines).toEqual(['begin', 'hold', 'advance a', '1 of 2', 'release']);
    expect(snapshot.value).toBe('active');
  });

  it.each([
    [completed, 'completed'],
    [failed, 'failed'],
    [stopped, 'stopped'],
  ])('that is paused ends by %j all the same (V4)', (event, state) => {
    expect(run(admitted, paused, event).snapshot).toMatchObject({ value: state, status: 'done' });
  });

  it('that waits, or is over, cannot be paused', () => {
    expect(run(paused, resumed)).toMatchObject({ lines: [], snapshot: { value: 'pending' } });
    expect(run(admitted, completed, paused).snapshot.value).toBe('completed');
  });

  it.each([
    [{ ttlMs: 5_000 }, [], 'pipeline expired'],
    [{ ttlMs: 5_000 }, [admitted], 'pipeline expired'],
    [{ ttlMs: 5_000 }, [admitted, paused], 'pipeline expired'],
    [{ activeTtlMs: 5_000 }, [admitted], 'pipeline active TTL expired'],
    [{ activeTtlMs: 5_000 }, [admitted, paused, resumed], 'pipeline active TTL expired'],
  ])('with %j is stopped when its time is over (V3)', (limits, events, reason) => {
    const clock = new SimulatedClock();
    const actor = createActor(runMachine.provide({ actions: quiet }), {
      input: { ...input, ...limits },
      clock,
    }).start();
    events.forEach((event) => actor.send(event));
    clock.increment(4_999);
    expect(actor.getSnapshot().status).toBe('active');
    clock.increment(1);
    expect(actor.getSnapshot().output).toEqual({ status: 'stopped', reason });
  });

  it('without a limit, or before it is active, has no time that ends', () => {
    const clock = new SimulatedClock();
    const unlimited = createActor(runMachine, { input, clock }).start();
    const waiting = createActor(runMachine, { input: { ...input, activeTtlMs: 10 }, clock }).start();
    clock.increment(2 ** 31);
    expect([unlimited, waiting].map((actor) => actor.getSnapshot().status)).toEqual(['active', 'active']);
  });

  it('that is paused is not ended by its active TTL (V4)', () => {
    const clock = new SimulatedClock();
    const machine = runMachine.provide({ actions: quiet });
    const actor = createActor(machine, { input: { ...input, activeTtlMs: 10 }, clock }).start();
    actor.send(admitted);
    actor.send(paused);
    clock.increment(2 ** 30);
    expect(actor.getSnapshot().value).toBe('paused');
  });

  it('reaches every state, with a context that survives JSON', () => {
    const paths = getShortestPaths(runMachine, {
      input,
      events: [admitted, ended, { type: 'plan.advanced', counts }, completed, failed, stopped, paused, resumed],
    });
    expect([...new Set(paths.map(({ state }) => state.value))].sort()).toEqual(Object.keys(runMachine.states).sort());
    for (const { state } of paths) expect(JSON.parse(JSON.stringify(state.context))).toEqual(state.context);
  });
});
