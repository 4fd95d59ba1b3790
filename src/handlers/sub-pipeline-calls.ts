// The author's calls about sub-pipelines: requests leave as data, settlements come back and settle the handle (L8). The names
// and arguments of the official Node wrapper work too, so that an algorithm written for it runs unchanged.

import { RuntimeError } from '#errors';
import type { ApiPhase, ApiPort } from '#handlers/api-port';
import { checkText, type SubPipeline, SubPipelineHandle, typed } from '#handlers/sub-pipeline';
import { LONGEST_TIMER_MS } from '#model/duration';
import type { Settlement, SubPipelineNews, SubPipelineRequest } from '#model/api-call';
import type { RawSubPipeline, StoredSubPipeline } from '#wire/outgoing';

/** How to wait for a sub-pipeline. */
export interface SubPipelineOptions {
  /** Aborting it stops the sub-pipeline and rejects with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** Milliseconds from the request; after them the sub-pipeline is stopped and rejects with `SUB_PIPELINE_TIMED_OUT`. */
  readonly timeoutMs?: number;
  /** False asks HKube for a storage reference instead of the result. Default: true. */
  readonly includeResult?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

export interface SubPipelineCalls {
  /** Starts a pipeline described in full. Await the handle for its result: an array of `{nodeName, algorithmName, result}`. */
  startRawSubPipeline<Result = unknown>(pipeline: RawSubPipeline, options?: SubPipelineOptions): SubPipeline<Result>;
  /** Starts a pipeline that HKube has stored, by its name. */
  startStoredSubPipeline<Result = unknown>(
    pipeline: StoredSubPipeline,
    options?: SubPipelineOptions,
  ): SubPipeline<Result>;
  /** Stops a sub-pipeline of this task; its handle rejects with `SUB_PIPELINE_STOPPED`. */
  stopSubPipeline(id: string, reason?: string): void;
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

interface SubPipelineCallOptions {
  readonly port: ApiPort;
  /** Sends the calls before a request, so that order is kept. */
  readonly flush: () => void;
  readonly nextId: () => string;
  readonly phase: () => ApiPhase;
}

type Kind = SubPipelineRequest['kind'];

/** A promise that nobody awaits does not end the process. */
function guarded<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

export function createSubPipelineCalls({ port, flush, nextId, phase }: SubPipelineCallOptions): {
  readonly calls: SubPipelineCalls;
  readonly hear: (id: string, news: SubPipelineNews) => boolean;
} {
  const pending = new Map<string, SubPipelineHandle>();

  function start(kind: Kind, given: unknown, options: SubPipelineOptions = {}): SubPipelineHandle {
    const pipeline = checkPipeline(kind, given);
    const { includeResult = true, signal } = options;
    const timeoutMs = checkTimeout(kind, options.timeoutMs);
    const id = nextId();
    const handle = new SubPipelineHandle({ id, name: pipeline.name, stop: port.stopSubPipeline, signal });
    const refusal = signal?.aborted ? { kind: 'aborted' as const } : refusalIn(phase());
    if (refusal) {
      handle.hear({ kind: 'settled', settlement: refusal });
      return handle;
    }
    pending.set(id, handle);
    flush();
    port.requestSubPipeline({ id, kind, pipeline, includeResult, timeoutMs });
    return handle;
  }

  /** The official wrapper resolves with null when the result was not asked for. */
  const withoutHandle = (sub: SubPipelineHandle, includeResult: boolean): Promise<unknown> =>
    guarded(sub.then((result) => (includeResult ? result : null)));

  return {
    calls: {
      startRawSubPipeline: (pipeline, options) => typed(start('raw', pipeline, options)),
      startStoredSubPipeline: (pipeline, options) => typed(start('stored', pipeline, options)),
      stopSubPipeline: (id, reason) => {
        checkText('api.stopSubPipeline', { id, reason: reason ?? '' });
        port.stopSubPipeline(id, 'algorithm', reason ?? null);
      },
      startRawSubpipeline: (...[name, nodes, flowInput = {}, options = {}, webhooks = {}, includeResult = true]) =>
        withoutHandle(start('raw', { name, nodes, flowInput, options, webhooks }, { includeResult }), includeResult),
      startStoredSubpipeline: (name, flowInput = {}, includeResult = true) =>
        withoutHandle(start('stored', { name, flowInput }, { includeResult }), includeResult),
    },
    hear: (id, news) => {
      const handle = pending.get(id);
      if (news.kind === 'settled') pending.delete(id);
      handle?.hear(news);
      return handle !== undefined;
    },
  };
}

function refusalIn(phase: ApiPhase): Settlement | undefined {
  if (phase === 'start') return undefined;
  if (phase !== 'initialize') return { kind: 'taskEnded' };
  const error = new RuntimeError(
    'INVALID_CALL',
    'HKube takes sub-pipelines only while `start` runs: start them there, not in `initialize`.',
  );
  return { kind: 'notSent', error };
}

function checkPipeline(kind: Kind, pipeline: unknown): SubPipelineRequest['pipeline'] {
  const method = kind === 'raw' ? 'startRawSubPipeline' : 'startStoredSubPipeline';
  const wrong = (expected: string): never => {
    throw new RuntimeError('INVALID_CALL', `api.${method}: expected ${expected}.`);
  };
  if (typeof pipeline !== 'object' || pipeline === null) return wrong('a pipeline object with a name');
  const fields: Fields = { ...pipeline };
  const { name, nodes } = fields;
  if (typeof name !== 'string' || name === '') return wrong('`name` to be a string that is not empty');
  if (kind === 'raw' && (!Array.isArray(nodes) || nodes.length === 0)) return wrong('`nodes` to be an array of nodes');
  return { ...fields, name };
}

function checkTimeout(kind: Kind, timeoutMs: number | undefined): number | null {
  if (timeoutMs === undefined) return null;
  if (timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS) return timeoutMs;
  throw new RuntimeError(
    'INVALID_CALL',
    `api.start${kind === 'raw' ? 'Raw' : 'Stored'}SubPipeline: expected timeoutMs to be a number from 1 to ${LONGEST_TIMER_MS}.`,
  );
}
