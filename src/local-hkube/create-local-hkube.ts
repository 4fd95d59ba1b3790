// The door of local HKube: algorithms in, a place where pipelines run.

import { RuntimeError } from '#errors';
import { checkPipeline, type RawPipelineInput } from '#descriptors/pipeline';
import { type LocalHKubeOptions, resolveLocalOptions } from '#local-hkube/options';
import { createPool } from '#local-hkube/pool';
import { type LocalNotice, type Pools, type Run, startRun } from '#local-hkube/run';
import type { RunProgress } from '#local-hkube/run-document';

export interface RunOptions {
  /** Hears how far the run has come, whenever a task has ended. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Hears of each task, those of sub-pipelines too: start, progress, spans, end. */
  readonly onNotice?: (notice: LocalNotice) => void;
  /** Aborting it stops the run. */
  readonly signal?: AbortSignal;
}

/** An HKube on this machine. */
export interface LocalHKube {
  /** Starts the algorithms. Rejects with `CANNOT_LAUNCH`, with the last words of an algorithm that cannot be started. */
  start(): Promise<void>;
  /**
   * Runs a pipeline described in full. Throws `INVALID_DESCRIPTOR` at once for one that cannot run; how a run ends is in its
   * document.
   */
  runRaw(pipeline: RawPipelineInput, options?: RunOptions): Run;
  /** Stops what runs, and ends every algorithm. */
  stop(): Promise<void>;
}

/**
 * Creates a local HKube; nothing is started yet. Throws `INVALID_OPTIONS` at once.
 *
 * @example
 * const hkube = createLocalHKube({ algorithms: { square: { entry: './square.ts', workers: 2 } } });
 * await hkube.start();
 * const { status, data } = await hkube.runRaw({ name: 'demo', nodes: [{ nodeName: 'a', algorithmName: 'square', input: [3] }] }).done;
 * await hkube.stop();
 */
export function createLocalHKube(options: LocalHKubeOptions): LocalHKube {
  const { algorithms, launch, firstPort, logger } = resolveLocalOptions(options);
  const running = new Set<Run>();
  let port = firstPort;
  let state: 'new' | 'started' | 'stopped' = 'new';

  const nextPort = (): number => (firstPort === 0 ? 0 : port++);
  const pools: Pools = new Map(
    algorithms.map((algorithm) => [algorithm.name, createPool({ algorithm, nextPort, launch, logger })]),
  );

  async function stop(): Promise<void> {
    state = 'stopped';
    for (const run of running) run.stop('local HKube was stopped');
    await Promise.all([...pools.values()].map((pool) => pool.stop()));
  }

  return {
    start: async () => {
      if (state !== 'new')
        throw new RuntimeError('INVALID_CALL', `This local HKube was ${state} already: create another.`);
      state = 'started';
      try {
        await Promise.all([...pools.values()].map((pool) => pool.start()));
      } catch (error) {
        await stop();
        throw error;
      }
    },
    runRaw: (given, { onProgress, onNotice, signal } = {}) => {
      if (state !== 'started')
        throw new RuntimeError(
          'INVALID_CALL',
          `This local HKube is ${state === 'new' ? 'not started yet' : 'stopped'}.`,
        );
      const pipeline = checkPipeline(given, 'runRaw');
      const run = startRun(pipeline, pools, {
        parent: null,
        rootJobId: null,
        ...(onProgress && { onProgress }),
        ...(onNotice && { onNotice }),
      });
      running.add(run);
      const onAbort = (): void => run.stop('the signal was aborted');
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
      void run.done.then(() => {
        running.delete(run);
        signal?.removeEventListener('abort', onAbort);
      });
      return run;
    },
    stop,
  };
}
