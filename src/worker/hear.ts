// From an algorithm's message to what the worker makes of it: an event for the chart, an answer that needs no chart, or nothing.

import type { SessionEvent, SpanNews, SubPipelineOrder, TaskError } from '#machines/session.events';
import { brokenSchema, type Heard, UNNAMABLE_SPAN } from '#worker/refusals';
import type { Message } from '#wire/encode';
import type { ReceivedOutgoing } from '#wire/outgoing';

const event = (heard: SessionEvent): Heard => ({ kind: 'event', event: heard });
/** The worker lives without it. */
const nothing = event({ type: 'wire.ignored' });

/** What a message means to HKube's worker. */
export function hear(message: ReceivedOutgoing): Heard {
  switch (message.command) {
    case 'initialized':
    case 'started':
    case 'stopped':
    case 'stopping':
    case 'alive':
      return event({ type: `wire.${message.command}` });
    case 'done':
      return event({ type: 'wire.done', result: message.data });
    case 'errorMessage':
      return event({ type: 'wire.failed', error: taskError(message.error) });
    case 'progress':
      return event({ type: 'wire.progressed', progress: message.data });
    case 'startSpan':
      return hearSpan(message.data);
    case 'finishSpan':
      return span({ kind: 'finished', tags: message.data?.tags ?? {}, error: errorText(message.data?.error) });
    case 'startRawSubPipeline':
    case 'startStoredSubPipeline':
      return hearRequest(message);
    case 'stopSubPipeline':
      return hearStop(message.data);
    case 'startAlgorithmExecution':
      return hearExecution(message.data);
    case 'stopAlgorithmExecution':
      return hearExecutionStop(message.data);
    case 'dataSourceRequest':
      return hearDataSourceRequest(message.data);
    // Facts for storages, streams and logs.
    case 'exited':
    case 'servingStatus':
    case 'storing':
    case 'streamingStatistics':
    case 'streamingOutMessage':
    case 'streamingInMessageDone':
    case 'logData':
      return nothing;
  }
}

/** What a message means to HKube's debug sidecar, which listens to few. */
export function hearAsSidecar(message: ReceivedOutgoing): Heard {
  // It takes `data || message`, so a result of 0, "", false or null comes out as the message itself.
  if (message.command === 'done')
    return event({ type: 'wire.done', result: truthy(message.data) ? message.data : { ...message } });
  if (message.command === 'startRawSubPipeline')
    return event({ type: 'wire.subPipelineRequested', order: shifted(orderOf(message)) });
  return HEARD_BY_SIDECAR.has(message.command) ? hear(message) : nothing;
}

const HEARD_BY_SIDECAR: ReadonlySet<ReceivedOutgoing['command']> = new Set([
  'errorMessage',
  'startStoredSubPipeline',
  'startAlgorithmExecution',
  'dataSourceRequest',
]);
const truthy = (value: unknown): boolean => Boolean(value);

/** It passes options, webhooks and flow input on where the flow input, the options and the webhooks are expected. */
function shifted(order: SubPipelineOrder): SubPipelineOrder {
  const { flowInput, options, webhooks, ...rest } = order.pipeline;
  return { ...order, pipeline: { ...rest, flowInput: options, options: webhooks, webhooks: flowInput } };
}

function span(news: SpanNews): Heard {
  return event({ type: 'wire.spanChanged', span: news });
}

type Data<Command extends ReceivedOutgoing['command']> = Extract<ReceivedOutgoing, { command: Command }>['data'];
type Request = Extract<ReceivedOutgoing, { command: 'startRawSubPipeline' | 'startStoredSubPipeline' }>;

function hearSpan({ name, tags }: Data<'startSpan'>): Heard {
  const given: unknown = name;
  if (typeof given === 'string' && given !== '') return span({ kind: 'started', name: given, tags: tags ?? {} });
  if (truthy(given)) return event({ type: 'wire.spanUnnamable', refusal: UNNAMABLE_SPAN });
  return rejected('startSpan', 'a span without a name: it is not traced');
}

function hearRequest(message: Request): Heard {
  return event({ type: 'wire.subPipelineRequested', order: orderOf(message) });
}

function orderOf({ command, data }: Request): SubPipelineOrder {
  const { subPipelineId: id, includeResult = false, subPipeline: pipeline } = data;
  return { kind: command === 'startRawSubPipeline' ? 'raw' : 'stored', id, includeResult, pipeline };
}

function hearStop({ subPipelineId, reason = null }: Data<'stopSubPipeline'>): Heard {
  return event({ type: 'wire.subPipelineStopAsked', id: subPipelineId, reason });
}

function hearExecution({ execId, algorithmName, input = [] }: Data<'startAlgorithmExecution'>): Heard {
  const problem = !isText(execId)
    ? 'data.execId: should be string'
    : !isText(algorithmName)
      ? 'data.algorithmName: should be string'
      : Array.isArray(input)
        ? null
        : 'data.input: should be array';
  if (problem === null) return event({ type: 'wire.executionRequested', id: String(execId) });
  return brokenSchema('startAlgorithmExecution', {
    command: 'algorithmExecutionError',
    data: { execId, error: problem },
  });
}

/** No execution can have been started. */
function hearExecutionStop({ execId }: Data<'stopAlgorithmExecution'>): Heard {
  const error = isText(execId) ? `unable to find execId ${execId}` : 'data.execId: should be string';
  return answer('stopAlgorithmExecution', { command: 'algorithmExecutionError', data: { execId, error } });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** There are no data sources to find. */
function hearDataSourceRequest({ requestId, dataSource }: Data<'dataSourceRequest'>): Heard {
  const named = 'dataSourceId' in dataSource || 'snapshotId' in dataSource;
  const error = named ? 'could not find dataSource' : 'unable to find matching data-source';
  return answer('dataSourceRequest', { command: 'dataSourceResponse', data: { requestId, error } });
}

function answer(sent: string, message: Message): Heard {
  return {
    kind: 'answer',
    message,
    refusal: {
      sent: `\`${sent}\``,
      rule: 'This HKube worker has no data sources and no executions yet.',
      consequence: 'answered',
      remedy: 'Try it in a cluster.',
    },
  };
}

function rejected(command: string, reason: string): Heard {
  return event({ type: 'wire.rejected', rejection: { kind: 'unexpected', command, reason } });
}

/** HKube's worker reads `message` and nothing else, and has words for when there is none. */
function taskError(error: unknown): TaskError {
  if (typeof error !== 'object' || error === null) return { message: 'unknown error' };
  const text = (key: string): string | undefined => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [message, code, details] = [text('message'), text('code'), text('details')];
  return {
    message: message ?? 'unknown error',
    ...(code !== undefined && { code }),
    ...(details !== undefined && { details }),
  };
}

function errorText(error: string | { readonly message: string } | null | undefined): string | null {
  return typeof error === 'object' ? (error?.message ?? null) : (error ?? null);
}
