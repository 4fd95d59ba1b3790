// Follows a build: how far it is, each line of its log as it comes, how it ended, and what to do then.

import { RuntimeError } from '#errors';
import { type BuildStatus, isBuildOver } from '#cluster/builds';
import { describeFailure } from '#model/failure';
import { LONGEST_TIMER_MS } from '#model/duration';
import { ExitCode } from '#cli/exit-code';
import type { Interruption } from '#cli/interrupts';
import { createLogLines, dim, tame } from '#cli/log-lines';
import { createMeter } from '#cli/meter';
import type { OpenHKube } from '#cli/open-api';
import { say, seconds } from '#cli/print';

export interface BuildFollowing {
  readonly buildId: string;
  /** In seconds; nobody waits longer. */
  readonly timeout?: number | undefined;
  readonly interruption: Interruption;
  /** Where the lines of the log go. Default: stderr, dim on a terminal. */
  readonly onLine?: (line: string) => void;
  /** Hears each status. */
  readonly onStatus?: (status: BuildStatus) => void;
}

export interface FollowedBuild {
  /** As it was last seen: its end, unless nobody waited for it. */
  readonly build: BuildStatus | undefined;
  readonly code: number;
}

/** Resolves when it is over, when its time is, or when somebody interrupts; then a build of this process is stopped. */
export async function followBuild(hkube: OpenHKube, following: BuildFollowing): Promise<FollowedBuild> {
  const { buildId, timeout, interruption } = following;
  const view = createView(following);
  const leaving = createLeaving(hkube, buildId, view.log);
  const onInterrupt = (): void => leaving.begin(interruption.code ?? ExitCode.failed, 'interrupted');
  interruption.signal.addEventListener('abort', onInterrupt);
  if (interruption.signal.aborted) onInterrupt();
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(
          () => leaving.begin(ExitCode.timedOut, `timed out after ${timeout} s`),
          Math.min(timeout * 1_000, LONGEST_TIMER_MS),
        );
  try {
    const build = await hkube.api.builds.ended(buildId, { onStatus: view.show, signal: leaving.signal });
    view.end();
    sayEnd(hkube, build);
    return { build, code: leaving.code ?? exitCodeOfBuild(build) };
  } catch (error) {
    if (leaving.code === undefined || !isAborted(error)) throw error;
    return { build: view.last(), code: leaving.code };
  } finally {
    clearTimeout(timer);
    interruption.signal.removeEventListener('abort', onInterrupt);
    view.end();
  }
}

export function exitCodeOfBuild({ status }: BuildStatus): number {
  switch (status) {
    case 'completed':
      return ExitCode.ok;
    case 'stopped':
      return ExitCode.stopped;
    default:
      return ExitCode.failed;
  }
}

/** Somebody waits no longer. A build elsewhere goes on; one of this process cannot, and its end is waited for. */
function createLeaving({ api, isOurs, command }: OpenHKube, buildId: string, log: (line: string) => void) {
  const controller = new AbortController();
  let code: number | undefined;
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
    begin: (asked: number, why: string): void => {
      if (code !== undefined) return;
      code = asked;
      if (!isOurs) {
        log(`${why}: build ${buildId} goes on. Follow it, or stop it:`);
        log(`  ${command(`builds log ${buildId} --follow`)}`);
        log(`  ${command(`builds stop ${buildId}`)}`);
        controller.abort();
        return;
      }
      log(`${why}: stopping build ${buildId}; once more ends it at once`);
      // What cannot be stopped from here, such as what another process builds in this folder, is not waited for.
      api.builds.stop(buildId).catch((error: unknown) => {
        log(describeFailure(error).message);
        controller.abort();
      });
    },
  };
}

const isAborted = (error: unknown): boolean => error instanceof RuntimeError && error.code === 'ABORTED';

function createView({ buildId, onLine, onStatus }: BuildFollowing) {
  const meter = createMeter({ stream: process.stderr, name: `build ${buildId}`, quietMs: 0, everyMs: 0 });
  const lines = createLogLines();
  let last: BuildStatus | undefined;
  return {
    log: meter.log,
    last: () => last,
    end: meter.end,
    show: (build: BuildStatus): void => {
      last = build;
      for (const line of lines.take(build.result?.data ?? '', isBuildOver(build)))
        if (onLine) onLine(line);
        else meter.log(dim(line, process.stderr));
      const done = build.progress ?? 0;
      meter.show({ done, total: 100, words: `${build.status}, ${done}%` });
      onStatus?.(build);
    },
  };
}

/** How it ended, and what to do. Its last lines stand above. */
function sayEnd({ command }: OpenHKube, build: BuildStatus): void {
  const { buildId, status } = build;
  const took = tookOf(build);
  const why = status === 'failed' ? `: ${errorOf(build)}` : '';
  say(`build ${buildId} ${status}${took === '' ? '' : `, ${took}`}${why}`);
  if (status === 'failed') say(`Mend it, and apply it again. The whole log: ${command(`builds log ${buildId}`)}`);
  if (status === 'stopped') say(`To begin it again: ${command(`builds rerun ${buildId}`)}`);
}

export const errorOf = ({ error, trace }: BuildStatus): string =>
  tame((error || trace?.split('\n')[0]) ?? 'HKube does not say why').trim();

/** Empty as long as it is not over. */
export function tookOf({ startTime, endTime }: BuildStatus): string {
  if (typeof startTime !== 'number' || typeof endTime !== 'number') return '';
  return seconds((endTime - startTime) / 1_000);
}
