// A chart as it is read from a machine, and what a running machine says it took: the same names.

import { describe, expect, it } from 'vitest';
import {
  type AnyActorRef,
  type AnyStateMachine,
  createActor,
  fromCallback,
  type InspectionEvent,
  SimulatedClock,
} from 'xstate';
import { algorithmMachine } from '#machines/algorithm.machine';
import type { AlgorithmEvent } from '#machines/algorithm.events';
import { childChart } from '#machines/child.machine';
import { runMachine } from '#machines/run.machine';
import type { SessionEvent } from '#machines/session.events';
import { sessionMachine } from '#machines/session.machine';
import { sidecarMachine } from '#machines/sidecar.machine';
import type { ChartArrow, ChartState } from '#inspector/chart';
import { arrowId, readChart, readTable } from '#inspector/read-chart';
import { runChart } from '#test/support/algorithm-chart';
import { assigned, done, initialized, lost, opened, stopAsked, strict } from '#test/support/session-chart';

const machines: Readonly<Record<string, AnyStateMachine>> = {
  algorithm: algorithmMachine,
  session: sessionMachine,
  sidecar: sidecarMachine,
  run: runMachine,
};
const everyArrow = (state: ChartState): ChartArrow[] => [...state.arrows, ...state.states.flatMap(everyArrow)];
const idsOf = (root: ChartState): string[] => everyArrow(root).map(({ id }) => id);
const charts = [...Object.values(machines).map(readChart), readTable(childChart)];

/** The arrows that an actor's machine takes from now on. */
function listen(actor: AnyActorRef): string[] {
  const taken: string[] = [];
  actor.system.inspect((event: InspectionEvent) => {
    if (event.type !== '@xstate.microstep' || event.actorRef !== actor) return;
    for (const transition of event._transitions) {
      const id = arrowId(transition);
      if (id !== null) taken.push(id);
    }
  });
  return taken;
}

describe('a chart that is read', () => {
  it.each(charts)('gives each arrow of $id an id of its own', (root) => {
    const ids = idsOf(root);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(charts)('leads only to states that $id has', (root) => {
    const states = new Set(root.states.map(({ id }) => id));
    expect(
      everyArrow(root)
        .flatMap(({ to }) => to)
        .filter((id) => !states.has(id)),
    ).toEqual([]);
    expect(states).toContain(root.initial);
  });

  it('is the same for a machine with other implementations', () => {
    expect(readChart(algorithmMachine.provide({}))).toEqual(readChart(algorithmMachine));
  });

  it('names what happens after a while by its delay', () => {
    const stopping = readChart(algorithmMachine).states.find(({ key }) => key === 'stopping');
    expect(stopping?.arrows.filter(({ on }) => on === 'after stopGrace').map(({ to }) => to)).toEqual([
      ['algorithm.owing'],
      ['algorithm.idle'],
    ]);
  });
});

describe('the arrows that were taken', () => {
  const rejection = { kind: 'mistyped', command: 'start', reason: 'data: wrong' } as const;
  const initialize: AlgorithmEvent = { type: 'wire.initialize', data: { input: [1], jobId: 'j', taskId: 't' } };

  it('are those of the chart, of an algorithm with real implementations', () => {
    const { actor, clock } = runChart();
    const taken = listen(actor);
    const events: AlgorithmEvent[] = [
      initialize,
      { type: 'wire.start' },
      { type: 'handler.initialized', run: 1 },
      { type: 'api.called', run: 1, calls: [{ kind: 'progress', progress: 1 }] },
      { type: 'api.called', run: 7, calls: [] },
      { type: 'wire.rejected', rejection },
      { type: 'link.lost', code: 1006, reason: '', owed: false },
      { type: 'link.opened', connection: 2 },
      initialize,
      { type: 'wire.start' },
      { type: 'wire.stop', force: false },
    ];
    for (const event of events) actor.send(event);
    clock.increment(8_000);
    actor.send({ type: 'handler.stopped', run: 1 });
    actor.send({ type: 'wire.exit', code: 0 });
    actor.send({ type: 'handler.left' });
    const known = new Set(idsOf(readChart(algorithmMachine)));
    expect(taken.filter((id) => !known.has(id))).toEqual([]);
    expect(taken).toEqual(
      expect.arrayContaining([
        'algorithm.ready//0',
        'algorithm/api.called/0',
        'algorithm/api.called/2',
        'algorithm.working//0',
        'algorithm/handler.*/0',
        'algorithm.leaving/handler.left/0',
      ]),
    );
    expect(taken.some((id) => id.startsWith('algorithm.stopping/xstate.after.stopGrace'))).toBe(true);
  });

  it('are those of the chart, of a session', () => {
    const machine = sessionMachine.provide({
      actors: { link: fromCallback(() => undefined) },
      actions: { say: () => undefined, stopSubPipelines: () => undefined, stopExecutions: () => undefined },
    });
    const actor = createActor(machine, { input: strict });
    const taken = listen(actor);
    actor.start();
    const events: SessionEvent[] = [opened, assigned, initialized, { type: 'wire.alive' }, done, assigned, initialized];
    for (const event of [...events, stopAsked, { type: 'wire.stopped' } as const, lost]) actor.send(event);
    actor.stop();
    const known = new Set(idsOf(readChart(sessionMachine)));
    expect(taken.filter((id) => !known.has(id))).toEqual([]);
    expect(taken).toEqual(expect.arrayContaining(['session.results//3', 'session/link.lost/0']));
  });

  it('are those of the chart, wherever a session or a run wanders', () => {
    const link = fromCallback(() => undefined);
    const words: SessionEvent[] = [opened, lost, assigned, initialized, done, stopAsked, { type: 'wire.stopped' }];
    const timers: SessionEvent[] = [{ type: 'alive.timedOut' }, { type: 'stop.timedOut' }, { type: 'wire.stopping' }];
    const ends: SessionEvent[] = [{ type: 'scaleDown.asked' }, { type: 'wire.failed', error: { message: 'boom' } }];
    const events = [...words, ...timers, ...ends];
    const silent = [
      'say',
      'runSubPipeline',
      'refuseSubPipeline',
      'stopSubPipelines',
      'stopExecutions',
      'disconnect',
      'cut',
    ];
    const actions = Object.fromEntries(silent.map((name) => [name, () => undefined]));
    for (const machine of [sessionMachine, sidecarMachine]) {
      const known = new Set(idsOf(readChart(machine)));
      const seen = new Set<string>();
      for (let seed = 1; seed <= 60; seed += 1) {
        const actor = createActor(machine.provide({ actors: { link }, actions }), {
          input: { ...strict, lenient: seed % 2 === 0 },
          clock: new SimulatedClock(),
        });
        const taken = listen(actor);
        actor.start();
        for (let step = 1, at = seed; step <= 30; step += 1) {
          at = (at * 1_103_515_245 + 12_345) % 2_147_483_648;
          const event = events[Math.floor((at / 2_147_483_648) * events.length)];
          if (event) actor.send(event);
        }
        for (const id of taken) seen.add(id);
      }
      expect([...seen].filter((id) => !known.has(id))).toEqual([]);
      expect(seen.size).toBeGreaterThan(10);
    }
  });
});
