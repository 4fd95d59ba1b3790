// Binds the effects of the session chart: what the worker says, and the sub-pipelines of its algorithm.

import { fromCallback } from 'xstate';
import type { SessionContext, SessionWord } from '#machines/session.events';
import { sessionMachine } from '#machines/session.machine';
import { describeFailure } from '#model/failure';
import type { Line } from '#worker/line';
import type { SubPipelines } from '#worker/sub-pipelines';
import type { Message } from '#wire/encode';

/** The session chart, ready to run on this line. */
export function provideSession(line: Line, subPipelines: SubPipelines): typeof sessionMachine {
  return sessionMachine.provide({
    actors: { link: fromCallback(({ sendBack }) => line.listen(sendBack)) },
    actions: {
      say: ({ context, self }, { word }) => {
        try {
          line.send(messageOf(word, context));
        } catch (error) {
          self.send({ type: 'link.refused', error: describeFailure(error) });
        }
      },
      runSubPipeline: ({ context }, { order }) => subPipelines.run(order, context.task),
      refuseSubPipeline: () => subPipelines.refuse(),
      stopSubPipeline: (_, { id, reason }) => subPipelines.stop(id, reason),
      stopSubPipelines: (_, { reason }) => subPipelines.stopAll(reason),
      disconnect: () => line.hangUp(1000, 'the worker has ended'),
    },
  });
}

function messageOf(word: SessionWord, { data }: SessionContext): Message {
  switch (word) {
    case 'initialize':
      return { command: 'initialize', data };
    case 'start':
      return { command: 'start', data: { spanId: data?.spanId ?? {} } };
    case 'stop':
      return { command: 'stop', data: { forceStop: true } };
    case 'exit':
      return { command: 'exit', data: { exitCode: 0 } };
  }
}
