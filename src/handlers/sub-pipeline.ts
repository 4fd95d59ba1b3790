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
  readonly stop: (id: string, by: 'algorithm' | 'signal', reason: string | null) => void;
  readonly signal: AbortSignal | undefined;
}

/** The handle, and the runtime's way to tell it news. A class, because a handler may hold ten thousand of them. */
export class SubPipelineHandle implements SubPipeline<unknown> {
  readonly id: string;
  state: SubPipeline<unknown>['state'] = 'requested';
  readonly [Symbol.toStringTag] = 'SubPipeline';
  readonly #options: SubPipelineOptions;
  readonly #promise: Promise<unknown>;
  #resolve: (response: unknown) => void = () => undefined;
  #reject: (error: RuntimeError) => void = () => undefined;

  constructor(options: SubPipelineOptions) {
    this.id = options.id;
    this.#options = options;
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => this.#options.stop(this.id, 'signal', 'the signal was aborted');

  hear(news: SubPipelineNews): void {
    if (news.kind === 'running') {
      this.state = 'running';
      return;
    }
    const { settlement } = news;
    this.state = settlement.kind;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (settlement.kind === 'done') return this.#resolve(settlement.response);
    this.#promise.catch(() => undefined);
    this.#reject(errorOf(settlement, this.#options));
  }

  stop(reason?: string): void {
    checkText('SubPipeline.stop', { reason: reason ?? '' });
    this.#options.stop(this.id, 'algorithm', reason ?? null);
  }

  then<Value = unknown, Caught = never>(
    onValue?: ((value: unknown) => Value | PromiseLike<Value>) | null,
    onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null,
  ): Promise<Value | Caught> {
    return this.#promise.then(onValue, onError);
  }

  catch<Caught = never>(onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null): Promise<unknown> {
    return this.#promise.catch(onError);
  }

  finally(onEnd?: (() => void) | null): Promise<unknown> {
    return this.#promise.finally(onEnd);
  }
}

/** A call gets text where the worker expects text: what else came would end in its logs, or end it. */
export function checkText(call: string, given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string') continue;
    throw new RuntimeError('INVALID_CALL', `${call}: expected ${name} to be a string, got ${typeof value}.`);
  }
}

/** The wire carries any result; its type is the author's word for it. */
export function typed<Result>(handle: SubPipelineHandle): SubPipeline<Result>;
export function typed(handle: SubPipelineHandle): SubPipeline<unknown> {
  return handle;
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
