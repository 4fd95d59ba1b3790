// From a worker's message to what the runtime makes of it: an event for the chart, or one for the holder of children.

import type { AlgorithmEvent } from '#machines/algorithm.events';
import type { Failure } from '#model/failure';
import type { ChildrenEvent } from '#machines/child.machine';
import type { RawFrame, Rejection } from '#wire/decoder';
import type { Incoming } from '#wire/incoming';

export type Heard =
  | { readonly to: 'algorithm'; readonly event: AlgorithmEvent }
  | { readonly to: 'children'; readonly event: ChildrenEvent }
  | { readonly to: 'nobody' };

type SubPipelineReply = Extract<Incoming, { command: `subPip${string}` }>;
type ExecutionReply = Extract<Incoming, { command: `algorithmExecution${string}` }>;

const algorithm = (event: AlgorithmEvent): Heard => ({ to: 'algorithm', event });

/** What a message means. `frame`: where it came from, for those who read it again elsewhere. */
export function hear(message: Incoming, frame?: RawFrame): Heard {
  switch (message.command) {
    case 'initialize':
      return algorithm({ type: 'wire.initialize', data: message.data, ...(frame && { frame }) });
    case 'start':
      return algorithm({ type: 'wire.start', spanId: message.data?.spanId });
    case 'stop':
      return algorithm({ type: 'wire.stop', force: message.data?.forceStop ?? true });
    case 'exit':
      return algorithm({ type: 'wire.exit', code: message.data?.exitCode ?? 0 });
    case 'subPipelineStarted':
    case 'subPipelineDone':
    case 'subPipelineError':
    case 'subPipelineStopped':
    case 'subPiplineStopped':
      return { to: 'children', event: subPipelineReply(message) };
    case 'algorithmExecutionDone':
    case 'algorithmExecutionError':
      return { to: 'children', event: executionReply(message) };
    case 'alreadyConnectedError':
      return algorithm({ type: 'link.refused', reason: alreadyConnected(message.data?.hostname) });
    case 'cleanup':
      return { to: 'nobody' };
    case 'dataSourceResponse':
    case 'serviceDiscoveryUpdate':
    case 'streamingInMessage':
      return hearRejected({
        kind: 'unexpected',
        command: message.command,
        reason: `${message.command} answers nothing that this algorithm can ask for`,
      });
  }
}

function subPipelineReply(message: SubPipelineReply): ChildrenEvent {
  switch (message.command) {
    case 'subPipelineStarted':
      return { type: 'wire.subPipelineStarted', id: message.data.subPipelineId };
    case 'subPipelineDone':
      return { type: 'wire.subPipelineDone', id: message.data.subPipelineId, response: message.data.response };
    case 'subPipelineError':
      return {
        type: 'wire.subPipelineFailed',
        id: message.data.subPipelineId ?? null,
        error: message.data.error,
      };
    case 'subPipelineStopped':
    case 'subPiplineStopped':
      return { type: 'wire.subPipelineStopped', id: message.data.subPipelineId, reason: message.data.reason ?? null };
  }
}

function executionReply({ command, data }: ExecutionReply): ChildrenEvent {
  switch (command) {
    case 'algorithmExecutionDone':
      return { type: 'wire.executionDone', id: data.execId, response: data.response };
    case 'algorithmExecutionError':
      return { type: 'wire.executionFailed', id: data.execId ?? null, error: data.error };
  }
}

function alreadyConnected(hostname: string | null | undefined): string {
  return `another algorithm is connected to this worker already${hostname ? `, from ${hostname}` : ''}`;
}

/** What a frame means that was not understood: a task that cannot begin is failed with words (L11). */
export function hearRejected(rejection: Rejection): Heard {
  if (rejection.kind === 'mistyped' && rejection.command === 'initialize') {
    return algorithm({ type: 'wire.initializeRejected', rejection, failure: failureOf(rejection) });
  }
  if (rejection.kind === 'mistyped' && rejection.command === 'start') {
    return algorithm({ type: 'wire.startRejected', rejection, failure: failureOf(rejection) });
  }
  return algorithm({ type: 'wire.rejected', rejection });
}

function failureOf({ command, reason }: Rejection): Failure {
  return {
    code: 'Failed',
    message: `The task cannot begin: the ${command ?? ''} message is not usable (${reason}).`,
    details: 'The host sent it; see docs/wire-protocol.md for the form that an algorithm understands.',
  };
}
