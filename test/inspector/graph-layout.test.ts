// Where the nodes of a pipeline lie.

import { describe, expect, it } from 'vitest';
import { readGraph } from '#page/graph.ts';
import { layOutGraph } from '#page/graph-layout.ts';

const graph = (...edges: readonly string[]) => {
  const pairs = edges.map((edge) => edge.split('>')).map(([from = '', to = '']) => ({ from, to }));
  const names = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))];
  return { nodes: names.map((nodeName) => ({ nodeName, algorithmName: 'a', status: 'creating' })), edges: pairs };
};
/** Of edges between the same two layers. */
const crossings = (given: unknown): number => {
  const ends = layOutGraph(readGraph(given)).lines.map(({ points: [start, end] }) => ({ start, end }));
  return ends.flatMap((one, place) =>
    ends.slice(place + 1).filter((other) => {
      if (!one.start || !one.end || !other.start || !other.end) return false;
      const areBeside = one.start.x === other.start.x && one.end.x === other.end.x;
      return areBeside && (one.start.y - other.start.y) * (one.end.y - other.end.y) < 0;
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

  it('keeps a lane free for an edge that passes a layer', () => {
    const { boxes, lines } = layOutGraph(readGraph(graph('a>b', 'b>c', 'a>c')));
    const [, between] = lines.find(({ from, to }) => from === 'a' && to === 'c')?.points ?? [];
    const beside = boxes.get('b') ?? { x: 0, y: 0, width: 0, height: 0 };
    expect(between?.x).toBe(beside.x);
    expect((between?.y ?? beside.y) < beside.y || (between?.y ?? beside.y) > beside.y + beside.height).toBe(true);
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
