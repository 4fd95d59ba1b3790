// Where the nodes of a pipeline lie: in layers from left to right, each after all that it waits for, ordered so that few edges
// cross. Pure.

import type { Box, Point } from '#inspector/chart';
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

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: readonly { readonly from: string; readonly to: string; readonly ends: readonly [Point, Point] }[];
}

const BOX = { width: 168, height: 58 };
const GAP = { x: 64, y: 22 };
const EDGE = 12;

export function layOutGraph(graph: Graph): GraphLayout {
  const layers = orderLayers(layersOf(graph), graph);
  const tallest = Math.max(0, ...layers.map(({ length }) => length));
  const height = Math.max(1, tallest) * (BOX.height + GAP.y) - GAP.y + 2 * EDGE;
  const boxes = new Map<string, Box>();
  for (const [column, layer] of layers.entries()) {
    const top = (height - layer.length * (BOX.height + GAP.y) + GAP.y) / 2;
    for (const [row, name] of layer.entries())
      boxes.set(name, { x: EDGE + column * (BOX.width + GAP.x), y: top + row * (BOX.height + GAP.y), ...BOX });
  }
  const lines = graph.edges.flatMap(({ from, to }) => {
    const [start, end] = [boxes.get(from), boxes.get(to)];
    return start && end ? [{ from, to, ends: endsOf(start, end) }] : [];
  });
  const width = Math.max(1, layers.length) * (BOX.width + GAP.x) - GAP.x + 2 * EDGE;
  return { width, height, boxes, lines };
}

const endsOf = (start: Box, end: Box): readonly [Point, Point] => [
  { x: start.x + start.width, y: start.y + start.height / 2 },
  { x: end.x, y: end.y + end.height / 2 },
];

/** Each node comes after the longest way to it. A ring, which no pipeline has, is cut where it closes. */
function layersOf({ nodes, edges }: Graph): string[][] {
  const parents = new Map(
    nodes.map(({ name }) => [name, edges.filter(({ to }) => to === name).map(({ from }) => from)]),
  );
  const depths = new Map<string, number>();
  const depthOf = (name: string, trail: ReadonlySet<string>): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const above = (parents.get(name) ?? []).filter((parent) => !trail.has(parent));
    const depth = Math.max(-1, ...above.map((parent) => depthOf(parent, new Set([...trail, name])))) + 1;
    depths.set(name, depth);
    return depth;
  };
  const layers: string[][] = [];
  for (const { name } of nodes) (layers[depthOf(name, new Set([name]))] ??= []).push(name);
  return Array.from(layers, (layer) => layer ?? []);
}

const SWEEPS = 6;

/** To and fro: each node goes to the middle of those that it hangs on. */
function orderLayers(layers: string[][], { edges }: Graph): string[][] {
  let ordered = layers;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isForth = sweep % 2 === 0;
    const next: string[][] = [];
    const walked = isForth ? ordered : ordered.toReversed();
    const places = new Map<string, number>();
    for (const layer of walked) {
      const pull = new Map(layer.map((name, place) => [name, middleOf(name, { edges, places, isForth }) ?? place]));
      const sorted = layer.toSorted((a, b) => (pull.get(a) ?? 0) - (pull.get(b) ?? 0));
      for (const [place, name] of sorted.entries()) places.set(name, place);
      next.push(sorted);
    }
    ordered = isForth ? next : next.toReversed();
  }
  return ordered;
}

interface Pull {
  readonly edges: Graph['edges'];
  readonly places: ReadonlyMap<string, number>;
  readonly isForth: boolean;
}

function middleOf(name: string, { edges, places, isForth }: Pull): number | undefined {
  const near = edges
    .filter(({ from, to }) => (isForth ? to : from) === name)
    .flatMap(({ from, to }) => places.get(isForth ? from : to) ?? []);
  return near.length === 0 ? undefined : near.reduce((sum, place) => sum + place, 0) / near.length;
}
