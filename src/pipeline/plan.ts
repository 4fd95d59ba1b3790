// The bookkeeping of one run: which tasks are ready given the results so far, when the run is over, and what its result is. No
// I/O, no clock: the same calls give the same steps. Each task and each edge is looked at once.
//
//   G1. A node starts once, when all of its parents have ended, and not before.
//   G2. A node without tasks is skipped: its children get `[]` for it and run.
//   G3. The run is over when every node is, or with the first failure that is not tolerated.

import type { PipelineNode, RawPipeline } from '#descriptors/pipeline';
import type { NodeResult, TaskCounts } from '#descriptors/run';
import { expand } from '#pipeline/batch';
import type { Graph, GraphNode } from '#pipeline/graph';
import { type Reference, resolvePath } from '#pipeline/references';

/** A task that can run. `batchIndex` counts from 1 in a batch and is null outside. */
export interface PlannedTask {
  readonly node: PipelineNode;
  readonly parents: readonly string[];
  readonly childs: readonly string[];
  readonly savePaths: readonly string[];
  readonly batchIndex: number | null;
  readonly input: readonly unknown[];
}

/** A task's place in its run, and how it ended. */
export interface SettledTask {
  readonly nodeName: string;
  readonly batchIndex: number | null;
  readonly end:
    { readonly kind: 'succeed'; readonly result: unknown } | { readonly kind: 'failed'; readonly error: string };
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
}

type TaskState = { readonly kind: 'active' } | SettledTask['end'];

/** What has become of a node. */
interface NodeState {
  readonly graphNode: GraphNode;
  waiting: number;
  /** Null while the node waits. */
  tasks: TaskState[] | null;
  isBatch: boolean;
  open: number;
  failed: number;
}

export function createPlan(pipeline: Pick<RawPipeline, 'flowInput' | 'options'>, graph: Graph): Plan {
  const tolerance = pipeline.options.batchTolerance;
  const states = new Map<string, NodeState>();
  for (const [name, graphNode] of graph.nodes)
    states.set(name, { graphNode, waiting: graphNode.parents.size, tasks: null, isBatch: false, open: 0, failed: 0 });
  const counts = { total: states.size, active: 0, succeed: 0, failed: 0, skipped: 0 };
  let nodesLeft = states.size;

  const valueOf = (reference: Reference): unknown => {
    if (reference.kind === 'flowInput') return resolvePath(pipeline.flowInput ?? undefined, reference.path);
    const state = states.get(reference.node);
    return state && nodeValue(state, reference.path);
  };

  function startNode(state: NodeState): PlannedTask[] {
    const { node, parents, children, savePaths } = state.graphNode;
    const expansion = expand(node, valueOf);
    const inputs = expansion.kind === 'single' ? [expansion.input] : expansion.inputs;
    state.isBatch = expansion.kind === 'batch';
    state.tasks = inputs.map(() => ({ kind: 'active' }));
    state.open = inputs.length;
    counts.active += inputs.length;
    counts.total += Math.max(inputs.length, 1) - 1;
    if (inputs.length === 0) counts.skipped += 1;
    const shared = { node, parents: [...parents], childs: [...children], savePaths: [...savePaths] };
    return inputs.map((input, index) => ({ ...shared, batchIndex: state.isBatch ? index + 1 : null, input }));
  }

  /** Starts what can start; a skipped node ends at once, and may let others start. */
  function startAll(names: Iterable<string>): PlannedTask[] {
    const ready: PlannedTask[] = [];
    const queue = [...names];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      const state = states.get(name);
      if (!state || state.waiting > 0 || state.tasks) continue;
      const tasks = startNode(state);
      if (tasks.length === 0) queue.push(...endNode(state));
      for (const task of tasks) ready.push(task);
    }
    return ready;
  }

  /** The children that no longer wait for it, last declared first. */
  function endNode({ graphNode }: NodeState): string[] {
    nodesLeft -= 1;
    const freed: string[] = [];
    for (const child of graphNode.children) {
      const state = states.get(child);
      if (!state) continue;
      state.waiting -= 1;
      if (state.waiting === 0) freed.push(child);
    }
    return freed.toReversed();
  }

  function step(ready: readonly PlannedTask[], failure?: Verdict): PlanStep {
    const verdict: Verdict =
      failure ?? (nodesLeft === 0 ? { kind: 'completed', results: resultsOf(states.values()) } : { kind: 'going' });
    return { ready, verdict, counts: { ...counts } };
  }

  return {
    begin: () => step(startAll([...states.keys()].toReversed())),
    settle: ({ nodeName, batchIndex, end }) => {
      const state = states.get(nodeName);
      const index = (batchIndex ?? 1) - 1;
      if (!state?.tasks || state.tasks[index]?.kind !== 'active') return step([]);
      state.tasks[index] = end;
      state.open -= 1;
      counts.active -= 1;
      counts[end.kind] += 1;
      if (end.kind === 'failed') {
        state.failed += 1;
        const error = intolerable(state, end.error, tolerance);
        if (error !== null) return step([], { kind: 'failed', error, nodeName });
      }
      return step(state.open === 0 ? startAll(endNode(state)) : []);
    },
  };
}

/** Why the run fails with this failure, or null if it is tolerated. */
function intolerable({ isBatch, tasks, failed }: NodeState, error: string, tolerance: number): string | null {
  if (!isBatch) return error;
  const all = tasks?.length ?? 0;
  const percent = Math.round((100 * failed) / all);
  if (percent < tolerance) return null;
  return `${failed}/${all} (${percent}%) failed tasks, batch tolerance is ${tolerance}%, error: ${error}`;
}

/** What `@node.path` stands for: of a batch, the results of the items that did not fail. */
function nodeValue({ tasks, isBatch }: NodeState, path: readonly string[]): unknown {
  const values = (tasks ?? []).flatMap((task) =>
    task.kind === 'succeed' ? [resolvePath(task.result ?? null, path) ?? null] : [],
  );
  return isBatch ? values : values[0];
}

/** The results of the sinks and of what asks to be included. */
function resultsOf(states: Iterable<NodeState>): NodeResult[] {
  return [...states].flatMap(({ graphNode: { node, children }, tasks, isBatch }): NodeResult[] => {
    const { nodeName, algorithmName, includeInResult = false, includeInResults = false } = node;
    if (children.size > 0 && !includeInResult && !includeInResults) return [];
    if (!tasks || tasks.length === 0) return [{ nodeName, algorithmName, batchIndex: -1 }];
    return tasks.map((task, index) => ({
      nodeName,
      algorithmName,
      ...(isBatch && { batchIndex: index + 1 }),
      ...outcomeOf(task),
    }));
  });
}

function outcomeOf(task: TaskState): Pick<NodeResult, 'result' | 'error'> {
  if (task.kind === 'succeed') return { result: task.result ?? null };
  return task.kind === 'failed' ? { error: task.error } : {};
}
