// The handle of one child of a task, a sub-pipeline or an execution: a promise with an id, a state and a stop.
//
//   L8. It settles once: with the response, or with an error whose code says how it ended. A handle that nobody awaits never
//       becomes an unhandled rejection.

import { RuntimeError } from '#errors';
import { childError } from '#handlers/child-error';
import type { ChildKind, ChildNews, Settlement } from '#model/api-call';

/** What a task has asked HKube to run. Await it, like any promise; it rejects with a `RuntimeError`. */
export interface Child<Result> extends Promise<Result> {
  readonly id: string;
  readonly state: 'requested' | 'running' | Settlement['kind'];
  /** Stops it. The handle rejects at once, with `SUB_PIPELINE_STOPPED` or `EXECUTION_STOPPED`: no word of it comes from HKube. */
  stop(reason?: string): void;
}

/** A started sub-pipeline. */
export type SubPipeline<Result> = Child<Result>;
/** A started execution of an algorithm. HKube does not say when it runs: its state is `requested` until it has ended. */
export type Execution<Result> = Child<Result>;

interface ChildHandleOptions {
  readonly id: string;
  readonly kind: ChildKind;
  readonly name: string;
  readonly stop: (id: string, by: 'algorithm' | 'signal', reason: string | null) => void;
  readonly signal: AbortSignal | undefined;
}

/** The handle, and the runtime's way to tell it news. A class, because a handler may hold ten thousand of them. */
export class ChildHandle implements Child<unknown> {
  readonly id: string;
  state: Child<unknown>['state'] = 'requested';
  readonly #options: ChildHandleOptions;
  readonly #promise: Promise<unknown>;
  #resolve: (response: unknown) => void = () => undefined;
  #reject: (error: RuntimeError) => void = () => undefined;

  constructor(options: ChildHandleOptions) {
    this.id = options.id;
    this.#options = options;
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get [Symbol.toStringTag](): string {
    return this.#options.kind === 'algorithm' ? 'Execution' : 'SubPipeline';
  }

  readonly #onAbort = (): void => this.#options.stop(this.id, 'signal', 'the signal was aborted');

  hear(news: ChildNews): void {
    if (news.kind === 'running') {
      this.state = 'running';
      return;
    }
    const { settlement } = news;
    this.state = settlement.kind;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (settlement.kind === 'done') return this.#resolve(settlement.response);
    this.#promise.catch(() => undefined);
    this.#reject(childError(settlement, this.#options));
  }

  stop(reason?: string): void {
    checkText(`${this[Symbol.toStringTag]}.stop`, { reason: reason ?? '' });
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
export function typed<Result>(handle: ChildHandle): Child<Result>;
export function typed(handle: ChildHandle): Child<unknown> {
  return handle;
}
