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

/** Points of a line: pairs of them are straight, and between the pairs it bends. */
export interface GraphLine {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: readonly GraphLine[];
}

const BOX = { width: 168, height: 58 };
/** Where an edge passes a layer, a lane is kept free for it. */
const LANE = 10;
const GAP = { x: 64, y: 22 };
const EDGE = 12;

export function layOutGraph(graph: Graph): GraphLayout {
  const { layers, steps, ways } = threaded(layersOf(graph), graph);
  const names = new Set(graph.nodes.map(({ name }) => name));
  const highOf = (name: string): number => (names.has(name) ? BOX.height : LANE);
  const highs = layers.map((layer) => layer.reduce((sum, name) => sum + highOf(name) + GAP.y, -GAP.y));
  const height = Math.max(BOX.height, ...highs) + 2 * EDGE;
  const all = new Map<string, Box>();
  for (const [column, layer] of orderLayers(layers, steps).entries()) {
    let y = (height - (highs[column] ?? 0)) / 2;
    for (const name of layer) {
      all.set(name, { x: EDGE + column * (BOX.width + GAP.x), y, width: BOX.width, height: highOf(name) });
      y += highOf(name) + GAP.y;
    }
  }
  const lines = ways.map(({ from, to, through }) => ({ from, to, points: pointsOf([from, ...through, to], all) }));
  const width = Math.max(1, layers.length) * (BOX.width + GAP.x) - GAP.x + 2 * EDGE;
  return { width, height, boxes: new Map([...all].filter(([name]) => names.has(name))), lines };
}

/** Out of the first, through those between, into the last. */
function pointsOf(names: readonly string[], boxes: ReadonlyMap<string, Box>): Point[] {
  const points = names.flatMap((name) => {
    const box = boxes.get(name);
    if (!box) return [];
    const y = box.y + box.height / 2;
    return [
      { x: box.x, y },
      { x: box.x + box.width, y },
    ];
  });
  return points.slice(1, -1);
}

interface Way {
  readonly from: string;
  readonly to: string;
  /** The lanes that it passes through, one in each layer. */
  readonly through: readonly string[];
}

interface Threaded {
  readonly layers: string[][];
  /** From layer to layer. */
  readonly steps: Graph['edges'];
  readonly ways: readonly Way[];
}

function threaded(layers: string[][], { edges }: Graph): Threaded {
  const depths = new Map(layers.flatMap((layer, depth) => layer.map((name) => [name, depth] as const)));
  const next = layers.map((layer) => [...layer]);
  const ways = edges.map(({ from, to }) => {
    const [start, end] = [depths.get(from) ?? 0, depths.get(to) ?? 0];
    const through: string[] = [];
    for (let depth = start + 1; depth < end; depth += 1) {
      const lane = `${from} > ${to} @ ${depth}`;
      next[depth]?.push(lane);
      through.push(lane);
    }
    return { from, to, through };
  });
  const steps = ways.flatMap(({ from, to, through }) =>
    [...through, to].map((name, place) => ({ from: place === 0 ? from : (through[place - 1] ?? from), to: name })),
  );
  return { layers: next, steps, ways };
}

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
function orderLayers(layers: string[][], edges: Graph['edges']): string[][] {
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
