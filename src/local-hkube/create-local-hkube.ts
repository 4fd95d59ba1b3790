// The door of local HKube: algorithms in, a place where pipelines run.

import { RuntimeError } from '#errors';
import type { Builder } from '#builds/builder';
import { type AlgorithmRequest, pipelineOfAlgorithm } from '#descriptors/algorithm-request';
import type { Board, BoardRequest } from '#descriptors/board';
import { checkPipeline, type RawPipeline, type RawPipelineInput } from '#descriptors/pipeline';
import type { RunDocument, RunGraph, RunStatus, RunSummary } from '#descriptors/run';
import { type LocalHKubeOptions, resolveLocalOptions } from '#local-hkube/options';
import { assemble } from '#local-hkube/assemble';
import type { Jobs } from '#local-hkube/jobs';
import { checkFault } from '#local-hkube/manners';
import type { MetricsSide } from '#local-hkube/metrics-side';
import type { PoolWorker } from '#local-hkube/pool-worker';
import type { Pool } from '#local-hkube/pool-port';
import type { Run } from '#local-hkube/run';
import type { RunProgress } from '#local-hkube/run-document';
import type { LocalNotice } from '#local-hkube/runs';
import type { AlgorithmSummary } from '#local-hkube/served';
import type { StoredRequest } from '#pipeline/merge';
import type { AlgorithmStore } from '#store/create-store';
import type { PipelineStore } from '#store/pipelines';
import type { Fault } from '#worker/faults';

/** HKube's reason where nobody gives one. */
const STOPPED = 'stopped due to request';

export interface RunOptions {
  /** Hears how far the run has come, whenever a task has begun or ended. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Hears of each task, those of sub-pipelines too: start, progress, spans, retries, end. */
  readonly onNotice?: (notice: LocalNotice) => void;
  /** Aborting it stops the run. */
  readonly signal?: AbortSignal;
}

/** An HKube on this machine. */
export interface LocalHKube {
  /** Opens its folder, and starts the hot workers. Rejects with `CANNOT_LAUNCH`, with the last words of one that cannot be started. */
  start(): Promise<void>;
  /**
   * Runs a pipeline described in full. Throws `INVALID_DESCRIPTOR` at once for one that cannot run; how a run ends is in its
   * document.
   */
  runRaw(pipeline: RawPipelineInput, options?: RunOptions): Run;
  /**
   * Runs a stored pipeline. What the request says is laid over it: objects by key, arrays by index; its `flowInput` replaces the
   * stored one. Throws like `runRaw`.
   */
  runStored(request: StoredRequest, options?: RunOptions): Run;
  /** Runs one algorithm, as a pipeline of one node that is called as it is. Throws like `runRaw`. */
  runAlgorithm(request: AlgorithmRequest, options?: RunOptions): Run;
  /** Runs that are nobody's sub-pipeline, newest first: also those of before, where a folder keeps them. */
  runs(): Promise<readonly RunSummary[]>;
  /** How a run stands, be it on its way or over. Rejects with `NOT_FOUND`. */
  status(jobId: string): Promise<RunStatus>;
  /** How each node of a run stands. Rejects with `NOT_FOUND`. */
  graph(jobId: string): Promise<RunGraph>;
  /** The result document of a run that is over. Rejects with `NOT_FOUND`, and with `INVALID_CALL` while it is on its way. */
  result(jobId: string): Promise<RunDocument>;
  /** Stops a run. Throws `NOT_FOUND` if there is none of that id on its way. */
  stopRun(jobId: string, reason?: string): void;
  /** The stored pipelines. */
  pipelines(): readonly RawPipeline[];
  /** Takes more of them, keeps them in its folder, and lets them go. */
  readonly pipelineStore: PipelineStore;
  /** What else is known of runs, and can be done with them. */
  readonly jobs: Jobs;
  /** The algorithms, by name, and where they come from; those that were applied, too. */
  algorithms(): readonly AlgorithmSummary[];
  /** The algorithms that are applied. */
  readonly store: AlgorithmStore;
  /** What is built of them. */
  readonly builds: Builder;
  /** The link to the inspector's page, with its token; null where there is none, or before the start. */
  readonly inspector: string | null;
  /** The workers of this algorithm misbehave once more: see `Fault`. Throws `INVALID_OPTIONS`. */
  inject(algorithm: string, fault: Fault): void;
  /**
   * The processes of this algorithm are asked to stop (`forceStop: false`) and to leave, as HKube does when it scales down; others
   * are started. As in HKube, a task that answers with `stopped` has then succeeded, without a result. Throws `INVALID_OPTIONS`.
   */
  scaleDown(algorithm: string): void;
  /**
   * The processes of this algorithm are ended and started again, with what their files hold now; tasks that they had in hand are
   * given out again, and no attempt is counted. Throws `INVALID_OPTIONS`.
   */
  restart(algorithm: string): void;
  /** The workers that are open now. */
  workers(): readonly PoolWorker[];
  /** How many tasks wait for one of them, by the names of algorithms. */
  queue(): readonly { readonly name: string; readonly count: number }[];
  /**
   * Starts TensorBoard on what tasks have written below ALGO_METRICS_DIR: those of a task, a node, a run, a pipeline, or all; the
   * board says its link, and is `running` when that answers. Rejects with `NOT_FOUND` where nothing is kept, `INVALID_CALL` if there
   * is one of that scope, `CANNOT_LAUNCH` where TensorBoard is not installed, with words how to get it.
   */
  startBoard(scope?: BoardRequest): Promise<Board>;
  /** The boards that were started, and how they stand. */
  boards(): readonly Board[];
  /** Rejects with `NOT_FOUND`. */
  stopBoard(id: string): Promise<void>;
  /** Stops what runs, tells the webhooks, and ends every algorithm. */
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
  const parts = assemble(resolveLocalOptions(options));
  const { inspection, tracing, metrics, kept, served, ledger, runs, jobs, pipelines } = parts;
  let state: 'new' | 'started' | 'stopped' = 'new';

  async function stop(): Promise<void> {
    state = 'stopped';
    runs.stopAll('local HKube was stopped');
    await Promise.all([runs.settled(), served.stop(), kept.close()]);
    await metrics.close();
    await tracing?.close();
    await inspection?.close();
  }

  function poolOf(algorithm: string): Pool {
    const pool = served.get(algorithm);
    if (pool) return pool;
    throw new RuntimeError('INVALID_OPTIONS', `There is no algorithm "${algorithm}" in this local HKube.`);
  }

  const isStopped = (): boolean => state === 'stopped';

  function refuseUnlessStarted(): void {
    if (state === 'started') return;
    const words = state === 'new' ? 'not started yet' : 'stopped';
    throw new RuntimeError('INVALID_CALL', `This local HKube is ${words}.`);
  }

  async function start(): Promise<void> {
    if (state !== 'new')
      throw new RuntimeError('INVALID_CALL', `This local HKube was ${state} already: create another.`);
    state = 'started';
    try {
      await inspection?.open();
      await Promise.all([ledger.open(), pipelines.open()]);
      await tracing?.open();
      for (const algorithm of await kept.open()) served.setCurrent(algorithm.name, algorithm);
      if (isStopped()) throw new RuntimeError('ABORTED', 'Local HKube was stopped while it started.');
      await served.start();
    } catch (error) {
      await stop();
      throw error;
    }
  }

  function runAs(types: string[], pipeline: RawPipelineInput, { signal, ...listeners }: RunOptions = {}): Run {
    refuseUnlessStarted();
    return stoppedBy(signal, runs.startRaw(checkPipeline(pipeline, 'runRaw'), listeners, { types }));
  }

  return {
    start,
    runRaw: (pipeline, options) => runAs(['raw'], pipeline, options),
    runStored: (request, { signal, ...listeners } = {}) => {
      refuseUnlessStarted();
      refuseUnlessNamed(request);
      return stoppedBy(signal, runs.startStored(request, listeners));
    },
    runAlgorithm: (request, options) => runAs(['algorithm'], pipelineOfAlgorithm(request), options),
    runs: ledger.list,
    status: ledger.status,
    graph: ledger.graph,
    result: ledger.result,
    stopRun: (jobId, reason = STOPPED) => ledger.stop(jobId, reason),
    pipelines: () => [...pipelines.values()],
    pipelineStore: pipelines,
    jobs,
    algorithms: served.list,
    store: kept.store,
    builds: kept.builds,
    get inspector() {
      return inspection?.link ?? null;
    },
    inject: (algorithm, fault) => poolOf(algorithm).inject(checkFault(fault)),
    scaleDown: (algorithm) => poolOf(algorithm).scaleDown(),
    restart: (algorithm) => poolOf(algorithm).restart(),
    workers: served.workers,
    queue: () => served.views().map(({ algorithm, waiting }) => ({ name: algorithm, count: waiting })),
    ...boardsOf(metrics),
    stop,
  };
}

function boardsOf({ boards }: MetricsSide): Pick<LocalHKube, 'startBoard' | 'boards' | 'stopBoard'> {
  return { startBoard: (scope = {}) => boards.start(scope), boards: boards.list, stopBoard: boards.stop };
}

/** The run, stopped when the signal is aborted. */
function stoppedBy(signal: AbortSignal | undefined, run: Run): Run {
  const onAbort = (): void => run.stop('the signal was aborted');
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  void run.done.then(() => signal?.removeEventListener('abort', onAbort));
  return run;
}

function refuseUnlessNamed(request: unknown): void {
  const name: unknown = typeof request === 'object' && request !== null ? Reflect.get(request, 'name') : undefined;
  if (typeof name === 'string' && name !== '') return;
  throw new RuntimeError('INVALID_DESCRIPTOR', 'runStored: expected an object with the name of a stored pipeline.');
}
