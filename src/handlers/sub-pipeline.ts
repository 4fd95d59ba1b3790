// The handle of one sub-pipeline: a promise with an id, a state and a stop.
//
//   L8. It settles once: with the response, or with an error whose code says how it ended. A handle that nobody awaits never
//       becomes an unhandled rejection.

import { RuntimeError } from '#errors';
import type { Settlement, SubPipelineNews } from '#model/api-call';

/** A started sub-pipeline. Await it, like any promise; it rejects with a `RuntimeError`. */
export interface SubPipeline<Result> extends Promise<Result> {
  readonly id: string;
  readonly state: 'requested' | 'running' | Settlement['kind'];
  /** Stops it. The handle rejects at once with `SUB_PIPELINE_STOPPED`: no word of it comes back from HKube. */
  stop(reason?: string): void;
}

interface SubPipelineOptions {
  readonly id: string;
  readonly name: string;
  readonly stop: (by: 'algorithm' | 'signal', reason: string | null) => void;
  readonly signal: AbortSignal | undefined;
}

export function createSubPipeline<Result>({ id, name, stop, signal }: SubPipelineOptions): {
  readonly handle: SubPipeline<Result>;
  readonly hear: (news: SubPipelineNews) => void;
} {
  let state: SubPipeline<Result>['state'] = 'requested';
  const { promise, resolve, reject } = withResolvers<unknown>();
  promise.catch(() => undefined);
  const onAbort = (): void => stop('signal', 'the signal was aborted');
  signal?.addEventListener('abort', onAbort, { once: true });

  function hear(news: SubPipelineNews): void {
    if (news.kind === 'running') {
      state = 'running';
      return;
    }
    const { settlement } = news;
    state = settlement.kind;
    signal?.removeEventListener('abort', onAbort);
    if (settlement.kind === 'done') resolve(settlement.response);
    else reject(errorOf(settlement, { id, name, signal }));
  }

  const handle = Object.defineProperties(promise, {
    id: { value: id, enumerable: true },
    state: { get: () => state, enumerable: true },
    stop: { value: (reason?: string) => stop('algorithm', reason ?? null) },
  });
  return { handle: asHandle<Result>(handle), hear };
}

/** The wire carries any result; its type is the author's word for it. */
function asHandle<Result>(handle: Promise<unknown>): SubPipeline<Result>;
function asHandle(handle: Promise<unknown>): Promise<unknown> {
  return handle;
}

function withResolvers<Value>(): {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (error: unknown) => void;
} {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

type Failed = Exclude<Settlement, { kind: 'done' }>;
type Named = { readonly id: string; readonly name: string; readonly signal: AbortSignal | undefined };

function errorOf(settlement: Failed, { id, name, signal }: Named): RuntimeError {
  const what = `Sub-pipeline "${name}" (${id})`;
  const facts = { subPipelineId: id, subPipelineName: name };
  switch (settlement.kind) {
    case 'failed':
      return new RuntimeError('SUB_PIPELINE_FAILED', `${what} failed: ${settlement.error}`, {
        facts: { ...facts, error: settlement.error },
      });
    case 'stopped': {
      const by = settlement.by === 'algorithm' ? 'by this algorithm' : 'from outside';
      const reason = settlement.reason ?? 'no reason given';
      return new RuntimeError('SUB_PIPELINE_STOPPED', `${what} was stopped ${by}: ${reason}`, {
        facts: { ...facts, reason, by: settlement.by },
      });
    }
    case 'timedOut': {
      const { timeoutMs } = settlement;
      return new RuntimeError('SUB_PIPELINE_TIMED_OUT', `${what} took longer than ${timeoutMs} ms and was stopped.`, {
        facts: { ...facts, timeoutMs },
      });
    }
    case 'aborted':
      return new RuntimeError('ABORTED', `${what} was aborted by the signal given to it.`, {
        facts,
        cause: signal?.reason,
      });
    case 'taskEnded':
      return new RuntimeError(
        'TASK_ENDED',
        `The task ended before sub-pipeline "${name}" (${id}) did. Await it before the handler returns.`,
        { facts },
      );
    case 'notSent':
      if (settlement.error instanceof RuntimeError) return settlement.error;
      return new RuntimeError('NOT_ENCODABLE', `${what} could not be sent: ${describe(settlement.error)}`, {
        facts,
        cause: settlement.error,
      });
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
