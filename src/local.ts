// The public door of local HKube: pipelines and their algorithms on this machine, each algorithm in processes of its own.

import { fileURLToPath } from 'node:url';
import { createLogger, type Logger } from '#handlers/logger';
import { createLocalHKube as createWithPorts, type LocalHKube } from '#local-hkube/create-local-hkube';
import type { LocalHKubeOptions as AllOptions } from '#local-hkube/options';
import type { Endpoint, LaunchedAlgorithm, LocalAlgorithm } from '#local-hkube/launch';
import { createSpawner } from '#local-hkube/spawn-algorithm';
import { checkHandlers } from '#handlers/algorithm-handlers';
import { seenByLibraries, untilLeft } from '#runtime/create-algorithm-actor';
import { createAlgorithmIn } from '#runtime/create-algorithm-in';
import { resolveOptions } from '#runtime/options';
import { realWorld } from '#runtime/world';

export { RuntimeError, type ErrorCode, type ErrorFacts } from '#errors';
export { parsePipeline, type RawPipeline, type RawPipelineInput } from '#descriptors/pipeline';
export type { NodeResult, RunDocument, RunGraph, RunStatus, RunSummary } from '#descriptors/run';
export { createLogger, type Logger, type LogLevel } from '#handlers/logger';
export type { LocalHKube, RunOptions } from '#local-hkube/create-local-hkube';
export type { Endpoint, Launch, LaunchedAlgorithm, LaunchEnd, LocalAlgorithm } from '#local-hkube/launch';
export type { LocalLogger } from '#local-hkube/local-logger';
export type { AppliedOptions, LocalAlgorithmOptions, Manners } from '#local-hkube/options';
export type { Run } from '#local-hkube/run';
export type { LocalNotice } from '#local-hkube/runs';
export type { Refusal } from '#machines/session.refusals';
export { readAlgorithms, readPipelines, type AlgorithmsOfFolder, type PipelinesOfFolder } from '#local-hkube/folders';
export { readAlgorithm, type NamedAlgorithm } from '#local-hkube/algorithm-file';
export type { StoredRequest } from '#pipeline/merge';
export type { Fault } from '#worker/faults';
export type { RunProgress } from '#local-hkube/run-document';
export type { TaskEnd } from '#machines/session.events';

/** All but `algorithms` is optional: `launch` starts a Node process for each worker, `logger` writes to stderr. */
export type LocalHKubeOptions = Pick<
  AllOptions,
  'algorithms' | 'pipelines' | 'broken' | 'manners' | 'ports' | 'stateDir' | 'keepRuns' | 'inspect' | 'applied'
> &
  Partial<Pick<AllOptions, 'launch' | 'logger'>>;

// In an installed copy this file is dist/local.js; in the source it stands beside what dist is built of.
const cli = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../dist/cli.js' : './cli.js', import.meta.url));

/**
 * Creates a local HKube; nothing is started before `start`. Throws `INVALID_OPTIONS` at once.
 *
 * @example
 * const hkube = createLocalHKube({ algorithms: { square: { entry: './square.ts', workers: 2 } } });
 * await hkube.start();
 * const run = hkube.runRaw({ name: 'demo', nodes: [{ nodeName: 'a', algorithmName: 'square', input: [3] }] });
 * const document = await run.done; // {jobId, status: 'completed', data: [{nodeName: 'a', algorithmName: 'square', result: 9}], …}
 * await hkube.stop();
 */
export function createLocalHKube(options: LocalHKubeOptions): LocalHKube {
  const { logger = createLogger((line) => process.stderr.write(line)), launch, ...rest } = options;
  const spawn = launch ?? createSpawner({ command: [process.execPath, cli, 'run'], logger });
  return createWithPorts({
    ...rest,
    logger,
    check: async (...entry) => (await import('#cli/check-entry')).checkBuilt(...entry),
    launch: (algorithm, endpoint, log) =>
      algorithm.handlers === null ? spawn(algorithm, endpoint, log) : runHere(algorithm, endpoint, logger),
  });
}

/** Functions run in this process, through the same runtime and over a socket of their own. */
function runHere(
  { name, handlers }: LocalAlgorithm,
  { url, inspector, metricsDir }: Endpoint,
  logger: Logger,
): LaunchedAlgorithm {
  const options = {
    ...{ url, logger, signals: false, inspect: inspector !== null && { connect: inspector } },
    ...(metricsDir !== null && { metricsDir }),
  };
  // Its spans are found by its own name, not by that of this process.
  const env = { ...process.env, ALGORITHM_TYPE: name, OTEL_SERVICE_NAME: undefined };
  const checked = checkHandlers(handlers, 'createLocalHKube');
  const resolved = seenByLibraries(resolveOptions({ ...options, encoding: 'json' }, env));
  const actor = createAlgorithmIn(realWorld, checked, resolved);
  const ended = untilLeft(actor).then(() => ({ how: 'it has left', tail: '' }));
  actor.start();
  return {
    ended,
    stop: async () => {
      if (actor.getSnapshot().status === 'active') actor.send({ type: 'shutdown' });
      await ended;
    },
  };
}
