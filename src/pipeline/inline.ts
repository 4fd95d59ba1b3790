// Pipelines of pipelines: a node of kind `pipeline` gives way to the nodes of the stored pipeline that it names. Pure.
//
//   P1. A node of the stored pipeline becomes `<node>-<its name>`, and references among them follow.
//   P2. Who waited for the node waits for its last nodes; its first ones wait for what it waited for: order, not data.
//   P3. The flow inputs become one; where both have a value, the stored pipeline's counts.

import { invalidDescriptor, type PipelineNode, type RawPipeline } from '#descriptors/pipeline';
import { merge } from '#pipeline/merge';
import { compileInput } from '#pipeline/template';

type Edge = RawPipeline['edges'][number];
/** Finds a stored pipeline by its name. */
export type StoredPipelines = (name: string) => RawPipeline | undefined;

/** What stands in the place of a node. */
interface Part {
  readonly nodes: readonly PipelineNode[];
  readonly edges: readonly Edge[];
  readonly flowInput: unknown;
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
}

/** The pipeline without nodes of kind `pipeline`. Throws `INVALID_DESCRIPTOR` with every reason why there is none. */
export function inlinePipelines(pipeline: RawPipeline, stored: StoredPipelines): RawPipeline {
  return inline(pipeline, stored, [pipeline.name]);
}

function inline(pipeline: RawPipeline, stored: StoredPipelines, trail: readonly string[]): RawPipeline {
  if (pipeline.nodes.every(({ kind }) => kind !== 'pipeline')) return pipeline;
  const problems: string[] = [];
  const parts = new Map<string, Part>();
  for (const node of pipeline.nodes) parts.set(node.nodeName, partOf(node, { stored, trail, problems }));
  const edges = [...pipeline.edges, ...pipeline.nodes.flatMap((node) => orderOf(node, parts, problems))];
  if (problems.length > 0) throw invalidDescriptor(`pipeline "${pipeline.name}"`, problems);
  const all = [...parts.values()];
  const flowInput = all.reduce<unknown>((input, part) => merge(input, part.flowInput), pipeline.flowInput ?? undefined);
  return {
    ...pipeline,
    nodes: all.flatMap(({ nodes }) => nodes),
    edges: [...edges.flatMap((edge) => spread(edge, parts)), ...all.flatMap((part) => part.edges)],
    ...(isRecord(flowInput) && { flowInput }),
  };
}

interface Search {
  readonly stored: StoredPipelines;
  /** The names of the pipelines around this one. */
  readonly trail: readonly string[];
  readonly problems: string[];
}

function partOf(node: PipelineNode, { stored, trail, problems }: Search): Part {
  const alone = { nodes: [node], edges: [], flowInput: undefined, sources: [node.nodeName], sinks: [node.nodeName] };
  if (node.kind !== 'pipeline') return alone;
  const { nodeName } = node;
  const name = node.spec?.name;
  if (typeof name !== 'string' || name === '') {
    problems.push(`node ${nodeName} must have spec with name`);
    return alone;
  }
  if (trail.includes(name)) {
    problems.push(`node ${nodeName}: pipeline ${name} contains itself (${[...trail, name].join(' -> ')})`);
    return alone;
  }
  const found = stored(name);
  if (!found) {
    problems.push(`node ${nodeName}: pipeline ${name} Not Found`);
    return alone;
  }
  return rename(inline(found, stored, [...trail, name]), nodeName);
}

/** P1. */
function rename({ nodes, edges, flowInput }: RawPipeline, prefix: string): Part {
  const names = new Set(nodes.map(({ nodeName }) => nodeName));
  const renamed = (name: string): string => `${prefix}-${name}`;
  const withParents = new Set(edges.map(({ target }) => target));
  const withChildren = new Set(edges.map(({ source }) => source));
  for (const node of nodes)
    for (const parent of parentsOf(node)) {
      withParents.add(node.nodeName);
      withChildren.add(parent);
    }
  return {
    nodes: nodes.map((node) => ({
      ...node,
      nodeName: renamed(node.nodeName),
      input: node.input.map((value) => renameReferences(value, names, prefix)),
    })),
    edges: edges.map(({ source, target }) => ({ source: renamed(source), target: renamed(target) })),
    flowInput: flowInput ?? undefined,
    sources: [...names].filter((name) => !withParents.has(name)).map(renamed),
    sinks: [...names].filter((name) => !withChildren.has(name)).map(renamed),
  };
}

function parentsOf({ input }: PipelineNode): string[] {
  return compileInput(input).references.flatMap((reference) => (reference.kind === 'node' ? [reference.node] : []));
}

function renameReferences(value: unknown, names: ReadonlySet<string>, prefix: string): unknown {
  if (typeof value === 'string') {
    const [, signs, name] = /^([*#]{0,2}@)([^.]+)/.exec(value) ?? [];
    if (signs === undefined || name === undefined || !names.has(name)) return value;
    return `${signs}${prefix}-${value.slice(signs.length)}`;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => renameReferences(item, names, prefix));
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renameReferences(item, names, prefix)]));
}

/** P2, where the order is written as a reference. To a plain node a pipeline as a whole has no value. */
function orderOf(node: PipelineNode, parts: ReadonlyMap<string, Part>, problems: string[]): Edge[] {
  const parents = parentsOf(node);
  if (node.kind === 'pipeline') return parents.map((source) => ({ source, target: node.nodeName }));
  for (const parent of parents) {
    const part = parts.get(parent);
    if (!part || part.nodes[0]?.nodeName === parent) continue;
    problems.push(
      `node "${node.nodeName}" reads node "${parent}", which is a pipeline and has no result of its own: ` +
        `read ${part.sinks.map((sink) => `@${sink}`).join(' or ')}`,
    );
  }
  return [];
}

function spread({ source, target, ...rest }: Edge, parts: ReadonlyMap<string, Part>): Edge[] {
  const sinks = parts.get(source)?.sinks ?? [source];
  const sources = parts.get(target)?.sources ?? [target];
  return sinks.flatMap((from) => sources.map((to) => ({ ...rest, source: from, target: to })));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
