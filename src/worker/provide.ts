// Binds the effects of the charts: what the worker says, and what its algorithm has asked for.

import { type AnyEventObject, fromCallback } from 'xstate';
import type {
  ExecutionOrder,
  SessionContext,
  SessionEvent,
  SessionWord,
  SubPipelineOrder,
} from '#machines/session.events';
import { sessionMachine } from '#machines/session.machine';
import { sidecarMachine } from '#machines/sidecar.machine';
import { describeFailure } from '#model/failure';
import type { Executions } from '#worker/executions';
import type { Line } from '#worker/line';
import type { SubPipelines } from '#worker/sub-pipelines';
import type { TaskSpans } from '#worker/task-spans';
import type { TraceCarrier } from '#model/trace-carrier';
import type { Message } from '#wire/encode';

/** What an action gets to see. */
interface Scene {
  readonly context: SessionContext;
  readonly self: { send(event: SessionEvent): void };
}

/** What the task at hand has asked for. */
export interface Asked {
  readonly subPipelines: SubPipelines;
  readonly executions: Executions;
}

/** How a profile speaks. */
interface Voice {
  readonly messageOf: (word: SessionWord, context: SessionContext, spanId: TraceCarrier | undefined) => Message;
  /** The state of a task in which it says that; `exit` is said without one. */
  readonly stateOf: Readonly<Record<Exclude<SessionWord, 'exit'>, string>>;
}
/** The traces of its tasks. */
export type SessionSpans = Pick<TaskSpans, 'enter' | 'carrier' | 'place'>;

/** The session chart, ready to run on this line. */
export function provideSession(line: Line, asked: Asked, spans: SessionSpans): typeof sessionMachine {
  return sessionMachine.provide(effects(line, asked, { ...WORKERS, spans }));
}

/** The sidecar's chart, ready to run on this line. */
export function provideSidecar(line: Line, asked: Asked, spans: SessionSpans): typeof sidecarMachine {
  return sidecarMachine.provide(effects(line, asked, { ...SIDECARS, spans }));
}

function effects(
  line: Line,
  { subPipelines, executions }: Asked,
  { messageOf, stateOf, spans }: Voice & { readonly spans: SessionSpans },
) {
  return {
    actors: {
      link: fromCallback(({ sendBack }: { sendBack: (event: AnyEventObject) => void }) => line.listen(sendBack)),
    },
    actions: {
      say: ({ context, self }: Scene, { word }: { word: SessionWord }) => {
        try {
          // No snapshot is there before the message has left.
          if (word !== 'exit') spans.enter(stateOf[word]);
          line.send(messageOf(word, context, spans.carrier));
        } catch (error) {
          self.send({ type: 'link.refused', error: describeFailure(error) });
        }
      },
      runSubPipeline: ({ context }: Scene, { order }: { order: SubPipelineOrder }) =>
        subPipelines.run(spans.place(order), context.task),
      refuseSubPipeline: () => subPipelines.refuse(),
      stopSubPipeline: (_: Scene, { id, reason }: { id: string; reason: string }) => subPipelines.stop(id, reason),
      stopSubPipelines: (_: Scene, { reason }: { reason: string }) => subPipelines.stopAll(reason),
      runExecution: ({ context }: Scene, { order }: { order: ExecutionOrder }) =>
        executions.run(spans.place(order), context.task),
      refuseExecution: (_: Scene, { id }: { id: string }) => executions.refuse(id),
      stopExecution: (_: Scene, { id, reason }: { id: string; reason: string }) => executions.stop(id, reason),
      stopExecutions: (_: Scene, { reason }: { reason: string }) => executions.stopAll(reason),
      disconnect: () => line.hangUp(1000, 'the worker has ended'),
      cut: () => line.hangUp(),
    },
  };
}

function messageOfWorker(
  word: SessionWord,
  { data, stopCause }: SessionContext,
  spanId: TraceCarrier | undefined,
): Message {
  switch (word) {
    case 'initialize':
      return { command: 'initialize', data: spanId ? { ...data, spanId } : data };
    case 'start':
      return { command: 'start', data: { spanId: spanId ?? data?.spanId ?? {} } };
    case 'stop':
      return { command: 'stop', data: { forceStop: stopCause?.kind !== 'scaleDown' } };
    case 'exit':
      return { command: 'exit', data: { exitCode: 0 } };
  }
}

/** It gives all it has, twice, and says that everything is a batch. */
function messageOfSidecar(word: SessionWord, { data }: SessionContext, spanId: TraceCarrier | undefined): Message {
  return { command: word, data: { ...data, kind: 'batch', flatInput: null, ...(spanId && { spanId }) } };
}

const WORKERS: Voice = {
  messageOf: messageOfWorker,
  stateOf: { initialize: 'init', start: 'working', stop: 'stop' },
};
const SIDECARS: Voice = {
  messageOf: messageOfSidecar,
  stateOf: { initialize: 'working', start: 'working', stop: 'working' },
};
