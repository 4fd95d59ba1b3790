// Follows a run that was started: shows how far it is, stops it where somebody asks for that, and says how it ended.

import type { RunDocument } from '#descriptors/run';
import { ACTIVE_EXPIRED, EXPIRED } from '#machines/run.machine';
import { ExitCode } from '#cli/exit-code';
import { onInterrupt } from '#cli/interrupts';
import { printDocument, printJson, printLine, say, seconds } from '#cli/print';
import { createProgress, type ProgressView } from '#cli/progress';
import type { Side } from '#cli/side';

export interface FollowOptions {
  readonly json?: boolean;
  /** With `json`: a line for each change of the status, and then the document. */
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
      : setTimeout(stop, options.timeout * 1_000, `${TIMED_OUT} after ${options.timeout} s`);
  const showing = setInterval(() => void show(side, jobId, { view, options }), SHOW_MS);
  try {
    const document = await side.ended(jobId);
    clearInterval(showing);
    await show(side, jobId, { view, options });
    view.end();
    printEnd(document, options);
    return interrupts.code ?? exitCodeFor(document);
  } finally {
    clearInterval(showing);
    clearTimeout(timer);
    view.end();
  }
}

interface Showing {
  readonly view: ProgressView;
  readonly options: FollowOptions;
}

let lastLine = '';

/** How a run stands is news, not a need: one that cannot be asked is asked again. */
async function show(side: Side, jobId: string, { view, options }: Showing): Promise<void> {
  try {
    const [status, graph] = await Promise.all([side.status(jobId), side.graph(jobId)]);
    if (!options.json) {
      view.show(status, graph);
      return;
    }
    const line = JSON.stringify({ status: status.status, data: status.data });
    if (options.watch && line !== lastLine) printLine(status);
    lastLine = line;
  } catch {
    // The next one may be answered.
  }
}

function printEnd(document: RunDocument, { json, watch }: FollowOptions): void {
  const { jobId, status, timeTook } = document;
  say(`run ${jobId} ${status}, ${seconds(timeTook)}`);
  if (json && watch) printLine(document);
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
