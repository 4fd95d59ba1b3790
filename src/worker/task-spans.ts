// The spans of the tasks of one worker, as HKube's worker has them (protocol.md §9.3): an attempt from when it is taken to its end, one
// for each state below it, and below those what its algorithm opens. They live here, beside the chart.
//
//   A1. An attempt ends once, and all below it with it.
//   A2. One state begins where the one before it ends. What a message of the worker carries is the span of the state that says it.
//   A3. `results` takes no time here, and has its span all the same: in HKube it takes some.

import type { SpanNews, TaskEnd } from '#machines/session.events';
import { preciseNow } from '#model/precise-now';
import { type TaskIds, taskIds } from '#model/task';
import { addressOf, carrierOf, readCarrier, type TraceAddress, type TraceCarrier } from '#model/trace-carrier';
import type { LiveSpan, Tracer, Tracing, TracingLogger } from '#tracing/tracing';
import { type AlgorithmSpans, createAlgorithmSpans, type SpanGround } from '#worker/algorithm-spans';
import type { TaskData } from '#wire/task-data';

export type TracerOf = Pick<Tracing, 'tracer'>;

export interface TaskSpansOptions {
  /** Undefined: nothing is traced, and the rest is as it would be. */
  readonly tracing: TracerOf | undefined;
  readonly log: TracingLogger;
}

export interface TaskSpans {
  begin(data: TaskData): void;
  /** The attempt has come to this state; none is open: nothing. */
  enter(state: string): void;
  /** Of the state at hand. Undefined: nothing is traced. */
  readonly carrier: TraceCarrier | undefined;
  change(news: SpanNews): void;
  /** What the algorithm asks for, with the carrier of where it stands in the trace. */
  place<Order extends Placed>(order: Order): Order;
  end(task: TaskIds, end: TaskEnd): void;
}

/** What has a place in a trace. */
export interface Placed {
  readonly spanId?: unknown;
}

/** An attempt on its way. */
interface Attempt {
  readonly span: LiveSpan;
  readonly tags: SpanGround['tags'];
  /** Of its algorithm. */
  readonly tracer: Tracer;
  state: LiveSpan | undefined;
}

/** The service of the spans that are not its algorithm's. */
export const WORKER = 'worker';

export function createTaskSpans({ tracing, log }: TaskSpansOptions): TaskSpans {
  const own: AlgorithmSpans = createAlgorithmSpans(log);
  let attempt: Attempt | undefined;
  let hasComplained = false;

  function enter(state: string, at = preciseNow()): void {
    if (!tracing || !attempt || attempt.state?.name === state) return;
    attempt.state?.end(at);
    const { span, tags } = attempt;
    attempt.state = tracing.tracer(WORKER).open({ name: state, parent: span.address, tags, at });
  }

  function place<Order extends Placed>(order: Order): Order {
    const asked = readCarrier(order.spanId);
    if (typeof asked === 'string') complain(asked);
    const given = typeof asked === 'string' ? null : asked;
    const address: TraceAddress | undefined = given ?? own.current ?? attempt?.state?.address;
    if (address === undefined && order.spanId === undefined) return order;
    return { ...order, spanId: address && carrierOf(address) };
  }

  function complain(problem: string): void {
    if (hasComplained) return;
    hasComplained = true;
    log.warn(`${problem}. What was asked for goes below the span that is open, or its task.`);
  }

  return {
    begin: (data) => {
      if (!tracing) return;
      const name = data.algorithmName ?? 'algorithm';
      const tags = tagsOf(taskIds(data));
      const opening = { name: `${name} start`, kind: 'consumer', parent: addressOf(data.spanId), tags } as const;
      attempt = { span: tracing.tracer(WORKER).open(opening), tags, tracer: tracing.tracer(name), state: undefined };
    },
    enter,
    get carrier() {
      return attempt?.state && carrierOf(attempt.state.address);
    },
    change: (news) => {
      const parent = attempt?.state?.address;
      own.change(news, attempt && parent && { tracer: attempt.tracer, parent, tags: attempt.tags });
    },
    place,
    end: (task, end) => {
      own.closeAll(nameOf(task), end.kind === 'succeed' || end.kind === 'failed' ? 'ended' : 'interrupted');
      const ended = attempt;
      if (!ended) return;
      const at = preciseNow();
      enter('results', at);
      ended.state?.end(at);
      attempt = undefined;
      closeAttempt(ended.span, end, at);
    },
  };
}

function closeAttempt(span: LiveSpan, end: TaskEnd, at: number): void {
  if (end.kind === 'failed' || end.kind === 'crashed') span.fail(end.error);
  if (end.kind === 'stopped') span.tag({ status: end.kind, reason: end.reason });
  span.end(at);
}

/** HKube's tags of a task. */
export function tagsOf({ jobId, taskId }: TaskIds): SpanGround['tags'] {
  return { ...(jobId !== null && { jobId }), ...(taskId !== null && { taskId }) };
}

function nameOf({ taskId, nodeName }: TaskIds): string {
  return `task ${taskId ?? 'without an id'}${nodeName === null ? '' : ` of node "${nodeName}"`}`;
}
