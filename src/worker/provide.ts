// Binds the effects of the charts: what the worker says, and the sub-pipelines of its algorithm.

import { type AnyEventObject, fromCallback } from 'xstate';
import type { SessionContext, SessionEvent, SessionWord } from '#machines/session.events';
import { sessionMachine } from '#machines/session.machine';
import { sidecarMachine } from '#machines/sidecar.machine';
import { describeFailure } from '#model/failure';
import { errorInResponse } from '#worker/faults';
import type { Line } from '#worker/line';
import type { SubPipelines } from '#worker/sub-pipelines';
import type { Message } from '#wire/encode';

/** What an action gets to see. */
interface Scene {
  readonly context: SessionContext;
  readonly self: { send(event: SessionEvent): void };
}

/** What makes one worker speak unlike another. */
interface Manner {
  readonly messageOf: (word: SessionWord, context: SessionContext) => Message;
  /** Gives an answer its form. */
  readonly answer: (message: Message) => Message;
}

/** The session chart, ready to run on this line. */
export function provideSession(line: Line, subPipelines: SubPipelines): typeof sessionMachine {
  return sessionMachine.provide(
    effects(line, subPipelines, { messageOf: messageOfWorker, answer: (message) => message }),
  );
}

/** The sidecar's chart, ready to run on this line. */
export function provideSidecar(line: Line, subPipelines: SubPipelines): typeof sidecarMachine {
  return sidecarMachine.provide(effects(line, subPipelines, { messageOf: messageOfSidecar, answer: errorInResponse }));
}

function effects(line: Line, subPipelines: SubPipelines, { messageOf, answer }: Manner) {
  return {
    actors: {
      link: fromCallback(({ sendBack }: { sendBack: (event: AnyEventObject) => void }) => line.listen(sendBack)),
    },
    actions: {
      say: ({ context, self }: Scene, { word }: { word: SessionWord }) => {
        try {
          line.send(messageOf(word, context));
        } catch (error) {
          self.send({ type: 'link.refused', error: describeFailure(error) });
        }
      },
      runSubPipeline: ({ context }: Scene, { order }: { order: Parameters<SubPipelines['run']>[0] }) =>
        subPipelines.run(order, context.task),
      refuseSubPipeline: () => subPipelines.refuse(),
      stopSubPipeline: (_: Scene, { id, reason }: { id: string; reason: string }) => subPipelines.stop(id, reason),
      stopSubPipelines: (_: Scene, { reason }: { reason: string }) => subPipelines.stopAll(reason),
      answerExecution: (_: Scene, { id, error }: { id: string; error: string }) =>
        line.answer(answer({ command: 'algorithmExecutionError', data: { execId: id, error } })),
      disconnect: () => line.hangUp(1000, 'the worker has ended'),
      cut: () => line.hangUp(),
    },
  };
}

function messageOfWorker(word: SessionWord, { data, stopCause }: SessionContext): Message {
  switch (word) {
    case 'initialize':
      return { command: 'initialize', data };
    case 'start':
      return { command: 'start', data: { spanId: data?.spanId ?? {} } };
    case 'stop':
      return { command: 'stop', data: { forceStop: stopCause?.kind !== 'scaleDown' } };
    case 'exit':
      return { command: 'exit', data: { exitCode: 0 } };
  }
}

/** It gives all it has, twice, and says that everything is a batch. */
function messageOfSidecar(word: SessionWord, { data }: SessionContext): Message {
  return { command: word, data: { ...data, kind: 'batch', flatInput: null } };
}
