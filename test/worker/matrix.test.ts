// What HKube's worker makes of every message in every state (protocol.md §3.3), each cell over a real socket. `results` has no
// row: our worker passes through it without waiting, so nothing can arrive there.

import { describe, expect, it } from 'vitest';
import { cell, messages, reach } from '#test/support/worker-cells';

const NO_DATA_SOURCE = 'says dataSourceResponse: unable to find matching data-source';
const DEAD = 'bootstrap · refused, died';
const noSubPipeline = (state: string): string => `${state} · refused, answered · says subPipelineError: No errors`;
const noExecution = (state: string): string =>
  `${state} · refused, answered · says algorithmExecutionError 1: execution cannot start in this state`;

/** By message, by state; `bootstrap` is the time in which the real worker has no encoding yet (§1.2). */
const matrix: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  initialized: {
    bootstrap: DEAD,
    ready: 'exit · refused, expelled · says exit',
    init: 'working · says start',
    working: 'exit · task crashed · refused, expelled · says exit',
    stop: 'exit · task crashed · refused, expelled · says exit',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  done: {
    bootstrap: DEAD,
    ready: 'ready',
    init: 'ready · task succeed · refused, ended',
    working: 'ready · task succeed',
    stop: 'unanswered · task stopped',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  stopped: {
    bootstrap: DEAD,
    ready: 'ready',
    init: 'ready · task succeed · refused, ended',
    working: 'ready · task succeed · refused, ended',
    stop: 'ready · task stopped',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  errorMessage: {
    bootstrap: DEAD,
    ready: 'ready',
    init: 'ready · task failed',
    working: 'ready · task failed',
    stop: 'unanswered · task failed',
    error: 'exit · task crashed · says exit',
    exit: 'exit',
  },
  startSpan: spans(),
  finishSpan: spans(),
  startRawSubPipeline: subPipelines(),
  startStoredSubPipeline: subPipelines(),
  stopSubPipeline: {
    ...everywhere(noSubPipeline),
    working: 'working · says subPipelineError 1: cannot stop subPipeline - not found: 1',
    stop: 'stop · says subPipelineError: No errors',
  },
  startAlgorithmExecution: { ...nothing(), ready: noExecution('ready') },
  stopAlgorithmExecution: everywhere((state) => `${state} · says algorithmExecutionError 1: unable to find execId 1`),
  dataSourceRequest: {
    ...everywhere((state) => `${state} · refused, answered · ${NO_DATA_SOURCE}`),
    exit: `exit · ${NO_DATA_SOURCE}`,
  },
  'alive, and silence': {
    bootstrap: DEAD,
    ready: 'exit · refused, expelled · says exit',
    init: 'error · refused, stuck',
    working: 'error · refused, stuck',
    stop: 'exit · task stopped · refused, expelled · says exit',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  progress: nothing(),
  started: nothing(),
  servingStatus: nothing(),
  stopping: nothing(),
};

function everywhere(cellOf: (state: string) => string): Record<string, string> {
  const states = Object.keys(reach).map((state) => [state, cellOf(state)]);
  return { ...Object.fromEntries(states), bootstrap: DEAD, exit: 'exit' };
}
function nothing(): Record<string, string> {
  return { ...everywhere((state) => state), bootstrap: DEAD };
}
function spans(): Record<string, string> {
  return { ...everywhere((state) => `${state} · refused, ignored`), working: 'working', stop: 'stop' };
}
function subPipelines(): Record<string, string> {
  return {
    ...everywhere(noSubPipeline),
    working: 'working · says subPipelineStarted 1',
    stop: 'stop · says subPipelineError: No errors',
  };
}

describe.each(Object.keys(messages))('%s', (message) => {
  it.each(Object.keys(reach))('in %s', async (state) => {
    const say = messages[message] ?? expect.unreachable();
    expect(await cell(state, say)).toBe(matrix[message]?.[state]);
  });
});
