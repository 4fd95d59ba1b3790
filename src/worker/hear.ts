// From an algorithm's message to what the worker makes of it: an event for the chart, an answer that needs no chart, or nothing.

import type { SessionEvent, SpanNews, TaskError } from '#machines/session.events';
import type { Message } from '#wire/encode';
import type { ReceivedOutgoing, WireError } from '#wire/outgoing';

export type Heard =
  | { readonly kind: 'event'; readonly event: SessionEvent }
  | { readonly kind: 'answer'; readonly message: Message; readonly reason: string }
  | { readonly kind: 'nothing' };

const event = (heard: SessionEvent): Heard => ({ kind: 'event', event: heard });
const nothing: Heard = { kind: 'nothing' };

/** What a message means. */
export function hear(message: ReceivedOutgoing): Heard {
  switch (message.command) {
    case 'initialized':
    case 'started':
    case 'stopped':
    case 'stopping':
      return event({ type: `wire.${message.command}` });
    case 'done':
      return event({ type: 'wire.done', result: message.data });
    case 'errorMessage':
      return event({ type: 'wire.failed', error: taskError(message.error) });
    case 'progress':
      return event({ type: 'wire.progressed', progress: message.data });
    case 'startSpan':
      return span({ kind: 'started', name: message.data.name, tags: message.data.tags ?? {} });
    case 'finishSpan':
      return span({ kind: 'finished', tags: message.data?.tags ?? {}, error: errorText(message.data?.error) });
    case 'startRawSubPipeline':
    case 'startStoredSubPipeline':
      return hearRequest(message);
    case 'stopSubPipeline':
      return hearStop(message.data);
    case 'startAlgorithmExecution':
      return answer('algorithmExecutionError', { execId: message.data.execId });
    case 'dataSourceRequest':
      return answer('dataSourceResponse', { requestId: message.data.requestId });
    // Facts for storages, streams, watchdogs and logs: the worker lives without them.
    case 'alive':
    case 'exited':
    case 'servingStatus':
    case 'storing':
    case 'stopAlgorithmExecution':
    case 'streamingStatistics':
    case 'streamingOutMessage':
    case 'streamingInMessageDone':
    case 'logData':
      return nothing;
  }
}

function span(news: SpanNews): Heard {
  return event({ type: 'wire.spanChanged', span: news });
}

type Stop = Extract<ReceivedOutgoing, { command: 'stopSubPipeline' }>;
type Request = Extract<ReceivedOutgoing, { command: 'startRawSubPipeline' | 'startStoredSubPipeline' }>;

function hearRequest(message: Request): Heard {
  const { subPipelineId: id, includeResult = false } = message.data;
  const order =
    message.command === 'startRawSubPipeline'
      ? ({ kind: 'raw', id, includeResult, pipeline: message.data.subPipeline } as const)
      : ({ kind: 'stored', id, includeResult, pipeline: message.data.subPipeline } as const);
  return event({ type: 'wire.subPipelineRequested', order });
}

function hearStop({ subPipelineId, reason = null }: Stop['data']): Heard {
  return event({ type: 'wire.subPipelineStopAsked', id: subPipelineId, reason });
}

/** A question that this worker cannot answer yet still gets an answer: an algorithm that waits must not wait for ever. */
function answer(command: string, ids: Readonly<Record<string, string>>): Heard {
  const error = 'This HKube worker does not know how to do that yet.';
  return { kind: 'answer', message: { command, data: { ...ids, error } }, reason: error };
}

function taskError(error: WireError | undefined): TaskError {
  return {
    // HKube's worker uses these words too.
    message: error?.message === undefined || error.message === '' ? 'unknown error' : error.message,
    ...(error?.code !== undefined && { code: error.code }),
    ...(error?.details !== undefined && { details: error.details }),
  };
}

function errorText(error: string | { readonly message: string } | null | undefined): string | null {
  return typeof error === 'object' ? (error?.message ?? null) : (error ?? null);
}
