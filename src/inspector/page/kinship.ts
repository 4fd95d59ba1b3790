// Who belongs to whom across processes: an algorithm and the session that drives it, a task and its sub-pipelines, a sub-pipeline
// and its run, a run and the workers that it waits for. Pure.

import type { Fields } from '#inspector/frames';
import type { ActorView, Scene } from '#inspector/scene';
import { dig, digText, isFields, isList } from '#page/json.ts';

/** The other end of the line: the session of an algorithm, the algorithm of a session. */
export function counterpartOf(scene: Scene, actor: ActorView): ActorView | null {
  const worker = workerOf(scene, actor);
  if (worker === null) return null;
  const other = actor.chart === 'algorithm' ? ['session', 'sidecar'] : ['algorithm'];
  return newest(
    scene,
    (one) => one.chart !== null && other.includes(one.chart) && workerOf(scene, one) === worker && one.id !== actor.id,
  );
}

/** The worker that an algorithm serves, or that a session is. */
export function workerOf({ processes }: Scene, { chart, about, process }: ActorView): string | null {
  if (chart === 'algorithm') return processes.get(process)?.opened.worker ?? null;
  return digText(about, 'worker');
}

/** The sub-pipelines and executions of a task that have not settled. */
export function openChildren({ actors }: Scene, algorithm: ActorView): ActorView[] {
  const open: ActorView[] = [];
  for (const one of actors.values())
    if (one.chart === 'child' && one.process === algorithm.process && !one.isClosed && one.status === 'active')
      open.push(one);
  return open;
}

/**
 * The run of a sub-pipeline: the one that was asked for by its id. Recordings from before runs told so have the oldest one of its
 * name that the job has begun, and that is not over.
 */
export function runOfChild({ actors }: Scene, algorithm: ActorView, { context }: ActorView): ActorView | null {
  const jobId = digText(algorithm.context, 'task', 'jobId');
  const [id, name] = [digText(context, 'id'), digText(context, 'name')];
  const begun = [...actors.values()].filter(
    ({ chart, status, about }) =>
      chart === 'run' && status === 'active' && jobId !== null && digText(about, 'parentJobId') === jobId,
  );
  const named = begun.filter(({ about }) => name === null || digText(about, 'pipeline') === name);
  const askedAs = (runs: readonly ActorView[], by: string | null): ActorView | undefined =>
    runs.find(({ about }) => digText(about, 'askedAs') === by);
  return (id === null ? undefined : (askedAs(named, id) ?? askedAs(begun, id))) ?? askedAs(named, null) ?? null;
}

/** The run that an actor is, or whose task it has. */
export function runOf(scene: Scene, actor: ActorView): ActorView | null {
  if (actor.chart === 'run') return actor;
  const jobId = digText(actor.context, 'task', 'jobId');
  return newest(scene, ({ chart, about }) => chart === 'run' && jobId !== null && digText(about, 'jobId') === jobId);
}

/** The worker that has, or had last, a task of this node of the run. */
export function sessionOf(scene: Scene, run: ActorView, nodeName: string): ActorView | null {
  return newest(scene, (one) => hasTask(one, digText(run.about, 'jobId'), nodeName));
}

const hasTask = ({ chart, context }: ActorView, jobId: string | null, nodeName: string): boolean =>
  chart === 'session' &&
  digText(context, 'task', 'jobId') === jobId &&
  digText(context, 'task', 'nodeName') === nodeName;

/** Who has a task of this node of a run now. */
export function sessionsOf({ actors }: Scene, jobId: string, nodeName: string): ActorView[] {
  return [...actors.values()].filter(
    (one) => !one.isClosed && one.value !== 'ready' && one.value !== 'bootstrap' && hasTask(one, jobId, nodeName),
  );
}

export interface PoolView {
  readonly algorithm: string;
  readonly workers: readonly { readonly worker: string; readonly state: string }[];
  readonly waiting: number;
  readonly limit: number;
}

/** The workers of an algorithm, as its local HKube shows them. */
export function poolOf({ processes }: Scene, algorithm: string): PoolView | null {
  for (const { shown } of processes.values()) {
    const pool = shown['pool'];
    const found = isList(pool) ? pool.find((one) => digText(one, 'algorithm') === algorithm) : undefined;
    if (isFields(found)) return readPool(algorithm, found);
  }
  return null;
}

function readPool(algorithm: string, pool: Fields): PoolView {
  const workers = isList(pool['workers']) ? pool['workers'] : [];
  return {
    algorithm,
    workers: workers.map((one) => ({ worker: digText(one, 'worker') ?? '?', state: digText(one, 'state') ?? '?' })),
    waiting: numberAt(pool, 'waiting'),
    limit: numberAt(pool, 'limit'),
  };
}

export function sessionNamed(scene: Scene, worker: string): ActorView | null {
  return newest(scene, ({ chart, about }) => chart === 'session' && digText(about, 'worker') === worker);
}

export function numberAt(value: unknown, key: string, ...rest: readonly string[]): number {
  const found = dig(value, key, ...rest);
  return typeof found === 'number' ? found : 0;
}

/** The last that was opened, and of these rather one that is there. */
function newest({ actors }: Scene, isIt: (actor: ActorView) => boolean): ActorView | null {
  let found: ActorView | null = null;
  for (const one of actors.values()) if (isIt(one) && (found === null || !one.isClosed || found.isClosed)) found = one;
  return found;
}
