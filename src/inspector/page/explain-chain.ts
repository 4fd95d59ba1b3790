// The chain of waiting: a task waits for a sub-pipeline, whose run waits for a worker, and all workers are busy with tasks that
// wait themselves. Pure.

import type { ActorView, Scene } from '#inspector/scene';
import { type Graph, type GraphNode, readGraph } from '#page/graph.ts';
import { brief, dig, digText, isList } from '#page/json.ts';
import {
  counterpartOf,
  openChildren,
  poolOf,
  type PoolView,
  runOfChild,
  sessionNamed,
  sessionsOf,
} from '#page/kinship.ts';
import { readTask, type TaskView } from '#page/task.ts';
import { durationWords } from '#page/time-words.ts';

/** Facts, and in short what all of this waits for; null: for nothing that can be seen. */
export type Facts = string[] & { waitsFor: string | null };

const factsOf = (facts: readonly string[], waitsFor: string | null): Facts => Object.assign([...facts], { waitsFor });

/** Further than this a chain is not followed: it may be a ring. */
const DEEPEST = 4;
/** More of a kind are counted, not named. */
const NAMED = 3;

interface Known {
  readonly scene: Scene;
  readonly actor: ActorView;
  readonly task?: TaskView;
}

/** What an algorithm's task is doing. */
export function taskFacts({ scene, actor, task = readTask(actor, []) }: Known): Facts {
  const children = openChildren(scene, actor);
  const spans = isList(actor.context['spans']) ? actor.context['spans'] : [];
  const open = spans.filter((span) => dig(span, 'ended') === undefined).map((span) => digText(span, 'name') ?? '?');
  const ago = (what: string, at: number | null, more = ''): string[] =>
    at === null ? [] : [`${what}${more} ${durationWords(scene.at - at)} ago.`];
  const facts = [
    ...childFacts({ scene, algorithm: actor, children }, 0),
    ...(open.length > 0 ? [`It is in the span ${open.toReversed().join(', in ')}.`] : []),
    ...ago('Last progress:', task.progressAt, ` ${brief(task.progress)},`),
    ...ago('It last called the api', task.lastCall),
  ];
  return factsOf(facts, children.length === 0 ? null : childrenWords(children));
}

function childrenWords(children: readonly ActorView[]): string {
  const names = [...new Set(children.map(({ context, name }) => digText(context, 'name') ?? name))];
  const executions = children.filter(({ context }) => context['kind'] === 'algorithm').length;
  const what = executions === children.length ? 'execution' : executions === 0 ? 'sub-pipeline' : 'child';
  const plural = what === 'child' ? 'children' : `${what}s`;
  return children.length === 1 ? `the ${what} ${names[0] ?? ''}` : `${children.length} ${plural} (${listed(names)})`;
}

interface Waiting {
  readonly scene: Scene;
  readonly algorithm: ActorView;
  readonly children: readonly ActorView[];
}

function childFacts({ scene, algorithm, children }: Waiting, depth: number): string[] {
  return children.slice(0, NAMED).flatMap((child) => {
    const name = digText(child.context, 'name') ?? child.name;
    const state = child.value === 'requested' ? 'asked for, and not answered' : 'runs';
    const fact = `${name} ${state}, for ${durationWords(scene.at - child.since)}.`;
    const run = depth < DEEPEST ? runOfChild(scene, algorithm, child) : null;
    if (run) return [fact, ...runFacts(scene, run, depth + 1).map((one) => `${name}: ${one}`)];
    // An execution has no run of its own: it waits for a worker, or runs on one.
    return child.context['kind'] === 'algorithm' ? [fact, ...poolFacts(scene, name, depth + 1)] : [fact];
  });
}

/** What a run is waiting for, by its graph. */
export function runFacts(scene: Scene, run: ActorView, depth = 0): Facts {
  if (run.value === 'pending')
    return factsOf(['It waits for another run of the same pipeline.'], 'it waits for another run');
  const nodes = nodesOf(readGraph(run.shown['graph']));
  const running = nodes.filter(({ running }) => running > 0);
  const creating = nodes.filter(({ creating }) => creating > 0);
  const idle = nodes.filter(({ isIdle }) => isIdle);
  const facts = [
    ...running.map(
      (node) => `${node.name} runs${taskWords(node.running)}${onWorkers({ scene, depth }, run, node.name)}.`,
    ),
    ...creating.flatMap((node) => [
      `${node.name} waits for a worker of ${node.algorithm}${taskWords(node.creating)}.`,
      ...poolFacts(scene, node.algorithm, depth),
    ]),
    ...(idle.length > 0
      ? [`${listed(idle.map(({ name }) => name))} ${idle.length === 1 ? 'waits' : 'wait'} for others.`]
      : []),
  ];
  const names = creating.map(({ name }) => name);
  if (running.length > 0)
    return factsOf(facts, `${listed(running.map(({ name }) => name))} ${running.length === 1 ? 'runs' : 'run'}`);
  return factsOf(
    facts,
    creating.length > 0 ? `${listed(names)} ${names.length === 1 ? 'waits' : 'wait'} for a worker` : null,
  );
}

interface Node {
  readonly name: string;
  readonly algorithm: string;
  readonly running: number;
  /** Given out, and no worker has begun them. */
  readonly creating: number;
  /** It has not been given out: it waits for others. */
  readonly isIdle: boolean;
}

/** HKube calls a node `creating` that waits for a worker, and one that waits for others: its edges tell which. */
function nodesOf({ nodes, edges }: Graph): Node[] {
  const over = new Set(nodes.filter(isOver).map(({ name }) => name));
  const blocked = new Set(edges.filter(({ from }) => !over.has(from)).map(({ to }) => to));
  return nodes.map(({ name, algorithm, status, batch }) => {
    const running = batch?.running ?? Number(status === 'active');
    const creating = batch?.idle ?? Number(status === 'creating');
    const isBlocked = blocked.has(name);
    return { name, algorithm, running, creating: isBlocked ? 0 : creating, isIdle: isBlocked && creating > 0 };
  });
}

const isOver = ({ status, batch }: GraphNode): boolean =>
  batch ? batch.completed >= batch.total : ['succeed', 'failed', 'skipped'].includes(status);

const taskWords = (count: number): string => (count === 1 ? '' : `, ${count} tasks`);

interface Looking {
  readonly scene: Scene;
  readonly depth: number;
}

function onWorkers({ scene, depth }: Looking, run: ActorView, node: string): string {
  const names = sessionsOf(scene, digText(run.about, 'jobId') ?? '', node).map(
    (session) => (digText(session.about, 'worker') ?? '?') + waitsToo(scene, session, depth),
  );
  return names.length === 0 ? '' : ` on ${listed(names)}`;
}

/** Who has the workers that somebody waits for. */
function poolFacts(scene: Scene, algorithm: string, depth: number): string[] {
  const pool = poolOf(scene, algorithm);
  if (!pool) return [];
  if (pool.workers.length === 0) return [`No worker of ${algorithm} is there; ${pool.limit} may be at once.`];
  const starting = pool.workers.filter(({ state }) => state === 'bootstrap' || state === 'starting');
  if (starting.length > 0) return [`${listed(starting.map(({ worker }) => worker))} of ${algorithm} is starting.`];
  const ready = pool.workers.filter(({ state }) => state === 'ready');
  if (ready.length > 0) return [];
  return busyFacts(scene, pool, depth);
}

function busyFacts(scene: Scene, pool: PoolView, depth: number): string[] {
  const { algorithm, workers, waiting, limit } = pool;
  const busy = workers.flatMap(({ worker }) => {
    const session = sessionNamed(scene, worker);
    if (!session) return [];
    const node = digText(session.context, 'task', 'nodeName') ?? '?';
    const name = digText(session.context, 'task', 'pipelineName') ?? digText(session.context, 'task', 'jobId') ?? '?';
    return [{ worker, text: `${worker} has node ${node} of ${name}${waitsToo(scene, session, depth)}` }];
  });
  const all = `${algorithm}: ${workers.length} of ${limit} workers are busy, waiting tasks: ${waiting}.`;
  return [all, ...busy.slice(0, NAMED).map(({ text }) => `${text}.`)];
}

function waitsToo(scene: Scene, session: ActorView, depth: number): string {
  const algorithm = depth < DEEPEST ? counterpartOf(scene, session) : null;
  const children = algorithm ? openChildren(scene, algorithm) : [];
  return children.length === 0 ? '' : `, which waits for ${childrenWords(children)}`;
}

function listed(names: readonly string[]): string {
  if (names.length <= NAMED) return names.join(', ');
  return `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
}
