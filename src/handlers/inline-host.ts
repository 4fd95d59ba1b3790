// Runs the handlers in this process, on this event loop: nothing is faster, and nothing protects from a handler that does not
// yield (L13).
//
//   H1. Each hook and handler runs once an attempt (L2), in a microtask of its own: so the runtime has answered before it.
//   H2. Whatever is thrown becomes one report with words (L6); a hook that throws in a stop or an exit is only logged (L4).

import type { CheckedHandlers } from '#handlers/algorithm-handlers';
import { createTaskApi, type TaskApi } from '#handlers/api';
import type { HandlerHost, Hook, HostReports } from '#handlers/host';
import { createLazyAbort, type LazyAbort } from '#handlers/lazy-abort';
import type { Logger } from '#handlers/logger';
import type { TraceTask } from '#model/task-trace';
import { RuntimeError } from '#errors';
import type { ApiCall } from '#model/api-call';
import { describeFailure } from '#model/failure';
import type { Frame } from '#wire/codec';
import type { TaskData } from '#wire/task-data';

export interface InlineHostOptions {
  readonly handlers: CheckedHandlers;
  readonly reports: HostReports;
  readonly logger: Logger;
  /** Encodes the `done` message; throws what explains why it cannot. */
  readonly encodeResult: (result: unknown) => Frame;
  /** Begins the ids that it gives to spans and children. */
  readonly ids?: string;
  /** Undefined as long as nothing is traced. */
  readonly traceTask?: (() => TraceTask | undefined) | undefined;
  /** Whether the run is to end: asked where a handler that never yields looks at its signal. */
  readonly isAsked?: (run: number) => boolean;
}

/** One task in this host. */
interface Run {
  readonly run: number;
  readonly data: TaskData;
  readonly task: TaskApi;
  readonly abort: LazyAbort;
  /** Settles when nothing of the author's code runs for it any more; never rejects. */
  busy: Promise<void>;
}

const NOTHING_RUNS = Promise.resolve();

const stopAsked = (): RuntimeError => aborted('a stop was asked for');

export function createInlineHost(options: InlineHostOptions): HandlerHost {
  const { handlers, reports, logger, encodeResult, ids = '', isAsked, traceTask } = options;
  let current: Run | undefined;
  let given = 0;
  const warned = new Set<string>();
  const nextId = (): string => `${ids}${(given += 1)}`;

  function warnOnce(message: string): void {
    if (warned.has(message)) return;
    warned.add(message);
    logger.warn(message);
  }

  function begin(run: number, data: TaskData): Run {
    const abort = createLazyAbort(isAsked && { isAsked: () => isAsked(run), reason: stopAsked });
    const { requestChild, stopChild } = reports;
    const called = (calls: readonly ApiCall[]): void => reports.called(run, calls);
    const port = { called, requestChild, stopChild };
    return {
      run,
      data,
      abort,
      task: createTaskApi({ port, abort, logger, nextId, traceTask: traceTask?.() }),
      busy: NOTHING_RUNS,
    };
  }

  /** Runs author's code in a microtask and reports how it ended; not at all if the task was aborted before that. */
  async function attempt(
    { run, task, abort }: Run,
    work: () => unknown,
    onValue: (value: unknown) => void,
  ): Promise<void> {
    try {
      await Promise.resolve();
      if (abort.aborted) return;
      const value = await work();
      task.flush();
      onValue(value);
    } catch (error) {
      task.flush();
      reports.failed(run, describeFailure(error));
      task.enter('ended');
    }
  }

  async function quietly(name: string, hook: (() => unknown) | undefined): Promise<void> {
    try {
      await hook?.();
    } catch (error) {
      logger.error(`the ${name} handler threw: ${describeFailure(error).details}`);
    }
  }

  function end(reason: string): void {
    current?.abort.abort(aborted(reason));
  }

  function abandon(): void {
    end('the host has begun another task');
    current?.task.enter('ended');
    current = undefined;
  }

  function warnOfLoss(result: unknown): void {
    if (result === undefined) warnOnce('start returned undefined: the task succeeds without a result');
    else if (typeof result === 'number' && !Number.isFinite(result))
      warnOnce(`start returned ${result}: JSON has null for it`);
    else if (typeof result === 'function' || typeof result === 'symbol')
      warnOnce(`start returned a ${typeof result}: it cannot travel`);
    else if (result instanceof Map || result instanceof Set || result instanceof Error) {
      warnOnce(`start returned a ${result.constructor.name}: JSON has an empty object for it`);
    }
  }

  return {
    initialize: (run, data, { hook } = {}) => {
      current?.task.enter('ended');
      const next = begin(run, data);
      current = next;
      const { initialize } = handlers;
      if (!initialize) return reports.initialized(run);
      next.busy = attempt(
        next,
        below(next.task, hook, () => initialize(data, next.task.api)),
        () => reports.initialized(run),
      );
    },
    start: (run, hook) => {
      const now = current;
      if (now?.run !== run) return;
      now.task.enter('start');
      now.busy = attempt(
        now,
        below(now.task, hook, () => handlers.start(now.data, now.task.api)),
        (result) => {
          warnOfLoss(result);
          reports.returned(run, encodeResult(result));
          now.task.enter('ended');
        },
      );
    },
    stop: (run, force) => {
      const now = current;
      if (!now) return reports.stopped(run);
      now.task.enter('stopping');
      end('a stop was asked for');
      const { api, trace } = now.task;
      const cleanUp = (): unknown => handlers.stop?.({ forceStop: force }, api);
      const hook = quietly('stop', trace ? () => trace.beside(cleanUp) : cleanUp);
      void Promise.all([hook, now.busy]).then(() => {
        now.task.enter('ended');
        reports.stopped(run);
      });
    },
    abandon,
    exit: (code) => {
      end('the process is leaving');
      void quietly('exit', () => handlers.exit?.({ exitCode: code })).then(reports.left);
    },
    hearChild: (id, news) => {
      current?.task.hear(id, news);
    },
    close: abandon,
  };
}

/** What runs below the span that was made for it. */
function below(task: TaskApi, hook: Hook, work: () => unknown): () => unknown {
  const { trace } = task;
  return trace && hook ? () => trace.run(hook, work) : work;
}

function aborted(reason: string): RuntimeError {
  return new RuntimeError('ABORTED', `The task was aborted: ${reason}.`, { facts: { reason } });
}
