// Follows a run that was started: shows how far it is, stops it where somebody asks for that, and says how it ended.

import type { RunDocument } from '#descriptors/run';
import { LONGEST_TIMER_MS } from '#model/duration';
import { ACTIVE_EXPIRED, EXPIRED } from '#machines/run.machine';
import { ExitCode } from '#cli/exit-code';
import { onInterrupt } from '#cli/interrupts';
import { printDocument, printJson, printLine, say, seconds } from '#cli/print';
import { createProgress, type ProgressView } from '#cli/progress';
import type { Side } from '#cli/side';

export interface FollowOptions {
  readonly json?: boolean;
  /** A line of JSON for each change of the status, and then the document. */
  readonly watch?: boolean;
  /** In seconds; the run is stopped then. */
  readonly timeout?: number;
}

const SHOW_MS = 100;
const TIMED_OUT = 'timed out';

/** Resolves with the exit code of the command. */
export async function follow(side: Side, jobId: string, options: FollowOptions): Promise<number> {
  const view = createProgress(process.stderr);
  const stop = (reason: string): void => {
    side.stop(jobId, reason).catch((error: unknown) => view.log(String(error)));
  };
  const interrupts = onInterrupt((signal) => {
    view.log(`stopping run ${jobId}; once more ends it at once`);
    stop(`stopped by ${signal}`);
  });
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(
          stop,
          Math.min(options.timeout * 1_000, LONGEST_TIMER_MS),
          `${TIMED_OUT} after ${options.timeout} s`,
        );
  const show = createShow(side, jobId, { view, asLines: options.watch === true });
  const showing = setInterval(show.now, SHOW_MS);
  try {
    const document = await side.ended(jobId);
    clearInterval(showing);
    await show.last();
    view.end();
    printEnd(document, options);
    if (document.status === 'stopped') await sayWhatHung(side, jobId);
    return interrupts.code ?? exitCodeFor(document);
  } finally {
    clearInterval(showing);
    clearTimeout(timer);
    view.end();
  }
}

interface ShowOptions {
  readonly view: ProgressView;
  /** Each change on stdout, too. */
  readonly asLines: boolean;
}

interface Show {
  /** Asks how the run stands, unless the answer to the former question is still on its way. */
  now(): void;
  /** Once more, and for the last time: nothing is shown after it. */
  last(): Promise<void>;
}

/** Shows how the run stands. That is news, not a need: where it cannot be asked, the next time may do. */
function createShow(side: Side, jobId: string, { view, asLines }: ShowOptions): Show {
  let last = '';
  let asking: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    try {
      const [status, graph] = await Promise.all([side.status(jobId), side.graph(jobId)]);
      view.show(status, graph);
      const line = JSON.stringify({ status: status.status, data: status.data });
      if (asLines && line !== last) printLine(status);
      last = line;
    } catch {
      // As said.
    }
  };
  return {
    now: () => {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
    },
    last: async () => {
      // What is on its way would be shown after the end.
      await asking;
      await ask();
    },
  };
}

/** Of a run that was stopped people want to know where it was. */
async function sayWhatHung(side: Side, jobId: string): Promise<void> {
  const graph = await side.graph(jobId).catch(() => undefined);
  const hung = (graph?.nodes ?? []).flatMap(({ nodeName, status, batchInfo }) => {
    if (batchInfo && batchInfo.running > 0) return [`${nodeName} (${batchInfo.running} of ${batchInfo.total})`];
    return status === 'active' ? [nodeName] : [];
  });
  if (hung.length > 0) say(`active then: ${hung.join(', ')}`);
}

function printEnd(document: RunDocument, { json, watch }: FollowOptions): void {
  const { jobId, status, timeTook } = document;
  say(`run ${jobId} ${status}, ${seconds(timeTook)}`);
  if (watch) printLine(document);
  else if (json) printJson(document);
  else printDocument(document);
}

export function exitCodeFor(document: RunDocument): number {
  switch (document.status) {
    case 'completed':
      return ExitCode.ok;
    case 'failed':
      return ExitCode.failed;
    case 'stopped':
      return isTimeOut(document.reason) ? ExitCode.timedOut : ExitCode.stopped;
  }
}

function isTimeOut(reason: string): boolean {
  return reason === EXPIRED || reason === ACTIVE_EXPIRED || reason.startsWith(TIMED_OUT);
}
