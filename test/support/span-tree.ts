// Spans as trees that can be compared: without ids and times, children by their names. Ids in attributes become words that say which
// of them are the same: `jobId 1`, `taskId 2`, counted in the order of the tree.

import type { OtlpAttributes, OtlpSpan, OtlpValue } from '#test/support/otlp';

export interface SpanNode {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly attributes: OtlpAttributes;
  /** What has failed; left out where nothing has. */
  readonly error?: string;
  readonly events?: readonly string[];
  /** Its parent was never seen; left out where it was, and where there is none. */
  readonly orphan?: true;
  readonly children: readonly SpanNode[];
}

const IDS: Readonly<Record<string, string>> = {
  jobId: 'jobId',
  subPipelineJobId: 'jobId',
  taskId: 'taskId',
  execId: 'execId',
  subPipelineId: 'subPipelineId',
};

/** A forest: normally one tree a trace. */
export function treesOf(spans: readonly OtlpSpan[]): SpanNode[] {
  const known = new Set(spans.map(({ traceId, spanId }) => `${traceId}:${spanId}`));
  const isSeen = ({ traceId, parentSpanId }: OtlpSpan): boolean => known.has(`${traceId}:${parentSpanId}`);
  const below = new Map<string, OtlpSpan[]>();
  for (const span of spans) {
    if (!isSeen(span)) continue;
    const key = `${span.traceId}:${span.parentSpanId}`;
    below.set(key, [...(below.get(key) ?? []), span]);
  }

  function node(span: OtlpSpan): SpanNode {
    const children = (below.get(`${span.traceId}:${span.spanId}`) ?? []).toSorted(byTime).map(node);
    const { service, name, kind, status } = span;
    return {
      ...{ service, name, kind, attributes: span.attributes },
      ...(status.code === 'error' && { error: status.message }),
      ...(span.events.length > 0 && { events: span.events.map((event) => event.name) }),
      ...(span.parentSpanId !== null && !isSeen(span) && { orphan: true }),
      children: children.toSorted(byLook),
    };
  }

  const roots = spans.filter((span) => !isSeen(span));
  return numbered(roots.toSorted(byTime).map(node).toSorted(byLook));
}

/** A line a span: `worker: square start (consumer) ✗ boom`. */
export function outlineOf(nodes: readonly SpanNode[], depth = 0): string[] {
  return nodes.flatMap((node) => {
    const kind = node.kind === 'internal' ? '' : ` (${node.kind})`;
    const error = node.error === undefined ? '' : ` ✗ ${node.error}`;
    const line = `${'  '.repeat(depth)}${node.service}: ${node.name}${kind}${node.orphan ? ' (orphan)' : ''}${error}`;
    return [line, ...outlineOf(node.children, depth + 1)];
  });
}

const byTime = (one: OtlpSpan, other: OtlpSpan): number => Number(one.start - other.start);
/** By name; the same names by all else but their ids, so that what runs side by side has an order. */
function byLook(one: SpanNode, other: SpanNode): number {
  return compare(one.name, other.name) || compare(look(one), look(other));
}
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const look = (node: SpanNode): string =>
  JSON.stringify(node, (key, value: unknown) => (key in IDS ? undefined : value));

function numbered(roots: readonly SpanNode[]): SpanNode[] {
  const words = new Map<string, string>();
  const counts = new Map<string, number>();

  function wordFor(kind: string, id: OtlpValue): string {
    const key = `${kind}:${JSON.stringify(id)}`;
    const known = words.get(key);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    words.set(key, `${kind} ${count}`);
    return `${kind} ${count}`;
  }

  function number(node: SpanNode): SpanNode {
    const attributes = Object.entries(node.attributes)
      .toSorted(([one], [other]) => compare(one, other))
      .map(([name, value]) => [name, name in IDS ? wordFor(IDS[name] ?? name, value) : value] as const);
    return { ...node, attributes: Object.fromEntries(attributes), children: node.children.map(number) };
  }
  return roots.map(number);
}
