// The `api` that a handler gets: the author's calls become plain data for the runtime, and its answers become promises.
//
//   I1. A call that is wrong throws at the author's line; a call that comes after its task has ended does no harm.
//   I2. Calls of one turn leave together, in order; the first few leave at once, and then what waits every BUSY_MS, or when it is
//       much, so that a handler that does not yield is heard too, and nobody has to take all of its calls in one go (L12).

import { RuntimeError } from '#errors';
import type { ApiPhase, ApiPort } from '#handlers/api-port';
import type { LazyAbort } from '#handlers/lazy-abort';
import type { TaskTrace, TraceTask } from '#model/task-trace';
import type { Logger } from '#handlers/logger';
import { createMetricCalls, type MetricCalls } from '#handlers/metric-calls';
import { createSpanCalls, type SpanCalls } from '#handlers/span-calls';
import { createChildCalls, type ChildCalls } from '#handlers/child-calls';
import type { ApiCall, ChildNews } from '#model/api-call';
import type { Json } from '#model/json';

const IMMEDIATE_CALLS = 4;
const BUSY_MS = 50;
const MANY_CALLS = 256;

/** What a handler can ask of the runtime. It belongs to one task: its calls mean that task, also when they come late. */
export interface AlgorithmApi extends SpanCalls, ChildCalls, MetricCalls {
  /** Fires on stop, on exit, and when the host has begun another task. Pass it on to whatever can be cancelled. */
  readonly signal: AbortSignal;
  /** Reports progress: `{progress: 40, details: 'half of the tiles'}`, or any JSON value. HKube's own worker only logs it. */
  progress(progress: Json): void;
  readonly log: Logger;
}

/** The api of one task, and the runtime's handles on it. */
export interface TaskApi {
  readonly api: AlgorithmApi;
  readonly trace: TaskTrace | undefined;
  enter(phase: ApiPhase): void;
  /** Sends what waits for the end of the turn. */
  flush(): void;
  /** News of a child; false if this task did not ask for it. */
  hear(id: string, news: ChildNews): boolean;
}

export interface TaskApiOptions {
  readonly port: ApiPort;
  readonly abort: Pick<LazyAbort, 'signal'>;
  readonly logger: Logger;
  readonly nextId: () => string;
  /** Where the task is traced. */
  readonly traceTask?: TraceTask | undefined;
}

export function createTaskApi({ port, abort, logger, nextId, traceTask }: TaskApiOptions): TaskApi {
  let phase: ApiPhase = 'initialize';
  let immediate = 0;
  let waiting: ApiCall[] = [];
  let leftAt = 0;

  function flush(): void {
    if (waiting.length === 0) return;
    leftAt = performance.now();
    const calls = waiting;
    waiting = [];
    port.called(calls);
  }

  function endTurn(): void {
    immediate = 0;
    flush();
  }

  /** Whether it is heard. */
  function call(next: ApiCall): boolean {
    if (phase === 'ended') return false;
    if (phase === 'initialize' && (next.kind === 'open' || next.kind === 'end')) {
      logger.debug('a span outside of start is not traced');
      return false;
    }
    if (immediate === 0) queueMicrotask(endTurn);
    immediate += 1;
    if (immediate <= IMMEDIATE_CALLS) {
      leftAt = performance.now();
      port.called([next]);
      return true;
    }
    // L12: of progress that waits, the latest wins.
    if (next.kind === 'progress' && waiting.at(-1)?.kind === 'progress') waiting.pop();
    waiting.push(next);
    if (waiting.length >= MANY_CALLS || performance.now() - leftAt > BUSY_MS) flush();
    return true;
  }

  const trace = traceTask?.(flush);
  const spans = createSpanCalls({ call, nextId, trace });
  const metrics = createMetricCalls({ call, logger });
  const children = createChildCalls({ port, flush, nextId, trace, phase: () => phase });

  return {
    api: {
      get signal() {
        return abort.signal;
      },
      log: logger,
      progress: (progress) => {
        if (progress === undefined)
          throw new RuntimeError('INVALID_CALL', 'api.progress: expected a JSON value, got undefined.');
        call({ kind: 'progress', progress });
      },
      ...spans,
      ...metrics,
      ...children.calls,
    },
    trace,
    flush,
    hear: children.hear,
    enter: (next) => {
      phase = next;
    },
  };
}
