// The holder of all sub-pipelines of a task: routes requests out and replies in, one child actor each. A holder of its own,
// because a chart copies its map of children at every change: ten thousand of them would cost seconds.
//
//   L8. Every sub-pipeline settles: by a reply, by its own stop, by time-out, by abort, by the end of the task.
//   U1. A reply without an id means the oldest request that was not answered yet. A host that never says "started" gives
//       no way to tell, so there it counts only if a single request is pending.
//   U2. Children and what is known of them are changed in place; the snapshot is a view of them.

import { createActor } from 'xstate';
import {
  type SubPipelineEvent,
  subPipelineMachine,
  type SubPipelinesEvent,
  type SubPipelinesLogic,
} from '#machines/sub-pipeline.machine';
import type { After } from '#model/after';
import type { Settlement, SubPipelineNews, SubPipelineRequest } from '#model/api-call';
import type { Rejection } from '#wire/decoder';
import type { Message } from '#wire/encode';

/** Where the holder's words go, and whose time it goes by. `send` throws if the message cannot be encoded. */
export interface SubPipelinePort {
  send(message: Message): void;
  tell(id: string, news: SubPipelineNews): void;
  reject(rejection: Rejection): void;
  readonly after: After;
}

/** In characters; it has to fit the smallest frame that an option can ask for. */
const REASON_LIMIT = 200;

type Self = Parameters<NonNullable<SubPipelinesLogic['start']>>[1]['self'];
type Child = ReturnType<typeof createChild>;

const createChild = (parent: Self, { id, pipeline: { name } }: SubPipelineRequest) =>
  createActor(subPipelineMachine, { id, src: 'subPipeline', parent, input: { id, name } });

/** The holder: its logic, for the chart to invoke, and a way to reach the actor that runs it. */
export interface SubPipelineSupervisor {
  readonly logic: SubPipelinesLogic;
  send(event: SubPipelinesEvent): void;
  /** Settles what is pending; most tasks have nothing, and cost nothing here. */
  endTask(how: 'stop' | 'release'): void;
}

export function createSubPipelineSupervisor(port: SubPipelinePort): SubPipelineSupervisor {
  const held = new Map<string, Child>();
  const timers = new Map<string, () => void>();
  const unanswered = new Set<string>();
  let hostAnswers = false;
  let actor: Self | undefined;

  function settle(id: string, event: Exclude<SubPipelineEvent, { type: 'wire.started' }>): void {
    const child = held.get(id);
    if (!child) return;
    timers.get(id)?.();
    timers.delete(id);
    held.delete(id);
    unanswered.delete(id);
    child.send(event);
    port.tell(id, { kind: 'settled', settlement: event.settlement });
  }

  function request(self: Self, asked: SubPipelineRequest): void {
    const { id, timeoutMs } = asked;
    const child = createChild(self, asked);
    held.set(id, child);
    unanswered.add(id);
    if (timeoutMs !== null) {
      const forget = port.after(timeoutMs, () => timeOut(id, timeoutMs));
      timers.set(id, forget);
    }
    child.start();
    try {
      port.send(requestMessage(asked));
    } catch (error) {
      settle(id, { type: 'api.refused', settlement: { kind: 'notSent', error } });
    }
  }

  function askToStop(id: string, reason: string | null): void {
    const brief = reason?.slice(0, REASON_LIMIT);
    port.send({
      command: 'stopSubPipeline',
      data: { subPipelineId: id, ...(brief !== undefined && { reason: brief }) },
    });
  }

  function timeOut(id: string, timeoutMs: number): void {
    askToStop(id, `timed out after ${timeoutMs} ms`);
    settle(id, { type: 'time.out', settlement: { kind: 'timedOut', timeoutMs } });
  }

  function stop({ id, by, reason }: Extract<SubPipelinesEvent, { type: 'api.subPipelineStopped' }>): void {
    if (!held.has(id)) return;
    askToStop(id, reason);
    if (by === 'signal') settle(id, { type: 'api.aborted', settlement: { kind: 'aborted' } });
    else settle(id, { type: 'api.stopped', settlement: { kind: 'stopped', by: 'algorithm', reason } });
  }

  function endTask(how: 'stop' | 'release'): void {
    const settlement: Settlement =
      how === 'stop' ? { kind: 'stopped', by: 'algorithm', reason: 'the task was stopped' } : { kind: 'taskEnded' };
    for (const id of [...held.keys()]) {
      if (how === 'stop') askToStop(id, 'the task was stopped');
      settle(id, { type: 'task.ended', settlement });
    }
  }

  /** The request that a reply without an id is about (U1). */
  function oldestUnanswered(): string | null {
    if (!hostAnswers && held.size !== 1) return null;
    const [oldest] = unanswered;
    return oldest ?? null;
  }

  function hear(id: string | null, command: string, event: SubPipelineEvent): void {
    const child = id === null ? undefined : held.get(id);
    if (id === null || !child) {
      const which = id === null ? 'without an id' : `for "${id}"`;
      port.reject({ kind: 'unexpected', command, reason: `${command} ${which}, but no such sub-pipeline is pending` });
    } else if (event.type === 'wire.started') {
      unanswered.delete(id);
      child.send(event);
      port.tell(id, { kind: 'running' });
    } else {
      settle(id, event);
    }
  }

  function transition(self: Self, event: SubPipelinesEvent): void {
    switch (event.type) {
      case 'api.subPipelineRequested':
        return request(self, event.request);
      case 'api.subPipelineStopped':
        return stop(event);
      case 'wire.subPipelineStarted':
        hostAnswers = true;
        return hear(event.id, 'subPipelineStarted', { type: 'wire.started' });
      case 'wire.subPipelineDone':
        return hear(event.id, 'subPipelineDone', {
          type: 'wire.done',
          settlement: { kind: 'done', response: event.response },
        });
      case 'wire.subPipelineFailed':
        return hear(event.id ?? oldestUnanswered(), 'subPipelineError', {
          type: 'wire.failed',
          settlement: { kind: 'failed', error: event.error },
        });
      case 'wire.subPipelineStopped':
        return hear(event.id, 'subPipelineStopped', {
          type: 'wire.stopped',
          settlement: { kind: 'stopped', by: 'host', reason: event.reason },
        });
      case 'task.ended':
        return endTask(event.how);
      case 'xstate.stop':
        return endTask('release');
    }
  }

  const logic: SubPipelinesLogic = {
    start: (_, { self }) => {
      actor = self;
    },
    getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined, children: held }),
    transition: (snapshot, event, { self }) => {
      transition(self, event);
      return snapshot;
    },
    getPersistedSnapshot: () => ({
      status: 'active',
      output: undefined,
      error: undefined,
      children: Object.fromEntries([...held].map(([id, child]) => [id, child.getPersistedSnapshot()])),
    }),
  };
  return {
    logic,
    send: (event) => actor?.send(event),
    endTask: (how) => {
      if (held.size > 0) actor?.send({ type: 'task.ended', how });
    },
  };
}

function requestMessage({ id, kind, pipeline, includeResult }: SubPipelineRequest): Message {
  const data = { subPipelineId: id, subPipeline: pipeline, includeResult };
  return { command: kind === 'raw' ? 'startRawSubPipeline' : 'startStoredSubPipeline', data };
}
