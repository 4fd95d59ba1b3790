// The nodes of a pipeline as a graph: who waits for whom, in what order results are listed, and every reason why a pipeline
// cannot be run. Pure; linear in nodes and edges.

import { RuntimeError } from '#errors';
import type { PipelineNode, RawPipeline } from '#descriptors/pipeline';
import { invalidDescriptor } from '#descriptors/yaml';
import { type NodeReference, type Reference, referenceText, RESERVED_NAMES, resolvePath } from '#pipeline/references';
import { problemsOfDocument } from '#pipeline/rules';
import { compileInput, type Compiled } from '#pipeline/template';

/** A node with its neighbours. */
export interface GraphNode {
  readonly node: PipelineNode;
  readonly input: Compiled;
  readonly parents: ReadonlySet<string>;
  /** The parents that have to be over before it starts. */
  readonly awaited: ReadonlySet<string>;
  /** The parents whose items it takes one by one, as they end (`*@`). */
  readonly followed: ReadonlySet<string>;
  readonly children: ReadonlySet<string>;
  /** What of its result others read: `name` or `name.path`. */
  readonly savePaths: ReadonlySet<string>;
  /** Its tasks are the items of a batch, be it one or none. */
  readonly isBatch: boolean;
}

/** A pipeline that can be run: its nodes in HKube's order of insertion, which is the order of results. */
export type Graph = ReadonlyMap<string, GraphNode>;

const AT_SIGN_IN_STREAM =
  'the "@" sign is not allowed in "stream" pipeline, please use the "streaming.flows" property instead';

interface Draft extends GraphNode {
  readonly parents: Set<string>;
  readonly awaited: Set<string>;
  readonly followed: Set<string>;
  readonly children: Set<string>;
  readonly savePaths: Set<string>;
}

/**
 * Builds the graph, or throws `INVALID_DESCRIPTOR` with every reason why there is none; `NOT_FOUND` if only algorithms are missing. `algorithms` are the ones that are known;
 * without them any will do. `isTemplate`: each run will bring a flow input of its own.
 */
export function createGraph(
  pipeline: RawPipeline,
  algorithms?: ReadonlySet<string>,
  { isTemplate = false }: { readonly isTemplate?: boolean } = {},
): Graph {
  const problems = problemsOfDocument(pipeline);
  const drafts = draftNodes(pipeline, problems, isTemplate);
  connect(pipeline, drafts, problems);
  for (const draft of drafts.values()) addProblemsOfNeighbours(draft, drafts, problems);
  if (pipeline.kind === 'stream' && [...drafts.values()].some(({ savePaths }) => savePaths.size > 0))
    problems.push(AT_SIGN_IN_STREAM);
  const cycle = findCycle(drafts);
  if (cycle) problems.push(`cyclic nodes are not allowed on batch pipeline (${cycle.join(' -> ')})`);
  const unknown = algorithms ? problemsOfAlgorithms(pipeline, algorithms) : [];
  if (problems.length + unknown.length > 0) {
    const { message, facts } = invalidDescriptor(`pipeline "${pipeline.name}"`, [...problems, ...unknown]);
    // HKube tells what is wrong from what is not there.
    if (problems.length > 0) throw new RuntimeError('INVALID_DESCRIPTOR', message, { facts });
    const [hkube = message] = unknown.map((problem) => problem.replace(/ \(known are .*$/, ''));
    throw new RuntimeError('NOT_FOUND', message, { facts: { ...facts, hkube } });
  }
  return inOrderOfInsertion(drafts);
}

function problemsOfAlgorithms({ nodes }: RawPipeline, known: ReadonlySet<string>): string[] {
  const wanted = nodes.filter(({ kind }) => kind === 'algorithm').map(({ algorithmName }) => algorithmName);
  const list = [...known].join(', ') || 'none';
  return [...new Set(wanted)]
    .filter((algorithm) => !known.has(algorithm))
    .map((algorithm) => `algorithm ${algorithm} Not Found (known are ${list || 'none'})`);
}

function draftNodes(pipeline: RawPipeline, problems: string[], isTemplate: boolean): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const node of pipeline.nodes) {
    const name = node.nodeName;
    if (RESERVED_NAMES.has(name)) problems.push(`pipeline "${pipeline.name}" has invalid reserved name "${name}"`);
    if (drafts.has(name)) {
      problems.push(`found duplicate node "${name}"`);
      continue;
    }
    const input = compileInput(node.input);
    for (const { at, reason } of input.refused) problems.push(`node "${name}", input ${at}: ${reason}`);
    if (!isTemplate) addProblemsOfFlowInput(name, input, { flowInput: pipeline.flowInput, problems });
    drafts.set(name, {
      node,
      input,
      parents: new Set(),
      awaited: new Set(),
      followed: new Set(),
      children: new Set(),
      savePaths: new Set(),
      isBatch: input.references.some(({ use }) => use !== 'value'),
    });
  }
  return drafts;
}

interface Finding {
  readonly flowInput: unknown;
  readonly problems: string[];
}

function addProblemsOfFlowInput(
  name: string,
  { references, places }: Compiled,
  { flowInput, problems }: Finding,
): void {
  references.forEach((reference, index) => {
    if (reference.kind !== 'flowInput' || resolvePath(flowInput ?? undefined, reference.path) !== undefined) return;
    problems.push(`node "${name}", input ${places[index] ?? ''}: unable to find ${referenceText(reference)}`);
  });
}

function connect(pipeline: RawPipeline, drafts: ReadonlyMap<string, Draft>, problems: string[]): void {
  for (const [name, { input }] of drafts) {
    for (const reference of input.references) {
      if (reference.kind !== 'node') continue;
      drafts.get(reference.node)?.savePaths.add(referenceText(reference));
      join(reference.node, name, reference.use === 'any' ? 'followed' : 'awaited');
    }
  }
  for (const { source, target } of pipeline.edges) join(source, target, 'awaited');

  function join(from: string, to: string, how: 'awaited' | 'followed'): void {
    const source = drafts.get(from);
    const target = drafts.get(to);
    if (!source) problems.push(`node "${to}" is depend on node "${from}" which is not exists`);
    else if (!target) problems.push(`the edge from node "${from}" leads to node "${to}" which is not exists`);
    else {
      source.children.add(to);
      target.parents.add(from);
      target[how].add(from);
    }
  }
}

/** What is wrong with a node because of the nodes around it. */
function addProblemsOfNeighbours(draft: Draft, drafts: ReadonlyMap<string, Draft>, problems: string[]): void {
  const { node, input, parents, children } = draft;
  const name = `node "${node.nodeName}"`;
  if (node.kind === 'output' && parents.size === 0) problems.push(`${name} should have parent nodes`);
  if (node.kind === 'output' && children.size > 0) problems.push(`${name} should not have child nodes`);
  const following = input.references.filter(isFollowing);
  for (const reference of following) {
    if (drafts.get(reference.node)?.isBatch !== false) continue;
    const text = referenceText(reference);
    problems.push(
      `${name}: *@${text} starts with each item of a batch, and node "${reference.node}" is none: ` +
        `write @${text} for its result, #@${text} for one task an element`,
    );
  }
  if (following.length > 0 && input.references.some(({ use }) => use === 'batch'))
    problems.push(
      `${name} has *@ beside a batch (# …): which item belongs to which element is not defined. Make it two nodes`,
    );
}

/** Whether it takes the items of a batch one by one. */
export function isFollowing(reference: Reference | undefined): reference is NodeReference {
  return reference?.kind === 'node' && reference.use === 'any';
}

/** Takes nodes without parents away until none is left, or only those that wait for one another. */
function findCycle(drafts: ReadonlyMap<string, Draft>): string[] | undefined {
  const waiting = new Map([...drafts].map(([name, { parents }]) => [name, parents.size]));
  const free = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  for (let next = 0; next < free.length; next++) {
    const name = free[next] ?? '';
    waiting.delete(name);
    for (const child of drafts.get(name)?.children ?? []) {
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) free.push(child);
    }
  }
  return waiting.size === 0 ? undefined : cycleIn(drafts, new Set(waiting.keys()));
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
  for (const [name, { input }] of drafts) {
    for (const reference of input.references) {
      if (reference.kind !== 'node') continue;
      insert(reference.node);
      insert(name);
    }
    insert(name);
  }
  return ordered;
}
