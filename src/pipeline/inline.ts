// Pipelines of pipelines: a node of kind `pipeline` gives way to the nodes of the stored pipeline that it names. Pure.
//
//   P1. A node of the stored pipeline becomes `<node>-<its name>`, and its references follow: it sees its own pipeline only.
//   P2. Who waited for the node waits for its last nodes; its first ones wait for what it waited for: order, not data.
//   P3. The flow inputs become one; where both have a value, the stored pipeline's counts.

import type { PipelineNode, RawPipeline } from '#descriptors/pipeline';
import { invalidDescriptor } from '#descriptors/yaml';
import { isBranch } from '#descriptors/tree';
import { merge } from '#pipeline/merge';
import { parseReference } from '#pipeline/references';
import { compileInput } from '#pipeline/template';

type Edge = RawPipeline['edges'][number];
/** Finds a stored pipeline by its name. */
export type StoredPipelines = (name: string) => RawPipeline | undefined;

/** What stands in the place of a node. */
interface Part {
  readonly isPipeline: boolean;
  readonly nodes: readonly PipelineNode[];
  readonly edges: readonly Edge[];
  /** The nodes that wait for none of the others, and those for which none of the others waits. */
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
}

/** A pipeline on its way to have no pipelines in it. */
interface Inlining {
  readonly stored: StoredPipelines;
  /** The stored pipelines around this one. */
  readonly trail: readonly string[];
  readonly problems: string[];
  /** Those that were met, in order. */
  readonly met: Map<string, RawPipeline>;
  /** How many nodes and edges have been made. */
  readonly size: { made: number };
}

/** How many nodes and edges pipelines of pipelines may come to, and how deep they may nest. */
const SIZE_LIMIT = 100_000;
const NESTING_LIMIT = 50;

/** The pipeline without nodes of kind `pipeline`. Throws `INVALID_DESCRIPTOR` with every reason why there is none. */
export function inlinePipelines(pipeline: RawPipeline, stored: StoredPipelines): RawPipeline {
  if (pipeline.nodes.every(({ kind }) => kind !== 'pipeline')) return pipeline;
  const inlining: Inlining = { stored, trail: [], problems: [], met: new Map(), size: { made: 0 } };
  const { nodes, edges } = inline(pipeline, inlining);
  if (inlining.size.made > SIZE_LIMIT) inlining.problems.push(`it comes to more than ${SIZE_LIMIT} nodes and edges`);
  if (inlining.problems.length > 0) throw invalidDescriptor(`pipeline "${pipeline.name}"`, inlining.problems);
  const flowInput = [...inlining.met.values()].reduce<unknown>(
    (input, one) => merge(input, one.flowInput ?? undefined),
    pipeline.flowInput ?? undefined,
  );
  return { ...pipeline, nodes, edges, ...(isRecord(flowInput) && { flowInput }) };
}

function inline(pipeline: RawPipeline, inlining: Inlining): Pick<RawPipeline, 'nodes' | 'edges'> {
  const { problems, size } = inlining;
  const parts = new Map<string, Part>();
  for (const node of pipeline.nodes) {
    if (parts.has(node.nodeName)) problems.push(`found duplicate node "${node.nodeName}"`);
    parts.set(node.nodeName, partOf(node, inlining));
  }
  const order = [...pipeline.edges, ...pipeline.nodes.flatMap((node) => orderOf(node, parts, problems))];
  const all = [...parts.values()];
  const edges = all.flatMap((part) => part.edges);
  for (const edge of order) {
    const [sinks, sources] = [parts.get(edge.source)?.sinks, parts.get(edge.target)?.sources];
    size.made += (sinks?.length ?? 1) * (sources?.length ?? 1);
    if (size.made > SIZE_LIMIT) break;
    for (const source of sinks ?? [edge.source])
      for (const target of sources ?? [edge.target]) edges.push({ ...edge, source, target });
  }
  return { nodes: all.flatMap((part) => part.nodes), edges };
}

function partOf(node: PipelineNode, inlining: Inlining): Part {
  const { nodeName } = node;
  const alone: Part = { isPipeline: false, nodes: [node], edges: [], sources: [nodeName], sinks: [nodeName] };
  const { stored, trail, problems, met, size } = inlining;
  size.made += 1;
  // Beyond the limit nothing is unfolded any more: it is refused as a whole.
  if (node.kind !== 'pipeline' || size.made > SIZE_LIMIT) return alone;
  const name = String(node.spec?.name);
  const found = stored(name);
  if (trail.includes(name))
    problems.push(`node ${nodeName}: pipeline ${name} contains itself (${[...trail, name].join(' -> ')})`);
  else if (trail.length >= NESTING_LIMIT)
    problems.push(`node ${nodeName}: pipelines nest deeper than ${NESTING_LIMIT} levels`);
  else if (!found) problems.push(`node ${nodeName}: pipeline ${name} Not Found`);
  else if (found.kind === 'stream')
    problems.push(`node ${nodeName}: pipeline ${name} is of kind stream, and cannot be a node`);
  else {
    met.set(name, found);
    return partOfPipeline(inline(found, { ...inlining, trail: [...trail, name] }), nodeName);
  }
  return alone;
}

/** P1. */
function partOfPipeline({ nodes, edges }: Pick<RawPipeline, 'nodes' | 'edges'>, prefix: string): Part {
  const withParents = new Set(edges.map(({ target }) => target));
  const withChildren = new Set(edges.map(({ source }) => source));
  for (const node of nodes)
    for (const parent of parentsOf(node)) {
      withParents.add(node.nodeName);
      withChildren.add(parent);
    }
  const renamed = (name: string): string => `${prefix}-${name}`;
  const names = nodes.map(({ nodeName }) => nodeName);
  return {
    isPipeline: true,
    nodes: nodes.map((node) => ({
      ...node,
      nodeName: renamed(node.nodeName),
      input: node.input.map((value) => renameReferences(value, prefix)),
    })),
    edges: edges.map(({ source, target }) => ({ source: renamed(source), target: renamed(target) })),
    sources: names.filter((name) => !withParents.has(name)).map(renamed),
    sinks: names.filter((name) => !withChildren.has(name)).map(renamed),
  };
}

function parentsOf({ input }: PipelineNode): string[] {
  return compileInput(input).references.flatMap((reference) => (reference.kind === 'node' ? [reference.node] : []));
}

function renameReferences(value: unknown, prefix: string): unknown {
  if (typeof value === 'string') {
    const parsed = parseReference(value);
    if (parsed.kind !== 'reference' || parsed.reference.kind !== 'node') return value;
    const name = value.indexOf('@') + 1;
    return `${value.slice(0, name)}${prefix}-${value.slice(name)}`;
  }
  if (!isBranch(value)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => renameReferences(item, prefix));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renameReferences(item, prefix)]));
}

/** P2, where the order is written as a reference. To a plain node a pipeline as a whole has no value. */
function orderOf(node: PipelineNode, parts: ReadonlyMap<string, Part>, problems: string[]): Edge[] {
  if (node.kind === 'pipeline') {
    for (const { at, reason } of compileInput(node.input).refused)
      problems.push(`node "${node.nodeName}", input ${at}: ${reason}`);
    return parentsOf(node).map((source) => ({ source, target: node.nodeName }));
  }
  for (const parent of parentsOf(node)) {
    const part = parts.get(parent);
    if (!part?.isPipeline) continue;
    problems.push(
      `node "${node.nodeName}" reads node "${parent}", which is a pipeline and has no result of its own: ` +
        `read ${part.sinks.map((sink) => `@${sink}`).join(' or ')}`,
    );
  }
  return [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
