// The graph of a run, as it shows it: its nodes, what has become of each, and how far the batches are. Pure.

import { digText, dig, isFields, isList } from '#page/json.ts';
import { numberAt } from '#page/kinship.ts';
import type { Json } from '#model/json';

export interface Batch {
  readonly idle: number;
  readonly running: number;
  /** Of these, `errors` have failed. */
  readonly completed: number;
  readonly errors: number;
  readonly total: number;
}

export interface GraphNode {
  readonly name: string;
  readonly algorithm: string;
  readonly status: string;
  readonly batch: Batch | null;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** As a run shows it; what cannot be read is left out. */
export function readGraph(graph: unknown): Graph {
  const [nodes, edges] = [dig(graph, 'nodes'), dig(graph, 'edges')];
  const read = (isList(nodes) ? nodes : []).flatMap((node) => readNode(node));
  const names = new Set(read.map(({ name }) => name));
  return {
    nodes: read,
    edges: (isList(edges) ? edges : [])
      .map((edge) => ({ from: digText(edge, 'from') ?? '', to: digText(edge, 'to') ?? '' }))
      .filter(({ from, to }) => names.has(from) && names.has(to) && from !== to),
  };
}

function readNode(node: Json): GraphNode[] {
  const name = digText(node, 'nodeName');
  if (name === null) return [];
  const info = dig(node, 'batchInfo');
  const count = (key: string): number => numberAt(info, key);
  const batch = isFields(info)
    ? {
        ...{ idle: count('idle'), running: count('running'), completed: count('completed') },
        ...{ errors: count('errors'), total: count('total') },
      }
    : null;
  const status = digText(node, 'status') ?? (batch ? batchStatus(batch) : 'creating');
  return [{ name, algorithm: digText(node, 'algorithmName') ?? '', status, batch }];
}

function batchStatus({ running, completed, total, errors }: Batch): string {
  if (running > 0) return 'active';
  if (completed < total) return 'creating';
  return errors > 0 ? 'failed' : 'succeed';
}
