// What is deleted with an algorithm, and what keeps it from being deleted, in HKube's words and counts.

import { RuntimeError } from '#errors';
import { notFound } from '#descriptors/algorithm-sentences';
import { isOver } from '#store/builds-end';
import type { OneAtATime } from '#store/one-at-a-time';
import type { StoreParts } from '#store/versions';

export interface DeleteOptions {
  /** Also what depends on it: stored pipelines go, runs are stopped. */
  readonly force?: boolean | undefined;
  /** Its versions stay, and the builds that they run. Default: true. */
  readonly keepOldVersions?: boolean | undefined;
}

export type Delete = (name: string, options?: DeleteOptions) => Promise<string>;

export function createDelete({ shelf, builds, around, files, deeds }: StoreParts & { deeds: OneAtATime }): Delete {
  async function remove(name: string, { force = false, keepOldVersions = true }: DeleteOptions): Promise<string> {
    if (!(await shelf.read(name))) throw notThere(name);
    const [pipelines, executions] = [await around.pipelinesWith(name), around.runsWith(name)];
    if (!force && pipelines.length + executions.length > 0) throw inUse(name, { pipelines, executions });
    const gone = await files.do(name, async () => {
      const readme = (await shelf.readme(name)) === undefined ? 0 : 1;
      const old = keepOldVersions ? [] : await shelf.versions(name);
      // First of all: if this process is killed now, it is gone, and what is left are old versions.
      await shelf.remove(name);
      around.onCurrent(name, undefined);
      for (const { version } of old) await shelf.removeVersion(name, version);
      return { versions: old.length, readme };
    });
    // Before the code goes that they run.
    for (const jobId of executions) around.stopRun(jobId);
    // Not with its files in hand: a build that is done wants them, to learn that nobody waits for it.
    const removed = keepOldVersions ? await stopBuilds(name) : await builds().removeOf(name);
    const deleted = { builds: removed, ...gone, pipelines: await around.deletePipelines(pipelines) };
    const text = countsOf({ ...deleted, executions: executions.length });
    return `algorithm ${name} successfully deleted from store. related data deleted: ${text || 'none'}`;
  }

  /** Those that have made versions stay with them. */
  async function stopBuilds(name: string): Promise<number> {
    const going = (await builds().facts(name)).filter((build) => !isOver(build));
    await Promise.all(
      going.map(({ buildId }) =>
        builds()
          .stop(buildId)
          .catch(() => undefined),
      ),
    );
    if ((await shelf.versions(name)).length === 0) return builds().removeOf(name);
    return 0;
  }

  function notThere(name: string): RuntimeError {
    const found = around.found.get(name);
    if (!found) return new RuntimeError('NOT_FOUND', notFound(name), { facts: { name } });
    return new RuntimeError(
      'INVALID_CALL',
      `algorithm ${name} is that of ${found.file}, and was never applied: move the file away, and start local HKube again.`,
      { facts: { name } },
    );
  }

  return (name, options = {}) => deeds.do(name, () => remove(name, options));
}

interface Dependents {
  readonly pipelines: readonly string[];
  readonly executions: readonly string[];
}

function inUse(name: string, { pipelines, executions }: Dependents): RuntimeError {
  const list = [
    ...(pipelines.length > 0 ? [`${pipelines.length} pipelines (${pipelines.join(',')})`] : []),
    ...(executions.length > 0 ? [`${executions.length} executions (${executions.join(',')})`] : []),
  ].join(', ');
  return new RuntimeError(
    'INVALID_CALL',
    `algorithm ${name} is stored in ${list}. you must first delete all related data or use the force flag`,
    { facts: { name } },
  );
}

const countsOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []))
    .join(', ');
