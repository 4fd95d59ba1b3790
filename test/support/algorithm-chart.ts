// Runs the algorithm chart alone: its effects are written down as one line each, its clock is ours.

import { type Actor, createActor, fromCallback, SimulatedClock } from 'xstate';
import type { AlgorithmEmitted, HandlerCommand } from '#machines/algorithm.events';
import { algorithmMachine } from '#machines/algorithm.machine';
import type { SubPipelinesLogic } from '#machines/sub-pipeline.machine';

export interface RunningChart {
  readonly actor: Actor<typeof algorithmMachine>;
  readonly clock: SimulatedClock;
  /** What the chart asked of the world, in order. Read and emptied by `take`. */
  take(): string[];
  readonly emitted: AlgorithmEmitted[];
}

const silentSubPipelines: SubPipelinesLogic = {
  getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined, children: new Map() }),
  transition: (snapshot) => snapshot,
  getPersistedSnapshot: (snapshot) => snapshot,
};

/** Starts the chart with a stop grace of 8 seconds. */
export function runChart(): RunningChart {
  let lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const emitted: AlgorithmEmitted[] = [];
  const clock = new SimulatedClock();
  const silent = fromCallback(() => undefined);
  const machine = algorithmMachine.provide({
    actors: {
      link: silent,
      signals: silent,
      subPipelines: silentSubPipelines,
      handlers: fromCallback<HandlerCommand>(({ receive }) => {
        receive((command) => write(`${command.type}${'run' in command ? ` ${command.run}` : ''}`));
      }),
    },
    actions: {
      reply: (_, { command }) => write(`→ ${command}`),
      replyDone: (_, { frame }) => write(`→ ${String(frame)}`),
      replyFailure: (_, { failure }) => write(`→ errorMessage ${failure.message}`),
      speak: (_, { calls }) => write(`speak ${calls.map((call) => call.kind).join(' ')}`),
      finishSpans: ({ context }, { error }) => {
        if (context.spans.length > 0)
          write(`finish ${context.spans.length} spans${error === null ? '' : `: ${error}`}`);
      },
      settleSubPipelines: (_, { how }) => write(`${how} sub-pipelines`),
      forgetFrames: () => write('forget frames'),
      beginAlive: () => write('alive on'),
      endAlive: () => write('alive off'),
    },
  });
  const actor = createActor(machine, { clock, input: { stopGraceMs: 8_000 } });
  actor.on('*', (event) => emitted.push(event));
  actor.start();
  const take = () => {
    const taken = lines;
    lines = [];
    return taken;
  };
  take();
  return { actor, clock, take, emitted };
}
