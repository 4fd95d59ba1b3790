// The nodes of a pipeline as a graph: who waits for whom, in what order results are listed, and every reason why a pipeline
// cannot be run. Pure; linear in nodes and edges.

import { invalidDescriptor, type PipelineNode, type RawPipeline } from '#descriptors/pipeline';
import { findReferences, type Reference, referenceText, RESERVED_NAMES, resolvePath } from '#pipeline/references';

/** A node with its neighbours. */
export interface GraphNode {
  readonly node: PipelineNode;
  readonly references: readonly Reference[];
  readonly parents: ReadonlySet<string>;
  readonly children: ReadonlySet<string>;
  /** What of its result others read: `name` or `name.path`. */
  readonly savePaths: ReadonlySet<string>;
}

/** A pipeline that can be run. `nodes` are in HKube's order of insertion, which is the order of results. */
export interface Graph {
  readonly name: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** The nodes by depth: each level waits only for the levels before it. */
  readonly levels: readonly (readonly string[])[];
}

interface Draft {
  readonly node: PipelineNode;
  readonly references: readonly Reference[];
  readonly parents: Set<string>;
  readonly children: Set<string>;
  readonly savePaths: Set<string>;
}

/** Builds the graph, or throws `INVALID_DESCRIPTOR` with every reason why there is none. */
export function createGraph(pipeline: RawPipeline): Graph {
  const problems: string[] = [];
  const drafts = draftNodes(pipeline, problems);
  connect(pipeline, drafts, problems);
  if (problems.length > 0) throw invalidDescriptor(`pipeline "${pipeline.name}"`, problems);
  const levels = levelsOf(drafts);
  const placed = levels.reduce((count, level) => count + level.length, 0);
  if (placed < drafts.size) {
    const stuck = new Set(drafts.keys());
    for (const name of levels.flat()) stuck.delete(name);
    const cycle = cycleIn(drafts, stuck).join(' -> ');
    throw invalidDescriptor(`pipeline "${pipeline.name}"`, [
      `cyclic nodes are not allowed on batch pipeline (${cycle})`,
    ]);
  }
  return { name: pipeline.name, nodes: inOrderOfInsertion(drafts), levels };
}

function draftNodes(pipeline: RawPipeline, problems: string[]): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const node of pipeline.nodes) {
    const name = node.nodeName;
    if (RESERVED_NAMES.has(name)) problems.push(`pipeline "${pipeline.name}" has invalid reserved name "${name}"`);
    if (drafts.has(name)) {
      problems.push(`found duplicate node "${name}"`);
      continue;
    }
    const references = referencesOf(node, pipeline.flowInput, problems);
    drafts.set(name, { node, references, parents: new Set(), children: new Set(), savePaths: new Set() });
  }
  return drafts;
}

function referencesOf(node: PipelineNode, flowInput: unknown, problems: string[]): Reference[] {
  return findReferences(node.input).flatMap(({ at, parsed }) => {
    if (parsed.kind === 'refused') {
      problems.push(`node "${node.nodeName}", input ${at}: ${parsed.reason}`);
      return [];
    }
    const { reference } = parsed;
    if (reference.kind === 'flowInput' && resolvePath(flowInput ?? undefined, reference.path) === undefined)
      problems.push(`unable to find ${referenceText(reference)}`);
    return [reference];
  });
}

function connect(pipeline: RawPipeline, drafts: Map<string, Draft>, problems: string[]): void {
  for (const [name, draft] of drafts) {
    for (const reference of draft.references) {
      if (reference.kind !== 'node') continue;
      const source = drafts.get(reference.node);
      if (source) source.savePaths.add(referenceText(reference));
      join(reference.node, name);
    }
  }
  for (const { source, target } of pipeline.edges) join(source, target);

  function join(from: string, to: string): void {
    const source = drafts.get(from);
    const target = drafts.get(to);
    if (!source) problems.push(`node "${to}" is depend on node "${from}" which is not exists`);
    else if (!target) problems.push(`the edge from node "${from}" leads to node "${to}" which is not exists`);
    else {
      source.children.add(to);
      target.parents.add(from);
    }
  }
}

function levelsOf(drafts: ReadonlyMap<string, Draft>): string[][] {
  const waiting = new Map([...drafts].map(([name, { parents }]) => [name, parents.size]));
  const levels: string[][] = [];
  let level = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  while (level.length > 0) {
    levels.push(level);
    const next: string[] = [];
    for (const child of level.flatMap((name) => [...(drafts.get(name)?.children ?? [])])) {
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) next.push(child);
    }
    level = next;
  }
  return levels;
}

/** One cycle among the nodes that could not be placed: each of them has a parent among them. */
function cycleIn(drafts: ReadonlyMap<string, Draft>, stuck: ReadonlySet<string>): string[] {
  const path: string[] = [];
  const seen = new Map<string, number>();
  let [current] = stuck;
  while (current !== undefined && !seen.has(current)) {
    seen.set(current, path.length);
    path.push(current);
    current = [...(drafts.get(current)?.parents ?? [])].find((parent) => stuck.has(parent));
  }
  const start = current === undefined ? 0 : (seen.get(current) ?? 0);
  return [...path.slice(start), ...(current === undefined ? [] : [current])].toReversed();
}

/** HKube inserts the two ends of each reference as it meets them: first what is referred to, then the node itself. */
function inOrderOfInsertion(drafts: ReadonlyMap<string, Draft>): Map<string, GraphNode> {
  const ordered = new Map<string, GraphNode>();
  const insert = (name: string): void => {
    const draft = drafts.get(name);
    if (draft) ordered.set(name, draft);
  };
  for (const [name, { references }] of drafts) {
    for (const reference of references) {
      if (reference.kind !== 'node') continue;
      insert(reference.node);
      insert(name);
    }
    insert(name);
  }
  return ordered;
}
