// Who belongs to whom, as a person looks for it: runs with their sub-runs, and algorithms with their workers, the processes that
// serve them, and what those have asked for. Pure.

import type { ActorView, ProcessView, Scene } from '#inspector/scene';
import { digText, put } from '#page/json.ts';

/** A row and what is below it. */
export interface TreeNode {
  /** Unique in the tree, and the same each time. */
  readonly id: string;
  readonly kind: 'group' | 'algorithm' | 'process' | 'actor' | 'more';
  readonly label: string;
  /** What else tells it from its neighbours. */
  readonly note: string;
  readonly actor: string | null;
  readonly children: readonly TreeNode[];
}

/** A row as it stands in the list. */
export interface TreeRow {
  readonly node: TreeNode;
  readonly level: number;
  readonly isOpen: boolean;
  /** Its parent's place in the list; -1: it has none. */
  readonly parent: number;
  readonly place: number;
  readonly siblings: number;
}

/** How many children of one row are shown before somebody asks for more. */
export const CHILDREN_SHOWN = 100;

export function treeOf(scene: Scene): TreeNode[] {
  const family = familyOf(scene);
  const runs = [...scene.actors.values()].filter(({ chart }) => chart === 'run');
  runs.sort((a, b) => a.openedAt - b.openedAt);
  return [
    group('runs', 'Runs', runNodes(runs, family)),
    group('algorithms', 'Algorithms', algorithmNodes(scene, family)),
    group('others', 'Other actors', otherNodes(scene, family)),
  ].filter(({ id, children }) => id !== 'others' || children.length > 0);
}

/** The children of each actor, past those in between that have no chart; and those without a chart, by whom they serve. */
interface Family {
  readonly charted: ReadonlyMap<string, readonly ActorView[]>;
  readonly plain: ReadonlyMap<string, readonly ActorView[]>;
  /** The actors of each process that belong to no other. */
  readonly roots: ReadonlyMap<string, readonly ActorView[]>;
}

function familyOf(scene: Scene): Family {
  const charted = new Map<string, ActorView[]>();
  const plain = new Map<string, ActorView[]>();
  const roots = new Map<string, ActorView[]>();
  for (const actor of scene.actors.values()) {
    const owner = ownerOf(actor, scene);
    if (owner === null) put(roots, actor.process, actor);
    else put(actor.chart === null ? plain : charted, owner, actor);
  }
  return { charted, plain, roots };
}

/** The nearest actor above it that has a chart. */
function ownerOf({ parent }: ActorView, { actors }: Scene): string | null {
  let above = parent === null ? undefined : actors.get(parent);
  for (let step = 0; above && above.chart === null && step < 20; step += 1)
    above = above.parent === null ? undefined : actors.get(above.parent);
  return above === undefined || above.chart === null ? null : above.id;
}

function group(id: string, label: string, children: readonly TreeNode[]): TreeNode {
  return {
    id,
    kind: 'group',
    label,
    note: children.length === 0 ? '' : String(children.length),
    actor: null,
    children,
  };
}

/** Newest runs first. */
function runNodes(runs: readonly ActorView[], family: Family): TreeNode[] {
  const byJob = new Map(runs.map((run) => [digText(run.about, 'jobId') ?? run.id, run]));
  const below = new Map<string, ActorView[]>();
  const top: ActorView[] = [];
  for (const run of runs) {
    const parent = byJob.get(digText(run.about, 'parentJobId') ?? '');
    if (!parent || parent === run) top.push(run);
    else put(below, parent.id, run);
  }
  const nodeOf = (run: ActorView): TreeNode => {
    const subRuns = (below.get(run.id) ?? []).map(nodeOf);
    return actorNode(run, [...subRuns, ...ownChildren(run, family)]);
  };
  return top.toReversed().map(nodeOf);
}

function actorNode(actor: ActorView, children: readonly TreeNode[]): TreeNode {
  const { label, note } = nameOf(actor);
  return { id: actor.id, kind: 'actor', label, note, actor: actor.id, children };
}

/** What people call an actor, and what tells it from others of that name. */
export function nameOf({ chart, name, about, context }: ActorView): { readonly label: string; readonly note: string } {
  const jobId = digText(about, 'jobId') ?? '';
  if (chart === 'run') return { label: digText(about, 'pipeline') ?? name, note: jobId };
  if (chart === 'session') return { label: digText(about, 'worker') ?? name, note: '' };
  // What it goes by is its id on the wire.
  const called = chart === 'child' ? digText(context, 'name') : null;
  if (called !== null) return { label: called, note: name };
  const what = digText(about, 'pipeline') ?? digText(about, 'algorithmName') ?? digText(about, 'algorithm') ?? '';
  return { label: name, note: what === name ? '' : what };
}

function ownChildren(actor: ActorView, family: Family): TreeNode[] {
  const nodes = (family.charted.get(actor.id) ?? [])
    .filter(({ chart }) => chart !== 'run' && chart !== 'session')
    .map((child) => actorNode(child, ownChildren(child, family)));
  const plain = family.plain.get(actor.id) ?? [];
  return plain.length === 0 ? nodes : [...nodes, moreNode(actor.id, plain)];
}

function moreNode(owner: string, plain: readonly ActorView[]): TreeNode {
  const children = plain.map((actor) => actorNode(actor, []));
  return { id: `${owner} more`, kind: 'more', label: 'more', note: String(plain.length), actor: null, children };
}

function algorithmNodes(scene: Scene, family: Family): TreeNode[] {
  const serving = new Map<string, ProcessView[]>();
  const alone: ProcessView[] = [];
  const sessions = [...scene.actors.values()].filter(({ chart }) => chart === 'session');
  const workers = new Set(sessions.map(({ about }) => digText(about, 'worker')));
  for (const process of scene.processes.values()) {
    const { role, worker } = process.opened;
    if (role !== 'algorithm') continue;
    if (worker !== null && workers.has(worker)) put(serving, worker, process);
    else alone.push(process);
  }
  const nodes = new Map<string, TreeNode[]>();
  for (const session of sessions) {
    const processes = serving.get(digText(session.about, 'worker') ?? '') ?? [];
    const children = [...processes.map((process) => processNode(process, family)), ...ownChildren(session, family)];
    put(nodes, digText(session.about, 'algorithm') ?? 'algorithm', actorNode(session, children));
  }
  for (const process of alone) put(nodes, process.opened.title, processNode(process, family));
  return [...nodes].map(([name, children]) => ({
    ...({ id: `algorithm ${name}`, kind: 'algorithm', label: name, actor: null, children } as const),
    note: String(children.length),
  }));
}

/** The process that serves a worker. Where it has one actor of its own, as usual, that one stands for it. */
function processNode({ id, opened, closed }: ProcessView, family: Family): TreeNode {
  const roots = family.roots.get(id) ?? [];
  const charted = roots.filter(({ chart }) => chart !== null);
  const note = `pid ${opened.pid}${closed === null ? '' : ', gone'}`;
  const [only] = charted;
  if (only && charted.length === 1) return { ...actorNode(only, ownChildren(only, family)), note };
  const plain = roots.filter(({ chart }) => chart === null);
  const children = charted.map((actor) => actorNode(actor, ownChildren(actor, family)));
  return {
    ...({ id, kind: 'process', label: 'process', note, actor: null } as const),
    children: plain.length === 0 ? children : [...children, moreNode(id, plain)],
  };
}

/** What has no place above: actors of other processes, and of a local HKube that are neither runs nor sessions. */
function otherNodes({ processes }: Scene, family: Family): TreeNode[] {
  return [...family.roots].flatMap(([process, roots]) => {
    if (processes.get(process)?.opened.role === 'algorithm') return [];
    const others = roots.filter(({ chart }) => chart !== 'run' && chart !== 'session');
    return others.map((actor) => actorNode(actor, ownChildren(actor, family)));
  });
}
