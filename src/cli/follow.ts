// Follows a run that was started: shows how far it is, stops it where somebody asks for that, and says how it ended.

import type { RunDocument, RunStatus } from '#descriptors/run';
import { LONGEST_TIMER_MS } from '#model/duration';
import { describeFailure } from '#model/failure';
import { ACTIVE_EXPIRED, EXPIRED } from '#machines/run.machine';
import { ExitCode } from '#cli/exit-code';
import { onInterrupt } from '#cli/interrupts';
import { printDocument, printJson, printLine, say, seconds } from '#cli/print';
import { createProgress, type ProgressView } from '#cli/progress';
import type { Exec } from '#cluster/exec';

export interface FollowOptions {
  readonly json?: boolean;
  /** A line of JSON for each change of the status, and then the document. */
  readonly watch?: boolean;
  /** In seconds; the run is stopped then. */
  readonly timeout?: number;
}

const TIMED_OUT = 'timed out';

/** Resolves with the exit code of the command. */
export async function follow(exec: Exec, jobId: string, options: FollowOptions): Promise<number> {
  const view = createProgress(process.stderr);
  const stop = (reason: string): void => {
    exec.stop({ jobId, reason }).catch((error: unknown) => view.log(describeFailure(error).message));
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
  const show = createShow(exec, jobId, { view, asLines: options.watch === true });
  try {
    const document = await exec.ended(jobId, { onStatus: show.take });
    await show.last();
    view.end();
    printEnd(document, options);
    if (document.status === 'stopped') await sayWhatHung(exec, jobId);
    return interrupts.code ?? exitCodeFor(document);
  } finally {
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
  /** The nodes are asked for with it, unless the answer to the former question is still on its way. */
  take(status: RunStatus): void;
  /** Once more, and for the last time: nothing is shown after it. */
  last(): Promise<void>;
}

/** Shows how the run stands. The nodes are news, not a need: where they cannot be asked for, the next time may do. */
function createShow(exec: Exec, jobId: string, { view, asLines }: ShowOptions): Show {
  let latest: RunStatus | undefined;
  let last = '';
  let asking: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    const graph = await exec.graph(jobId).catch(() => undefined);
    if (latest && graph) view.show(latest, graph);
  };
  return {
    take: (status) => {
      latest = status;
      const line = JSON.stringify({ status: status.status, data: status.data });
      if (asLines && line !== last) printLine(status);
      last = line;
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
async function sayWhatHung(exec: Exec, jobId: string): Promise<void> {
  const graph = await exec.graph(jobId).catch(() => undefined);
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
