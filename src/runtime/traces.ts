// The spans of an algorithm's tasks: what the charts' actions say of a task becomes live spans beside them. The span stack in the
// chart's context is what is open; here is where each of them goes to be seen.
//
//   V1. Below HKube's span there is one for the hook, `init`, and one for the handler, `start`; below that, what the author opens.
//   V2. A span is a child of what was current where it was opened, not of what happens to stand below it on the stack.
//   V3. Nothing stays open: what its task leaves open ends with it, and says so.

import type { TraceTask } from '#model/task-trace';
import type { ApiCall } from '#model/api-call';
import type { Failure } from '#model/failure';
import type { FinishedSpan } from '#model/finished-span';
import type { TaskIds, TaskOutcome } from '#model/task';
import { carrierOf, readCarrier, type TraceAddress, type TraceCarrier } from '#model/trace-carrier';
import type { Logger } from '#handlers/logger';
import { loadAlgorithmTracing } from '#tracing/load-tracing';
import type { AlgorithmTracing, LiveSpan, TraceSource } from '#tracing/tracing';

export interface TracesOptions {
  readonly source: Exclude<TraceSource, { kind: 'off' }>;
  readonly service: string;
  /** Whether the handlers run in this process. */
  readonly isInline: boolean;
  readonly logger: Logger;
}

export interface Traces {
  /** Resolves when spans can be made. Never rejects. */
  readonly ready: Promise<void>;
  /** Traces the tasks of handlers in this process; undefined before `ready`. */
  readonly traceTask: TraceTask | undefined;
  /** The hook's turn, or the handler's: its span, below the one that HKube's message told of. */
  enter(name: 'init' | 'start', task: TaskIds, carrier: unknown): TraceAddress | undefined;
  /** The hook has ended. */
  leave(name: 'init'): void;
  /** What the author's code has said; of a span that it opens, the carrier. */
  hear(call: ApiCall): TraceCarrier | undefined;
  take(spans: readonly FinishedSpan[]): void;
  /** By which HKube hears of a span of this task; undefined: nobody knows which is current. */
  carrierOf(id: string | undefined): TraceCarrier | undefined;
  /** Ends what the author has left open. */
  unwind(error: string | null): void;
  close(outcome: TaskOutcome, failure: Failure | null): void;
  /** Sends what waits; takes no longer than this. */
  end(deadlineMs: number): Promise<void>;
}

/** The task at hand. */
interface Traced {
  readonly tags: Readonly<Record<string, string>>;
  /** By the ids of the author's calls, in the order in which they were opened; the hook's goes by its own. */
  readonly open: Map<string, LiveSpan>;
  hook: LiveSpan | undefined;
}

export function createTraces({ source, service, isInline, logger }: TracesOptions): Traces {
  let tracing: AlgorithmTracing | undefined;
  let traceTask: TraceTask | undefined;
  let current: Traced | undefined;
  let hasComplained = false;
  let ending: Promise<void> | undefined;

  const ready = loadAlgorithmTracing({ source, service, isInline, logger }).then(
    (loaded) => {
      tracing = loaded;
      if (isInline) traceTask = loaded?.traceTask((id) => current?.open.get(id));
    },
    (error: unknown) => logger.error(`nothing is traced: ${error instanceof Error ? error.message : String(error)}`),
  );

  function parentIn(carrier: unknown): TraceAddress | null {
    const read = readCarrier(carrier);
    if (typeof read !== 'string') return read;
    if (!hasComplained) logger.warn(`${read}. The task is traced on its own.`);
    hasComplained = true;
    return null;
  }

  function enter(name: 'init' | 'start', task: TaskIds, carrier: unknown): TraceAddress | undefined {
    if (!tracing) return undefined;
    const isSame = current !== undefined && name === 'start';
    const traced: Traced = isSame && current ? current : { tags: tagsOf(task), open: new Map(), hook: undefined };
    current = traced;
    endHook(traced);
    const hook = tracing.tracer.open({ name, parent: parentIn(carrier), kind: 'consumer', tags: traced.tags });
    traced.hook = hook;
    traced.open.set(hook.address.spanId, hook);
    return hook.address;
  }

  function endHook(traced: Traced): void {
    if (!traced.hook) return;
    traced.open.delete(traced.hook.address.spanId);
    traced.hook.end();
    traced.hook = undefined;
  }

  /** V2. A library's span lives elsewhere: only its id is known here, and that it belongs to this trace. */
  function parentOf({ open, hook }: Traced, id: string | undefined): TraceAddress | null {
    if (id === undefined) return ([...open.values()].at(-1) ?? hook)?.address ?? null;
    return open.get(id)?.address ?? (hook ? { ...hook.address, spanId: id } : null);
  }

  function hearCall(traced: Traced, call: ApiCall): TraceCarrier | undefined {
    switch (call.kind) {
      case 'progress':
      case 'scalar':
        return undefined;
      case 'open': {
        const { id, name, tags, at, parent } = call;
        const isId = SPAN_ID.test(id);
        const span = tracing?.tracer.open({
          name,
          at,
          parent: parentOf(traced, parent),
          id: isId ? id : undefined,
          tags: tags ? { ...tags, ...traced.tags } : traced.tags,
        });
        if (span) traced.open.set(id, span);
        return span && carrierOf(span.address);
      }
      case 'end': {
        const span = traced.open.get(call.id);
        traced.open.delete(call.id);
        if (span) finish(span, call.end, call.at);
        return undefined;
      }
    }
  }

  function unwind(error: string | null): void {
    if (!current) return;
    const { open, hook } = current;
    for (const [id, span] of [...open].toReversed()) {
      if (span === hook) continue;
      open.delete(id);
      finish(span, { tags: { unfinished: true }, ...(error !== null && { error }) });
    }
  }

  return {
    ready,
    get traceTask() {
      return traceTask;
    },
    enter,
    leave: (name) => {
      if (current?.hook?.name === name) endHook(current);
    },
    hear: (call) => current && hearCall(current, call),
    take: (spans) => tracing?.take(spans),
    carrierOf: (id) => {
      if (!current) return undefined;
      const address = parentOf(current, id);
      return address ? carrierOf(address) : undefined;
    },
    unwind,
    close: (outcome, failure) => {
      unwind(failure?.message ?? null);
      if (!current) return;
      current.hook?.tag({ outcome });
      if (failure) current.hook?.fail(failure);
      endHook(current);
      current = undefined;
    },
    // What is still being loaded is closed, too: libraries would go on to find it.
    end: (deadlineMs) => (ending ??= ready.then(() => tracing?.close(deadlineMs))),
  };
}

/** Where ids are made for spans, they are such. */
const SPAN_ID = /^[\da-f]{16}$/;

function finish(span: LiveSpan, { tags, error }: Extract<ApiCall, { kind: 'end' }>['end'], at?: number): void {
  if (tags) span.tag(tags);
  if (error !== undefined) span.fail({ message: error });
  span.end(at);
}

/** The tags of HKube's wrappers; those that are known. */
function tagsOf(task: TaskIds): Readonly<Record<string, string>> {
  const { jobId, taskId, nodeName } = task;
  return {
    ...(jobId !== null && { jobId }),
    ...(taskId !== null && { taskId }),
    ...(nodeName !== null && { nodeName }),
  };
}
