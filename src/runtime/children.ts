// The holder of a task's children, sub-pipelines and executions: routes requests out and replies in, one child actor each. A holder
// of its own, because a chart copies its map of children at every change: ten thousand of them would cost seconds.
//
//   L8. Every child settles: by a reply, by its own stop, by time-out, by abort, by the end of the task.
//   U1. A reply without an id means the oldest sub-pipeline that was not answered yet. A host that never says "started" gives
//       no way to tell, so there it counts only if a single one is pending; of executions none is ever said to have started.
//   U2. Children and what is known of them are changed in place; the snapshot is a view of them.

import { createActor } from 'xstate';
import { type ChildEvent, childMachine, type ChildrenEvent, type ChildrenLogic } from '#machines/child.machine';
import type { After } from '#model/after';
import { type ChildNews, type ChildRequest, nameOf, type Settlement } from '#model/api-call';
import { requestMessage, stopMessage } from '#runtime/speech';
import type { TraceCarrier } from '#model/trace-carrier';
import type { Rejection } from '#wire/decoder';
import type { Message } from '#wire/encode';

/** Where the holder's words go, and whose time it goes by. `send` throws if the message cannot be encoded. */
export interface ChildPort {
  send(message: Message): void;
  tell(id: string, news: ChildNews): void;
  reject(rejection: Rejection): void;
  readonly after: After;
  /** Where tasks are traced: by which HKube hears of the span in which a child was asked for. */
  readonly carrierOf?: ((span: string | undefined) => TraceCarrier | undefined) | undefined;
}

/** In characters; it has to fit the smallest frame that an option can ask for. */
const REASON_LIMIT = 200;

type Self = Parameters<NonNullable<ChildrenLogic['start']>>[1]['self'];
type Child = ReturnType<typeof createChild>;
type Family = 'sub-pipeline' | 'execution';

function createChild(parent: Self, request: ChildRequest) {
  const { id, kind } = request;
  const src = kind === 'algorithm' ? 'execution' : 'subPipeline';
  return createActor(childMachine, { id, src, parent, input: { id, kind, name: nameOf(request) } });
}

const kindOf = (child: Child) => child.getSnapshot().context.kind;
const familyOf = (child: Child): Family => (kindOf(child) === 'algorithm' ? 'execution' : 'sub-pipeline');

/** What a reply says it is about. */
interface Reply {
  readonly command: string;
  readonly of: Family;
  readonly id: string | null;
}

/** The holder: its logic, for the chart to invoke, and a way to reach the actor that runs it. */
export interface ChildSupervisor {
  readonly logic: ChildrenLogic;
  send(event: ChildrenEvent): void;
  /** A task begins: requests are taken. */
  beginTask(): void;
  /** Settles what is pending, and takes no more; most tasks have nothing, and cost nothing here. */
  endTask(how: 'stop' | 'release'): void;
}

export function createChildSupervisor(port: ChildPort): ChildSupervisor {
  const held = new Map<string, Child>();
  const timers = new Map<string, () => void>();
  /** Sub-pipelines of which the host has said nothing yet. */
  const unanswered = new Set<string>();
  let hostAnswers = false;
  /** Its task is being stopped, or is over: from then on HKube takes no requests (L8). */
  let isClosed = false;
  let actor: Self | undefined;

  function settle(id: string, event: Exclude<ChildEvent, { type: 'wire.started' }>): void {
    const child = held.get(id);
    if (!child) return;
    timers.get(id)?.();
    timers.delete(id);
    held.delete(id);
    unanswered.delete(id);
    child.send(event);
    port.tell(id, { kind: 'settled', settlement: event.settlement });
  }

  function request(self: Self, asked: ChildRequest): void {
    const { id, timeoutMs } = asked;
    if (isClosed) {
      port.tell(id, { kind: 'settled', settlement: { kind: 'taskEnded' } });
      return;
    }
    const child = createChild(self, asked);
    held.set(id, child);
    if (asked.kind !== 'algorithm') unanswered.add(id);
    if (timeoutMs !== null) {
      const forget = port.after(timeoutMs, () => timeOut(id, timeoutMs));
      timers.set(id, forget);
    }
    child.start();
    try {
      port.send(requestMessage(asked, port.carrierOf?.(asked.span)));
    } catch (error) {
      settle(id, { type: 'api.refused', settlement: { kind: 'notSent', error } });
    }
  }

  function askToStop(id: string, reason: string | null): void {
    const child = held.get(id);
    if (child) port.send(stopMessage(kindOf(child), id, reason?.slice(0, REASON_LIMIT)));
  }

  function timeOut(id: string, timeoutMs: number): void {
    askToStop(id, `timed out after ${timeoutMs} ms`);
    settle(id, { type: 'time.out', settlement: { kind: 'timedOut', timeoutMs } });
  }

  function stop({ id, by, reason }: Extract<ChildrenEvent, { type: 'api.childStopped' }>): void {
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

  /** The child that a reply without an id is about (U1). */
  function unnamed(of: Family): string | null {
    const [oldest] = unanswered;
    if (of === 'sub-pipeline' && hostAnswers) return oldest ?? null;
    const pending = [...held].filter(([, child]) => familyOf(child) === of);
    return pending.length === 1 ? (pending[0]?.[0] ?? null) : null;
  }

  function hear({ id, of, command }: Reply, event: ChildEvent): void {
    const child = id === null ? undefined : held.get(id);
    if (id === null || !child || familyOf(child) !== of) {
      const which = id === null ? 'without an id' : `for "${id}"`;
      port.reject({ kind: 'unexpected', command, reason: `${command} ${which}, but no such ${of} is pending` });
    } else if (event.type === 'wire.started') {
      unanswered.delete(id);
      child.send(event);
      port.tell(id, { kind: 'running' });
    } else {
      settle(id, event);
    }
  }

  function hearDone(reply: Reply, response: unknown): void {
    hear(reply, { type: 'wire.done', settlement: { kind: 'done', response } });
  }

  function hearFailed({ id, of, command }: Reply, error: string): void {
    hear({ id: id ?? unnamed(of), of, command }, { type: 'wire.failed', settlement: { kind: 'failed', error } });
  }

  function transition(self: Self, event: ChildrenEvent): void {
    switch (event.type) {
      case 'api.childRequested':
        return request(self, event.request);
      case 'api.childStopped':
        return stop(event);
      case 'wire.subPipelineStarted':
        hostAnswers = true;
        return hear({ id: event.id, of: 'sub-pipeline', command: 'subPipelineStarted' }, { type: 'wire.started' });
      case 'wire.subPipelineDone':
        return hearDone({ id: event.id, of: 'sub-pipeline', command: 'subPipelineDone' }, event.response);
      case 'wire.subPipelineFailed':
        return hearFailed({ id: event.id, of: 'sub-pipeline', command: 'subPipelineError' }, event.error);
      case 'wire.subPipelineStopped':
        return hear(
          { id: event.id, of: 'sub-pipeline', command: 'subPipelineStopped' },
          { type: 'wire.stopped', settlement: { kind: 'stopped', by: 'host', reason: event.reason } },
        );
      case 'wire.executionDone':
        return hearDone({ id: event.id, of: 'execution', command: 'algorithmExecutionDone' }, event.response);
      case 'wire.executionFailed':
        return hearFailed({ id: event.id, of: 'execution', command: 'algorithmExecutionError' }, event.error);
      case 'task.ended':
        return endTask(event.how);
      case 'xstate.stop':
        return endTask('release');
    }
  }

  const logic: ChildrenLogic = {
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
    beginTask: () => {
      isClosed = false;
    },
    endTask: (how) => {
      isClosed = true;
      if (held.size > 0) actor?.send({ type: 'task.ended', how });
    },
  };
}
