// Runs the handlers in isolates: threads, or processes. Whatever they do, this event loop goes on, so heartbeats, stops and the
// inspector do (L13).
//
//   M1. One isolate is current. It serves task after task, until it ends or is ended.
//   M2. A spare waits, started but without the author's code: two copies of a model may be more than the machine has.
//   M3. An isolate that is busy with what nobody wants is ended: at once if it had the grace of a stop, else when it has come to
//       rest or `patienceMs` have passed.
//   M4. An isolate that ends with a run open fails it, with words (L6). The next task gets a fresh one.
//   M5. An entry that cannot be loaded fails each task with the same words; it is tried again for each, for it may have been mended.

import type { ChannelEnd, OpenChannel } from '#handlers/channel';
import { crashed, endedWhileLoading } from '#handlers/crash';
import type { HandlerHost, HostReports } from '#handlers/host';
import { type Isolate, startIsolate } from '#handlers/isolate';
import type { Logger } from '#handlers/logger';
import {
  ApiCalls,
  type Body,
  FinishedSpans,
  type HostReport,
  RequestedExecution,
  RequestedPipeline,
  tellNews,
  type Tongue,
  understood,
} from '#handlers/rpc';
import type { ChildNews, ChildRequest } from '#model/api-call';
import type { FinishedSpan } from '#model/finished-span';
import { describeFailure, type Failure, failureOf } from '#model/failure';
import type { Frame } from '#wire/codec';
import type { RawFrame } from '#wire/decoder';
import type { TaskData } from '#wire/task-data';

/** How the task and its result, which are wire messages, pass between the wire and an isolate. */
export interface TaskTongue extends Tongue {
  task(data: TaskData, frame: RawFrame | undefined): Body;
  /** The `done` message for the wire; throws if it cannot be sent. */
  result(body: Body): Frame;
}

export interface IsolatedHostOptions {
  readonly open: OpenChannel;
  readonly entry: string;
  /** The encoding of bodies. */
  readonly encoding: string;
  readonly frameBytes: number;
  readonly tongue: TaskTongue;
  readonly reports: HostReports;
  readonly logger: Logger;
  readonly patienceMs: number;
  /** Takes the spans that libraries have finished; undefined: nothing is traced. */
  readonly onTraced: ((spans: readonly FinishedSpan[]) => void) | undefined;
}

export function createIsolatedHost(options: IsolatedHostOptions): HandlerHost {
  const { open, entry, encoding, frameBytes, tongue, reports, logger, patienceMs, onTraced } = options;
  const retired = new Map<Isolate, NodeJS.Timeout>();
  let current: Isolate | undefined;
  let spare: Isolate | undefined;
  let started = 0;
  /** The run whose `initialized` was reported already. */
  let answered = 0;
  let leaving = false;
  let closed = false;

  function start(): Isolate {
    const isolate: Isolate = startIsolate(open, {
      onReport: (report, body) => hear(isolate, report, body),
      onEnd: (end) => bury(isolate, end),
    });
    return isolate;
  }

  /** A fresh isolate that loads the handlers. */
  function take(): Isolate {
    const taken = spare ?? start();
    spare = undefined;
    current = taken;
    started += 1;
    // Late replies to a sub-pipeline of an isolate that is gone find no namesake.
    const ids = started === 1 ? '' : `${started}.`;
    taken.post({ type: 'load', entry, encoding, frameBytes, ids, traces: onTraced !== undefined });
    return taken;
  }

  function retire(isolate: Isolate): void {
    current = undefined;
    if (isolate.stopAsked) return isolate.kill();
    retired.set(isolate, setTimeout(isolate.kill, patienceMs));
  }

  function hear(isolate: Isolate, report: HostReport, body: Body | undefined): void {
    if (retired.has(isolate) && !isolate.busy) isolate.kill();
    if (isolate !== current) return;
    try {
      understand(isolate, report, body);
    } catch (error) {
      current = undefined;
      isolate.kill();
      fail(isolate.run, describeFailure(error));
    }
  }

  function understand(isolate: Isolate, report: HostReport, body: Body | undefined): void {
    switch (report.type) {
      case 'loaded':
        spare ??= start();
        return;
      case 'unloadable':
        return giveUpLoading(isolate, report.failure);
      case 'initialized':
        if (answered !== report.run) reports.initialized(report.run);
        return;
      case 'returned':
        return conclude(report.run, body);
      case 'failed': {
        const { code, message, details } = report.failure;
        return reports.failed(report.run, failureOf(code, message, details));
      }
      case 'stopped':
        return reports.stopped(report.run);
      case 'left':
        return reports.left();
      case 'called':
        return reports.called(report.run, understood(ApiCalls, read(body)));
      case 'requested':
        return reports.requestChild(requested(report, read(body)));
      case 'stopRequested':
        return reports.stopChild(report.id, report.by, report.reason);
      case 'traced':
        return onTraced?.(understood(FinishedSpans, read(body)));
      case 'logged':
        return logger[report.level](report.message);
    }
  }

  const read = (body: Body | undefined): unknown => (body === undefined ? undefined : tongue.decode(body));

  function conclude(run: number, body: Body | undefined): void {
    let frame: Frame;
    try {
      frame = tongue.result(body ?? '');
    } catch (error) {
      return reports.failed(run, describeFailure(error));
    }
    reports.returned(run, frame);
  }

  /** A response can be such that it cannot be written again: nested too deep. Its handle has to settle (L8). */
  function newsFor(id: string, news: ChildNews): ReturnType<typeof tellNews> {
    try {
      return tellNews(id, news, tongue);
    } catch (error) {
      const settlement = { kind: 'failed', error: describeFailure(error).message } as const;
      return tellNews(id, { kind: 'settled', settlement }, tongue);
    }
  }

  function fail(run: number, failure: Failure): void {
    if (run > 0) reports.failed(run, failure);
  }

  function giveUpLoading(isolate: Isolate, failure: Failure): void {
    current = undefined;
    reports.unloadable(failure);
    if (isolate.stopAsked) reports.stopped(isolate.run);
    else fail(isolate.run, failure);
    if (leaving) reports.left();
    isolate.kill();
  }

  function bury(isolate: Isolate, end: ChannelEnd): void {
    clearTimeout(retired.get(isolate));
    retired.delete(isolate);
    if (isolate === spare) spare = undefined;
    if (isolate !== current || closed) return;
    current = undefined;
    const { run, loaded, stopAsked } = isolate;
    if (leaving) return reports.left();
    if (!loaded) return giveUpLoading(isolate, endedWhileLoading(entry, end));
    if (run === 0) return logger.warn(`between two tasks, ${end.how}: the next one gets a fresh one`);
    if (stopAsked) return reports.stopped(run);
    reports.failed(run, crashed(entry, end));
  }

  take();
  return {
    initialize: (run, data, { frame, hook } = {}) => {
      if (current?.busy) retire(current);
      const isolate = current ?? take();
      isolate.post({ type: 'initialize', run, ...(hook && { hook }) }, tongue.task(data, frame));
      // Without such a hook there is nothing to wait for.
      if (isolate.loaded?.initialize !== false) return;
      answered = run;
      reports.initialized(run);
    },
    start: (run, hook) => {
      if (current?.run === run) current.post({ type: 'start', run, ...(hook && { hook }) });
    },
    stop: (run, force) => {
      if (current?.run === run) current.post({ type: 'stop', run, force });
      else reports.stopped(run);
    },
    abandon: () => {
      if (!current) return;
      current.post({ type: 'abandon' });
      if (current.busy) retire(current);
    },
    exit: (code) => {
      leaving = true;
      if (current) current.post({ type: 'exit', code });
      else reports.left();
    },
    hearChild: (id, news) => {
      if (current) current.post(...newsFor(id, news));
    },
    close: () => {
      closed = true;
      for (const timer of retired.values()) clearTimeout(timer);
      for (const isolate of [current, spare, ...retired.keys()]) isolate?.kill();
    },
  };
}

function requested(report: Extract<HostReport, { type: 'requested' }>, body: unknown): ChildRequest {
  const { id, kind, includeResult, timeoutMs, span } = report;
  const asked = { id, includeResult, timeoutMs, ...(span !== undefined && { span }) };
  if (kind === 'algorithm') return { ...asked, kind, ...understood(RequestedExecution, body) };
  return { ...asked, kind, pipeline: understood(RequestedPipeline, body).subPipeline };
}
