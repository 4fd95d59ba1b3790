// The build chart alone: its steps in order, one end, and a stop as long as nothing is published.

import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { type BuildEvent, buildMachine } from '#machines/build.machine';

const input = { buildId: 'words-abc123' };
const admitted: BuildEvent = { type: 'build.admitted' };
const steps: readonly BuildEvent[] = [
  { type: 'code.fetched' },
  { type: 'dependencies.installed' },
  { type: 'entry.checked' },
  { type: 'version.published' },
];
const failed: BuildEvent = { type: 'step.failed', failure: { message: 'no such package', trace: 'npm error' } };
const stopAsked: BuildEvent = { type: 'build.stopAsked', words: null };
const closed: BuildEvent = { type: 'build.stopAsked', words: 'it is ending' };

function build(...events: readonly BuildEvent[]) {
  const lines: string[] = [];
  const actor = createActor(
    buildMachine.provide({
      actions: { begin: (_, { step }) => lines.push(step), stopWork: () => lines.push('stop work') },
    }),
    { input },
  );
  actor.subscribe(({ value, context }) => lines.push(`${value} ${context.progress}`));
  actor.start();
  for (const event of events) if (actor.getSnapshot().status === 'active') actor.send(event);
  return { lines, snapshot: actor.getSnapshot() };
}

describe('a build', () => {
  it('goes step by step, and reaches HKube’s numbers (T3)', () => {
    expect(build(admitted, ...steps).lines).toEqual([
      ...['pending 0', 'fetch', 'creating 5', 'install', 'installing 20', 'check', 'checking 40'],
      ...['publish', 'publishing 60', 'completed 100'],
    ]);
  });

  it.each([0, 1, 2, 3])('that fails at step %i keeps why', (step) => {
    const { snapshot } = build(admitted, ...steps.slice(0, step), failed, ...steps);
    expect(snapshot).toMatchObject({
      value: 'failed',
      context: { progress: 80, failure: { message: 'no such package' } },
    });
  });

  it('can be stopped before its turn, when nothing of it is under way', () => {
    expect(build(stopAsked)).toMatchObject({ snapshot: { value: 'stopped' }, lines: ['pending 0', 'stopped 0'] });
  });

  it.each([
    [0, 5],
    [1, 20],
    [2, 40],
  ])('can be stopped in step %i, which is ended', (step, progress) => {
    const { lines, snapshot } = build(admitted, ...steps.slice(0, step), stopAsked, ...steps, failed);
    expect(lines.slice(-2)).toEqual(['stop work', `stopped ${progress}`]);
    expect(snapshot.context.failure).toBeNull();
  });

  it('that is stopped by nobody’s wish says why', () => {
    expect(build(admitted, closed).snapshot.context.failure).toEqual({ message: 'it is ending', trace: '' });
    expect(build(closed).snapshot.context.failure).toEqual({ message: 'it is ending', trace: '' });
  });

  it('is not stopped any more while it is published (T2)', () => {
    const { lines, snapshot } = build(admitted, ...steps.slice(0, 3), stopAsked);
    expect(snapshot.value).toBe('publishing');
    expect(lines).not.toContain('stop work');
    expect(build(admitted, ...steps.slice(0, 3), stopAsked, ...steps.slice(3)).snapshot.value).toBe('completed');
  });

  it('reaches every state, with a context that survives JSON', () => {
    const paths = getShortestPaths(buildMachine, {
      input,
      events: [admitted, ...steps, failed, stopAsked],
      serializeState: ({ value }) => JSON.stringify(value),
    });
    expect([...new Set(paths.map(({ state }) => state.value))].sort()).toEqual(Object.keys(buildMachine.states).sort());
    for (const { state } of paths) expect(JSON.parse(JSON.stringify(state.context))).toEqual(state.context);
  });
});
