// Runs the algorithm chart alone: its effects are written down as one line each, its clock is ours.

import { type Actor, createActor, fromCallback, SimulatedClock } from 'xstate';
import type { AlgorithmEmitted } from '#machines/algorithm.events';
import { algorithmMachine } from '#machines/algorithm.machine';
import type { ChildrenLogic } from '#machines/child.machine';

export interface RunningChart {
  readonly actor: Actor<typeof algorithmMachine>;
  readonly clock: SimulatedClock;
  /** What the chart asked of the world, in order. Read and emptied by `take`. */
  take(): string[];
  readonly emitted: AlgorithmEmitted[];
}

const silentChildren: ChildrenLogic = {
  getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined, children: new Map() }),
  transition: (snapshot) => snapshot,
  getPersistedSnapshot: (snapshot) => snapshot,
};

/** Starts the chart, connected, with a stop grace of 8 seconds and a resume grace of 2. */
export function runChart(): RunningChart {
  let lines: string[] = [];
  const write = (line: string) => lines.push(line);
  let hasWritten = false;
  const emitted: AlgorithmEmitted[] = [];
  const clock = new SimulatedClock();
  const silent = fromCallback(() => undefined);
  const machine = algorithmMachine.provide({
    actors: {
      link: silent,
      signals: silent,
      children: silentChildren,
      handlers: silent,
    },
    actions: {
      command: (_, command) => write(`${command.type}${'run' in command ? ` ${command.run}` : ''}`),
      reply: (_, { command }) => write(`→ ${command}`),
      refuse: (_, { failure }) => write(`→ errorMessage ${failure.message}`),
      sendDone: (_, { frame }) => write(`→ ${String(frame)}`),
      sendFailure: (_, { failure }) => write(`→ errorMessage ${failure.message}`),
      sendStopped: () => write('→ stopped'),
      holdFrames: () => write('hold'),
      resumeFrames: () => write('resume'),
      repeatOutcome: () => write('repeat outcome'),
      retireLink: () => write('retire link'),
      reportRefusal: (_, { reason }) => write(`refused: ${reason}`),
      speak: (_, { calls }) => write(`speak ${calls.map((call) => call.kind).join(' ')}`),
      writeScalars: (_, { calls }) => {
        const scalars = calls.flatMap((call) => (call.kind === 'scalar' ? [call.tag] : []));
        if (scalars.length === 0) return;
        hasWritten = true;
        write(`write ${scalars.join(' ')}`);
      },
      closeScalars: () => {
        if (hasWritten) write('close scalars');
        hasWritten = false;
      },
      finishSpans: ({ context }, { error }) => {
        if (context.spans.length > 0)
          write(`finish ${context.spans.length} spans${error === null ? '' : `: ${error}`}`);
      },
      closeTrace: () => undefined,
      settleChildren: (_, { how }) => write(`${how} sub-pipelines`),
      forgetFrames: () => write('forget frames'),
      beginAlive: () => write('alive on'),
      endAlive: () => write('alive off'),
    },
  });
  const actor = createActor(machine, { clock, input: { stopGraceMs: 8_000, resumeGraceMs: 2_000 } });
  actor.on('*', (event) => emitted.push(event));
  actor.start();
  actor.send({ type: 'link.opened', connection: 1 });
  const take = () => {
    const taken = lines;
    lines = [];
    return taken;
  };
  take();
  emitted.length = 0;
  return { actor, clock, take, emitted };
}
