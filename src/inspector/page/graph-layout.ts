// Where the nodes of a pipeline lie: in layers from left to right, each after all that it waits for, ordered so that few edges
// cross. Pure.

import type { Box, Point } from '#inspector/chart';
import type { Graph } from '#page/graph.ts';
import { put } from '#page/json.ts';

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
  orderLayers(layers, steps);
  for (const [column, layer] of layers.entries()) {
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

/** Each node comes after the longest way to it. A ring, which no pipeline has, is cut where it becomes longer than all nodes. */
function layersOf({ nodes, edges }: Graph): string[][] {
  const depths = new Map(nodes.map(({ name }) => [name, 0]));
  for (let round = 1; round < nodes.length; round += 1)
    for (const { from, to } of edges) {
      const depth = (depths.get(from) ?? 0) + 1;
      if (depth > (depths.get(to) ?? 0) && depth < nodes.length) depths.set(to, depth);
    }
  const layers: string[][] = [];
  for (const [name, depth] of depths) (layers[depth] ??= []).push(name);
  return layers.filter((layer) => layer.length > 0);
}

const SWEEPS = 6;

/** To and fro: each node goes to the middle of those that it hangs on. */
function orderLayers(layers: readonly string[][], edges: Graph['edges']): void {
  const near = new Map<string, string[]>();
  for (const { from, to } of edges) {
    put(near, from, to);
    put(near, to, from);
  }
  const places = new Map(layers.flatMap((layer) => layer.map((name, place) => [name, place] as const)));
  const placeOf = (name: string): number => places.get(name) ?? 0;
  const pullOf = (name: string): number => {
    const all = near.get(name) ?? [name];
    return all.reduce((sum, one) => sum + placeOf(one), 0) / all.length;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1)
    for (const layer of sweep % 2 === 0 ? layers : layers.toReversed()) {
      const pulls = new Map(layer.map((name) => [name, pullOf(name)]));
      layer.sort((a, b) => (pulls.get(a) ?? 0) - (pulls.get(b) ?? 0));
      for (const [place, name] of layer.entries()) places.set(name, place);
    }
}
