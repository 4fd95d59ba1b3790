// The bookkeeping of one run: which tasks are ready given the results so far, when the run is over, and what its result is. No
// I/O, no clock: the same calls give the same steps. Each task and each edge costs the same, however many there are.
//
//   G1. A node opens once, when all the parents it waits for are over and the items of those it follows (`*@`) are known.
//   G2. A node that follows others starts task i when item i of each of them is over: once, however they interleave.
//   G3. A node without tasks is skipped: its children get `[]` for it and run.
//   G4. The run is over when every node is, or with the first failure in time that is not tolerated.
//   G5. A node that is given its results, from another run, does not run: it is over from the start, and none of the results.

import type { RawPipeline } from '#descriptors/pipeline';
import type { GraphNodeState, NodeResult, TaskCounts } from '#descriptors/run';
import { expand } from '#pipeline/batch';
import { type Graph, isFollowing } from '#pipeline/graph';
import {
  beginNode,
  describeNode,
  endsOf,
  givenNode,
  type Item,
  type ItemEnd,
  intolerable,
  itemValue,
  nodeValue,
  type NodeState,
  type NodeTask,
  resultsOf,
} from '#pipeline/node-state';
import { type Reference, resolvePath } from '#pipeline/references';
import { renderInput } from '#pipeline/template';

/** A task that can run. `batchIndex` counts from 1 in a batch and is null outside. */
export interface PlannedTask extends NodeTask {
  readonly batchIndex: number | null;
  readonly input: readonly unknown[];
}

/** A task's place in its run. */
export interface TaskPlace {
  readonly nodeName: string;
  readonly batchIndex: number | null;
}

/** A task, and how it ended. */
export interface SettledTask extends TaskPlace {
  readonly end: ItemEnd;
}

export type Verdict =
  | { readonly kind: 'going' }
  | { readonly kind: 'completed'; readonly results: readonly NodeResult[] }
  | { readonly kind: 'failed'; readonly error: string; readonly nodeName: string };

export interface PlanStep {
  readonly ready: readonly PlannedTask[];
  readonly verdict: Verdict;
  readonly counts: TaskCounts;
}

export interface Plan {
  /** The nodes that wait for nothing. */
  begin(): PlanStep;
  /** What the end of a task makes ready. */
  settle(task: SettledTask): PlanStep;
  /** A worker has begun this task. */
  note(task: TaskPlace): TaskCounts;
  /** How each node stands, in the order of results. */
  nodes(): GraphNodeState[];
  /** What has come of the nodes that are over, and that others depend on; but for one whose failure was not tolerated. */
  inner(): NodeEnds;
}

/** How the tasks of nodes ended, by the names of the nodes: of a batch in order, none of a node that was skipped. */
export type NodeEnds = ReadonlyMap<string, readonly ItemEnd[]>;

type Failure = Extract<Verdict, { kind: 'failed' }>;

/** `given`: nodes that have their results already (G5). */
export function createPlan(
  pipeline: Pick<RawPipeline, 'flowInput' | 'options'>,
  graph: Graph,
  given: NodeEnds = new Map(),
): Plan {
  const tolerance = pipeline.options.batchTolerance;
  const states = new Map<string, NodeState>();
  for (const [name, graphNode] of graph) states.set(name, givenNode(graphNode, given.get(name)));
  /** Who follows a node's items. */
  const followers = new Map<string, NodeState[]>();
  for (const state of states.values())
    for (const parent of state.graphNode.followed) {
      const others = followers.get(parent);
      if (others) others.push(state);
      else followers.set(parent, [state]);
    }
  let nodesLeft = states.size - given.size;
  const counts = { total: nodesLeft, creating: 0, active: 0, succeed: 0, failed: 0, skipped: 0 };
  /** What the step at hand has found: tasks that are ready, nodes that may open, a failure. */
  let ready: PlannedTask[] = [];
  let queue: NodeState[] = [];
  let failure: Failure | undefined;

  const valueOf = (reference: Reference): unknown => {
    if (reference.kind === 'items') return reference.items;
    if (reference.kind === 'flowInput') return resolvePath(pipeline.flowInput ?? undefined, reference.path);
    const state = states.get(reference.node);
    return state && reference.use !== 'any' ? nodeValue(state, reference.path) : undefined;
  };

  function start(state: NodeState, index: number, input: readonly unknown[]): void {
    const { node, parents, children, savePaths } = state.graphNode;
    state.shared ??= { node, parents: [...parents], childs: [...children], savePaths: [...savePaths] };
    state.items[index] = 'creating';
    counts.creating += 1;
    ready.push({ ...state.shared, batchIndex: state.graphNode.isBatch ? index + 1 : null, input });
  }

  function open(state: NodeState): void {
    const { graphNode } = state;
    if (graphNode.followed.size > 0) return openFollower(state);
    const expansion = expand(graphNode.input, graphNode.node.batchOperation, valueOf);
    if (expansion.kind === 'tooMany') {
      failure ??= { kind: 'failed', error: expansion.error, nodeName: graphNode.node.nodeName };
      return;
    }
    const inputs = expansion.kind === 'single' ? [expansion.input] : expansion.inputs;
    begin(state, inputs.length);
    inputs.forEach((input, index) => start(state, index, input));
  }

  /** Its tasks are numbered like the items; the longest of the nodes that it follows says how many there are. */
  function openFollower(state: NodeState): void {
    const parents = [...state.graphNode.followed].flatMap((name) => states.get(name) ?? []);
    const count = parents.reduce((most, { items }) => Math.max(most, items.length), 0);
    const { input } = state.graphNode;
    const known = input.references.map(valueOf);
    state.inputAt = (index) =>
      renderInput(input, (place) => {
        const reference = input.references[place];
        if (!isFollowing(reference)) return known[place];
        const parent = states.get(reference.node);
        return parent && itemValue(parent, index, reference.path);
      });
    state.missing = Array.from(
      { length: count },
      (_, index) => parents.filter((parent) => isPendingAt(parent, index)).length,
    );
    begin(state, count);
    state.missing.forEach((missing, index) => {
      if (missing === 0) start(state, index, state.inputAt?.(index) ?? []);
    });
  }

  /** The number of its tasks is known: those who follow it may open, and so may its children if there are none. */
  function begin(state: NodeState, count: number): void {
    beginNode(state, count);
    counts.total += Math.max(count, 1) - 1;
    if (count === 0) counts.skipped += 1;
    for (const follower of followers.get(state.graphNode.node.nodeName) ?? []) release(follower);
    if (count === 0) finish(state);
  }

  function finish(state: NodeState): void {
    nodesLeft -= 1;
    releaseChildren(state);
  }

  function releaseChildren(state: NodeState): void {
    const name = state.graphNode.node.nodeName;
    for (const child of state.graphNode.children) {
      const waiting = states.get(child);
      if (waiting?.graphNode.awaited.has(name)) release(waiting);
    }
  }

  function release(state: NodeState): void {
    state.waiting -= 1;
    if (state.waiting === 0) queue.push(state);
  }

  function settleItem(state: NodeState, index: number, end: ItemEnd): void {
    const name = state.graphNode.node.nodeName;
    const hadBegun = state.items[index] === 'active';
    state.items[index] = end;
    state.open -= 1;
    if (hadBegun) state.active -= 1;
    counts[hadBegun ? 'active' : 'creating'] -= 1;
    counts[end.kind] += 1;
    if (end.kind === 'failed') {
      state.failed += 1;
      const error = intolerable(state, end.error, tolerance);
      if (error !== null) {
        failure = { kind: 'failed', error, nodeName: name };
        return;
      }
    }
    for (const follower of followers.get(name) ?? []) {
      if (!follower.missing) continue;
      const missing = (follower.missing[index] ?? 0) - 1;
      follower.missing[index] = missing;
      if (missing === 0) start(follower, index, follower.inputAt?.(index) ?? []);
    }
    if (state.open === 0) finish(state);
  }

  const own = (): NodeState[] => [...states.values()].filter(({ graphNode: { node } }) => !given.has(node.nodeName));

  /** Opens what can open, in order; a skipped node is over at once, and may let others open. */
  function step(): PlanStep {
    for (let next = 0; next < queue.length && !failure; next++) {
      const state = queue[next];
      if (state) open(state);
    }
    // What was to start when the run failed does not.
    if (failure) counts.creating -= ready.length;
    const found = failure ? [] : ready;
    const verdict: Verdict =
      failure ?? (nodesLeft === 0 ? { kind: 'completed', results: resultsOf(own()) } : { kind: 'going' });
    ready = [];
    queue = [];
    return { ready: found, verdict, counts: { ...counts } };
  }

  return {
    begin: () => {
      for (const state of states.values()) if (given.has(state.graphNode.node.nodeName)) releaseChildren(state);
      queue = own().filter(({ waiting }) => waiting === 0);
      return step();
    },
    settle: ({ nodeName, batchIndex, end }) => {
      const state = states.get(nodeName);
      const index = (batchIndex ?? 1) - 1;
      if (!failure && state && isGivenOut(state.items[index])) settleItem(state, index, end);
      return step();
    },
    note: ({ nodeName, batchIndex }) => {
      const state = states.get(nodeName);
      const index = (batchIndex ?? 1) - 1;
      // One that is tried again has begun already.
      if (state?.items[index] === 'creating') {
        state.items[index] = 'active';
        state.active += 1;
        counts.creating -= 1;
        counts.active += 1;
      }
      return { ...counts };
    },
    nodes: () => [...states.values()].map(describeNode),
    inner: () => endsOf([...states.values()].filter(({ graphNode: { node } }) => node.nodeName !== failure?.nodeName)),
  };
}

const isPendingAt = ({ items }: NodeState, index: number): boolean => {
  const item = items[index];
  return item === 'waiting' || isGivenOut(item);
};

const isGivenOut = (item: Item | undefined): boolean => item === 'creating' || item === 'active';
