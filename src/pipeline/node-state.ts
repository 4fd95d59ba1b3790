// What has become of a node in a run, and what can be read off it: its value for others, its results, whether its failures are
// tolerated. The plan moves it.

import type { PipelineNode } from '#descriptors/pipeline';
import type { GraphNodeState, NodeResult } from '#descriptors/run';
import type { GraphNode } from '#pipeline/graph';
import { resolvePath } from '#pipeline/references';

/** How a task ended. */
export type ItemEnd =
  { readonly kind: 'succeed'; readonly result: unknown } | { readonly kind: 'failed'; readonly error: string };

/** `waiting`: it follows an item that is not over. `creating`: it was given out, and no worker has begun it. */
export type Item = 'waiting' | 'creating' | 'active' | ItemEnd;

/** What the tasks of a node have in common. */
export interface NodeTask {
  readonly node: PipelineNode;
  readonly parents: readonly string[];
  readonly childs: readonly string[];
  readonly savePaths: readonly string[];
}

export interface NodeState {
  readonly graphNode: GraphNode;
  /** How many parents keep it from opening. */
  waiting: number;
  /** Empty until the node has opened, and where it is skipped. */
  items: Item[];
  hasOpened: boolean;
  /** How many items are not over, and how many of these a worker has begun. */
  open: number;
  active: number;
  failed: number;
  /** What others have read of it, by path. */
  readonly values: Map<string, unknown>;
  /** What all of its tasks have in common. */
  shared: NodeTask | null;
  /** Of a node that follows others: how many items each of its own still waits for, and the input of one. */
  missing: number[] | null;
  inputAt: ((index: number) => readonly unknown[]) | null;
}

function waitingNode(graphNode: GraphNode): NodeState {
  return {
    graphNode,
    waiting: graphNode.awaited.size + graphNode.followed.size,
    items: [],
    hasOpened: false,
    open: 0,
    active: 0,
    failed: 0,
    values: new Map(),
    shared: null,
    missing: null,
    inputAt: null,
  };
}

/** One that may have its results already. */
export function givenNode(graphNode: GraphNode, items: readonly ItemEnd[] | undefined): NodeState {
  const state = waitingNode(graphNode);
  if (!items) return state;
  return { ...state, waiting: 0, items: [...items], hasOpened: true, failed: items.filter(isFailure).length };
}

/** Of the nodes that are over, and have children. */
export function endsOf(states: Iterable<NodeState>): Map<string, readonly ItemEnd[]> {
  const over = [...states].filter(
    ({ hasOpened, open, graphNode }) => hasOpened && open === 0 && graphNode.children.size > 0,
  );
  return new Map(over.map(({ graphNode: { node }, items }) => [node.nodeName, items.filter(isEnd)]));
}

export function beginNode(state: NodeState, count: number): void {
  state.items = Array.from({ length: count }, () => 'waiting');
  state.hasOpened = true;
  state.open = count;
}

/** Why the run fails with this failure, or null if it is tolerated. */
export function intolerable({ graphNode, items, failed }: NodeState, error: string, tolerance: number): string | null {
  if (!graphNode.isBatch) return error;
  const percent = Math.round((100 * failed) / items.length);
  if (percent < tolerance) return null;
  return `${failed}/${items.length} (${percent}%) failed tasks, batch tolerance is ${tolerance}%, error: ${error}`;
}

/** What `@node.path` stands for, once the node is over: of a batch, the results of the items that did not fail. */
export function nodeValue({ items, graphNode, values }: NodeState, path: readonly string[]): unknown {
  const key = path.map((segment) => `.${segment}`).join('');
  if (values.has(key)) return values.get(key);
  const found = items.flatMap((item) => (isSuccess(item) ? [read(item.result, path)] : []));
  const value = graphNode.isBatch ? found : found[0];
  values.set(key, value);
  return value;
}

/** What `*@node.path` stands for in the task of this index: null where the item failed, or there is none. */
export function itemValue({ items }: NodeState, index: number, path: readonly string[]): unknown {
  const item = items[index];
  return isSuccess(item) ? read(item.result, path) : null;
}

const read = (result: unknown, path: readonly string[]): unknown => resolvePath(result ?? null, path) ?? null;

function isSuccess(item: Item | undefined): item is Extract<ItemEnd, { kind: 'succeed' }> {
  return typeof item === 'object' && item.kind === 'succeed';
}

const isEnd = (item: Item): item is ItemEnd => typeof item === 'object';

const isFailure = (item: Item): boolean => isEnd(item) && item.kind === 'failed';

/** The results of the sinks and of what asks to be included. */
export function resultsOf(states: Iterable<NodeState>): NodeResult[] {
  return [...states].flatMap(({ graphNode: { node, children, isBatch }, items }): NodeResult[] => {
    const { nodeName, algorithmName, includeInResult = false, includeInResults = false } = node;
    if (children.size > 0 && !includeInResult && !includeInResults) return [];
    if (items.length === 0) return [{ nodeName, algorithmName, batchIndex: -1 }];
    return items.map((item, index) => ({
      nodeName,
      algorithmName,
      ...(isBatch && { batchIndex: index + 1 }),
      ...outcomeOf(item),
    }));
  });
}

function outcomeOf(item: Item): Pick<NodeResult, 'result' | 'error'> {
  if (typeof item === 'string') return {};
  return item.kind === 'succeed' ? { result: item.result ?? null } : { error: item.error };
}

/** How the tasks of a node stand, in HKube's words. */
export function describeNode({ graphNode: { node, isBatch }, ...state }: NodeState): GraphNodeState {
  const { items, open, active, failed } = state;
  const head = { nodeName: node.nodeName, algorithmName: node.algorithmName };
  const total = items.length;
  if (!isBatch || total === 0) return { ...head, status: statusOf(state) };
  const batchInfo = { idle: open - active, running: active, completed: total - open, errors: failed, total };
  return { ...head, status: null, batchInfo };
}

function statusOf({ hasOpened, items: [item] }: Pick<NodeState, 'hasOpened' | 'items'>): string {
  if (item === undefined) return hasOpened ? 'skipped' : 'creating';
  if (item === 'waiting') return 'creating';
  return typeof item === 'string' ? item : item.kind;
}
