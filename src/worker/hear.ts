// From an algorithm's message to what the worker makes of it: an event for the chart, an answer that needs no chart, or nothing.

import type { SessionEvent, SpanNews, SubPipelineOrder, TaskError } from '#machines/session.events';
import { errorInResponse } from '#worker/faults';
import { brokenSchema, type Heard, UNNAMABLE_SPAN } from '#worker/refusals';
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
  if (!HEARD_BY_SIDECAR.has(message.command)) return nothing;
  const heard = hear(message);
  if (heard.kind === 'event' || message.command !== 'startAlgorithmExecution') return heard;
  return { ...heard, message: errorInResponse(heard.message) };
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
  const kind = command === 'startRawSubPipeline' ? 'raw' : 'stored';
  return { kind, id, includeResult, pipeline, ...placeOf(data) };
}

/** Where the author's code stood in its trace; `null` is msgpack's word for nothing. */
function placeOf(data: Readonly<Record<string, unknown>>): { readonly spanId?: unknown } {
  return data.spanId === undefined || data.spanId === null ? {} : { spanId: data.spanId };
}

function hearStop({ subPipelineId, reason = null }: Data<'stopSubPipeline'>): Heard {
  return event({ type: 'wire.subPipelineStopAsked', id: subPipelineId, reason });
}

function hearExecution({ execId, algorithmName, input = [], ...rest }: Data<'startAlgorithmExecution'>): Heard {
  if (!isText(execId)) return brokenExecution('startAlgorithmExecution', execId, 'data.execId: should be string');
  if (!isText(algorithmName))
    return brokenExecution('startAlgorithmExecution', execId, 'data.algorithmName: should be string');
  if (!isList(input)) return brokenExecution('startAlgorithmExecution', execId, 'data.input: should be array');
  // The official wrapper sends an empty one where there is no input, whatever the storage.
  if (isList(rest.storageInput) ? rest.storageInput.length > 0 : truthy(rest.storageInput)) return storedInput(execId);
  // The Java wrapper has a name of its own for it.
  const includeResult = truthy(rest.includeResult) || truthy(rest.resultAsRaw);
  const order = { id: execId, algorithmName, input, includeResult, ...placeOf(rest) };
  return event({ type: 'wire.executionRequested', order });
}

function hearExecutionStop({ execId, reason }: Data<'stopAlgorithmExecution'>): Heard {
  if (!isText(execId)) return brokenExecution('stopAlgorithmExecution', execId, 'data.execId: should be string');
  return event({ type: 'wire.executionStopAsked', id: execId, reason: reason ?? null });
}

function brokenExecution(sent: string, execId: unknown, error: string): Heard {
  return brokenSchema(sent, { command: 'algorithmExecutionError', data: { execId, error } });
}

function storedInput(execId: string): Heard {
  return {
    kind: 'answer',
    message: {
      command: 'algorithmExecutionError',
      data: { execId, error: 'storageInput is of storage v2 and v3, and this HKube worker has v1: send input instead' },
    },
    refusal: {
      sent: '`startAlgorithmExecution` with storageInput',
      rule: 'HKube’s worker has storage v3, and reads the input from there; this one does not yet.',
      consequence: 'answered',
      remedy: 'Set STORAGE_PROTOCOL=v1 for the algorithm, and send the values in `input`.',
    },
  };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** There are no data sources to find. */
function hearDataSourceRequest({ requestId, dataSource }: Data<'dataSourceRequest'>): Heard {
  const named = 'dataSourceId' in dataSource || 'snapshotId' in dataSource;
  const error = named ? 'could not find dataSource' : 'unable to find matching data-source';
  return {
    kind: 'answer',
    message: { command: 'dataSourceResponse', data: { requestId, error } },
    refusal: {
      sent: '`dataSourceRequest`',
      rule: 'This HKube worker has no data sources yet.',
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
