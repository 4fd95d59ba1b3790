// Where the nodes of a pipeline lie.

import { describe, expect, it } from 'vitest';
import { layOutGraph, readGraph } from '#page/graph-layout.ts';

const graph = (...edges: readonly string[]) => {
  const pairs = edges.map((edge) => edge.split('>')).map(([from = '', to = '']) => ({ from, to }));
  const names = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))];
  return { nodes: names.map((nodeName) => ({ nodeName, algorithmName: 'a', status: 'creating' })), edges: pairs };
};
const crossings = (given: unknown): number => {
  const { lines } = layOutGraph(readGraph(given));
  return lines.flatMap((one, place) =>
    lines.slice(place + 1).filter((other) => {
      const [starts, ends] = [one.ends[0].y - other.ends[0].y, one.ends[1].y - other.ends[1].y];
      return one.ends[0].x === other.ends[0].x && one.ends[1].x === other.ends[1].x && starts * ends < 0;
    }),
  ).length;
};

describe('the layout of a graph', () => {
  it('puts each node to the right of all that it waits for', () => {
    const { boxes, lines } = layOutGraph(readGraph(graph('a>b', 'a>c', 'b>d', 'c>d', 'a>d', 'd>e')));
    for (const { from, to } of lines) expect(boxes.get(from)?.x).toBeLessThan(boxes.get(to)?.x ?? 0);
    expect(new Set([...boxes.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(5);
  });

  it('orders the nodes of a layer so that edges do not cross', () => {
    expect(crossings(graph('a>x', 'b>y', 'c>z', 'x>r', 'y>q', 'z>p'))).toBe(0);
    expect(crossings(graph('s>a', 's>b', 's>c', 'a>z', 'b>y', 'c>x'))).toBe(0);
  });

  it('reads what it can, and ends on a ring', () => {
    expect(readGraph('nothing')).toEqual({ nodes: [], edges: [] });
    expect(layOutGraph(readGraph(graph('a>b', 'b>a'))).boxes.size).toBe(2);
  });

  it('takes the status of a batch from its counts', () => {
    const node = (batchInfo: object) => ({
      nodes: [{ nodeName: 'a', algorithmName: 'a', status: null, batchInfo }],
      edges: [],
    });
    const statusOf = (batchInfo: object) => readGraph(node(batchInfo)).nodes[0]?.status;
    expect(statusOf({ idle: 1, running: 1, completed: 0, errors: 0, total: 2 })).toBe('active');
    expect(statusOf({ idle: 1, running: 0, completed: 1, errors: 0, total: 2 })).toBe('creating');
    expect(statusOf({ idle: 0, running: 0, completed: 2, errors: 1, total: 2 })).toBe('failed');
    expect(statusOf({ idle: 0, running: 0, completed: 2, errors: 0, total: 2 })).toBe('succeed');
  });
});
