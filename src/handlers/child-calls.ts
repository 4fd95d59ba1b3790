// The author's calls that start something in HKube, a sub-pipeline or an execution: requests leave as data, settlements come back
// and settle the handle (L8). The names and arguments of the official Node wrapper work too, so that an algorithm written for it
// runs unchanged.

import { RuntimeError } from '#errors';
import type { ApiPhase, ApiPort } from '#handlers/api-port';
import { checkText, ChildHandle, type Execution, type SubPipeline, typed } from '#handlers/child';
import type { TaskTrace } from '#model/task-trace';
import { LONGEST_TIMER_MS } from '#model/duration';
import {
  type ChildKind,
  type ChildNews,
  type ChildRequest,
  type ExecutionRequest,
  nameOf,
  type Settlement,
  type SubPipelineRequest,
} from '#model/api-call';
import type { RawSubPipeline, StoredSubPipeline } from '#wire/outgoing';

/** How to wait for what was started. */
export interface ChildOptions {
  /** Aborting it stops what was started, and rejects with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** Milliseconds from the request; after them it is stopped, and rejects with `SUB_PIPELINE_TIMED_OUT` or `EXECUTION_TIMED_OUT`. */
  readonly timeoutMs?: number;
  /** False asks HKube for a storage reference instead of the result. Default: true. */
  readonly includeResult?: boolean;
}
export type SubPipelineOptions = ChildOptions;
export type ExecutionOptions = ChildOptions;

/** An algorithm that HKube knows, by its name, and its arguments; none by default. */
export interface AlgorithmRequest {
  readonly name: string;
  readonly input?: readonly unknown[];
}

type Fields = Readonly<Record<string, unknown>>;

export interface ChildCalls {
  /** Starts a pipeline described in full. Await the handle for its result: an array of `{nodeName, algorithmName, result}`. */
  startRawSubPipeline<Result = unknown>(pipeline: RawSubPipeline, options?: SubPipelineOptions): SubPipeline<Result>;
  /** Starts a pipeline that HKube has stored, by its name. */
  startStoredSubPipeline<Result = unknown>(
    pipeline: StoredSubPipeline,
    options?: SubPipelineOptions,
  ): SubPipeline<Result>;
  /** Stops a sub-pipeline of this task; its handle rejects with `SUB_PIPELINE_STOPPED`. */
  stopSubPipeline(id: string, reason?: string): void;
  /** Runs another algorithm once. Await the handle for what it returns. Works in `initialize` too. */
  startAlgorithm<Result = unknown>(request: AlgorithmRequest, options?: ExecutionOptions): Execution<Result>;
  /** The official wrapper's form of `startAlgorithm`. */
  startAlgorithm(name: string, input?: readonly unknown[], includeResult?: boolean): Promise<unknown>;
  /** The official wrapper's form of `startRawSubPipeline`. */
  startRawSubpipeline(
    ...args: [
      name: string,
      nodes: readonly Fields[],
      flowInput?: Fields,
      options?: Fields,
      webhooks?: Fields,
      includeResult?: boolean,
    ]
  ): Promise<unknown>;
  /** The official wrapper's form of `startStoredSubPipeline`. */
  startStoredSubpipeline(name: string, flowInput?: Fields, includeResult?: boolean): Promise<unknown>;
}

interface ChildCallOptions {
  readonly port: ApiPort;
  /** Sends the calls before a request, so that order is kept. */
  readonly flush: () => void;
  readonly nextId: () => string;
  readonly phase: () => ApiPhase;
  readonly trace: TaskTrace | undefined;
}

/** What is to be started. */
type Target =
  Pick<SubPipelineRequest, 'kind' | 'pipeline'> | Pick<ExecutionRequest, 'kind' | 'algorithmName' | 'input'>;

const METHODS = {
  raw: 'startRawSubPipeline',
  stored: 'startStoredSubPipeline',
  algorithm: 'startAlgorithm',
} as const satisfies Record<ChildKind, string>;

/** A promise that nobody awaits does not end the process. */
function guarded<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

export function createChildCalls({ port, flush, nextId, phase, trace }: ChildCallOptions): {
  readonly calls: ChildCalls;
  readonly hear: (id: string, news: ChildNews) => boolean;
} {
  const pending = new Map<string, ChildHandle>();

  function start(target: Target, options: ChildOptions = {}): ChildHandle {
    const { includeResult = true, signal } = options;
    const timeoutMs = checkTimeout(target.kind, options.timeoutMs);
    const span = trace?.current();
    const request: ChildRequest = {
      ...{ ...target, id: nextId(), includeResult, timeoutMs },
      ...(span !== undefined && { span }),
    };
    const { id, kind } = request;
    const handle = new ChildHandle({ id, kind, name: nameOf(request), stop: port.stopChild, signal });
    const refusal = signal?.aborted ? { kind: 'aborted' as const } : refusalIn(phase(), kind);
    if (refusal) {
      handle.hear({ kind: 'settled', settlement: refusal });
      return handle;
    }
    pending.set(id, handle);
    flush();
    port.requestChild(request);
    return handle;
  }

  /** The official wrapper resolves with null when the result was not asked for. */
  const withoutHandle = (child: ChildHandle, includeResult: boolean): Promise<unknown> =>
    guarded(child.then((result) => (includeResult ? result : null)));

  function startAlgorithm<Result>(request: AlgorithmRequest, options?: ExecutionOptions): Execution<Result>;
  function startAlgorithm(name: string, input?: readonly unknown[], includeResult?: boolean): Promise<unknown>;
  function startAlgorithm(
    given: AlgorithmRequest | string,
    second?: ExecutionOptions | readonly unknown[],
    includeResult = true,
  ): Promise<unknown> {
    if (typeof given === 'string')
      return withoutHandle(start(checkAlgorithm({ name: given, input: second }), { includeResult }), includeResult);
    return start(checkAlgorithm(given), checkOptions(second));
  }

  return {
    calls: {
      startRawSubPipeline: (pipeline, options) => typed(start(checkPipeline('raw', pipeline), options)),
      startStoredSubPipeline: (pipeline, options) => typed(start(checkPipeline('stored', pipeline), options)),
      stopSubPipeline: (id, reason) => {
        checkText('api.stopSubPipeline', { id, reason: reason ?? '' });
        port.stopChild(id, 'algorithm', reason ?? null);
      },
      startAlgorithm,
      startRawSubpipeline: (...[name, nodes, flowInput = {}, options = {}, webhooks = {}, includeResult = true]) => {
        const pipeline = checkPipeline('raw', { name, nodes, flowInput, options, webhooks });
        return withoutHandle(start(pipeline, { includeResult }), includeResult);
      },
      startStoredSubpipeline: (name, flowInput = {}, includeResult = true) =>
        withoutHandle(start(checkPipeline('stored', { name, flowInput }), { includeResult }), includeResult),
    },
    hear: (id, news) => {
      const handle = pending.get(id);
      if (news.kind === 'settled') pending.delete(id);
      handle?.hear(news);
      return handle !== undefined;
    },
  };
}

function refusalIn(phase: ApiPhase, kind: ChildKind): Settlement | undefined {
  if (phase === 'start' || (phase === 'initialize' && kind === 'algorithm')) return undefined;
  if (phase !== 'initialize') return { kind: 'taskEnded' };
  const error = new RuntimeError(
    'INVALID_CALL',
    'HKube takes sub-pipelines only while `start` runs: start them there, not in `initialize`.',
  );
  return { kind: 'notSent', error };
}

function wrongCall(kind: ChildKind, expected: string): RuntimeError {
  return new RuntimeError('INVALID_CALL', `api.${METHODS[kind]}: expected ${expected}.`);
}

const NAME = '`name` to be a string that is not empty';
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function checkPipeline(kind: SubPipelineRequest['kind'], pipeline: unknown): Target {
  if (typeof pipeline !== 'object' || pipeline === null) throw wrongCall(kind, 'a pipeline object with a name');
  const fields: Fields = { ...pipeline };
  const { name, nodes } = fields;
  if (typeof name !== 'string' || name === '') throw wrongCall(kind, NAME);
  if (kind === 'raw' && (!isList(nodes) || nodes.length === 0))
    throw wrongCall(kind, '`nodes` to be an array of nodes');
  return { kind, pipeline: { ...fields, name } };
}

function checkAlgorithm(request: unknown): Target {
  const kind = 'algorithm';
  if (typeof request !== 'object' || request === null)
    throw wrongCall(kind, 'an object with the name of an algorithm, or its name');
  const { name, input = [] }: Fields = { ...request };
  if (typeof name !== 'string' || name === '') throw wrongCall(kind, NAME);
  if (!isList(input)) throw wrongCall(kind, '`input` to be an array, the arguments of the algorithm');
  return { kind, algorithmName: name, input };
}

/** After a request in full there is no input to come. */
function checkOptions(given: ExecutionOptions | readonly unknown[] = {}): ExecutionOptions {
  if (isList(given)) throw wrongCall('algorithm', '`input` to stand beside `name`');
  return given;
}

function checkTimeout(kind: ChildKind, timeoutMs: number | undefined): number | null {
  if (timeoutMs === undefined) return null;
  if (timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS) return timeoutMs;
  throw wrongCall(kind, `timeoutMs to be a number from 1 to ${LONGEST_TIMER_MS}`);
}
