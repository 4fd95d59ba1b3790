// The graph of a run: its nodes, what has become of each, and how far the batches are.

import type { JSX } from 'preact';
import type { Box, Point } from '#inspector/chart';
import { Heads } from '#page/chart-view.tsx';
import { kept } from '#page/kept.ts';
import { type Batch, type Graph, type GraphNode, readGraph } from '#page/graph.ts';
import { type GraphLayout, layOutGraph } from '#page/graph-layout.ts';

export interface GraphViewProps {
  readonly graph: unknown;
  readonly onPick: (nodeName: string) => void;
}

export const GraphView = kept<GraphViewProps>(() => {
  let [shape, layout] = ['', layOutGraph(readGraph(null))];
  return ({ graph, onPick }) => {
    const read = readGraph(graph);
    // The nodes and edges of a run stay; only what has become of them changes.
    const now = JSON.stringify([read.nodes.map(({ name }) => name), read.edges]);
    if (now !== shape) [shape, layout] = [now, layOutGraph(read)];
    if (read.nodes.length === 0) return <p class="empty">This graph has no nodes.</p>;
    return <Drawn read={read} layout={layout} onPick={onPick} />;
  };
});

interface DrawnProps extends Pick<GraphViewProps, 'onPick'> {
  readonly read: Graph;
  readonly layout: GraphLayout;
}

function Drawn({ read, layout, onPick }: DrawnProps): JSX.Element {
  return (
    <div class="graph">
      <svg viewBox={`0 0 ${layout.width} ${layout.height}`} style={{ width: layout.width }} aria-hidden="true">
        <Heads names={['edge']} />
        {layout.lines.map(({ from, to, points }) => (
          <path key={`${from} ${to}`} class="edge" marker-end="url(#head-edge)" d={curve(points)} />
        ))}
        {read.nodes.map((node) => {
          const box = layout.boxes.get(node.name);
          return box && <Node key={node.name} node={node} box={box} onPick={onPick} />;
        })}
      </svg>
      <Table nodes={read.nodes} onPick={onPick} />
    </div>
  );
}

/** Straight along each pair of points, and in a bow to the next. */
function curve([first, ...rest]: readonly Point[]): string {
  if (!first) return '';
  let before = first;
  const parts = rest.map((point, place) => {
    const { x, y } = before;
    before = point;
    if (place % 2 === 1) return `L${point.x} ${point.y}`;
    return `C${x + 36} ${y} ${point.x - 36} ${point.y} ${point.x} ${point.y}`;
  });
  return `M${first.x} ${first.y}${parts.join('')}`;
}

interface NodeProps {
  readonly node: GraphNode;
  readonly box: Box;
  readonly onPick: (nodeName: string) => void;
}

/** Each status has a shape of its own, for eyes that do not tell the colours. */
const SHAPES: Readonly<Record<string, string>> = {
  creating: 'M-5 0 A5 5 0 1 1 5 0 A5 5 0 1 1 -5 0 z',
  active: 'M-4 -5 L5 0 L-4 5 z',
  succeed: 'M-5 0 L-1.5 4 L5 -4 L-1.5 1 z',
  failed: 'M-5 -3 L-3 -5 L0 -2 L3 -5 L5 -3 L2 0 L5 3 L3 5 L0 2 L-3 5 L-5 3 L-2 0 z',
  skipped: 'M-5 -1.5 L5 -1.5 L5 1.5 L-5 1.5 z',
};

function Node({ node, box, onPick }: NodeProps): JSX.Element {
  const { name, algorithm, status, batch } = node;
  return (
    <g class={`node tone-${status}`} transform={`translate(${box.x} ${box.y})`} onClick={() => onPick(name)}>
      <title>{`${name}: ${statusText(node)}`}</title>
      <rect class="body" width={box.width} height={box.height} rx={9} />
      <path class="shape" transform="translate(17 19)" d={SHAPES[status] ?? SHAPES['creating']} />
      <text class="name" x={30} y={23}>
        {cut(name, 16)}
      </text>
      <text class="small" x={14} y={batch ? 39 : 42}>
        {cut(batch ? `${batch.completed} of ${batch.total}` : algorithm, 24)}
      </text>
      {batch && <Bar batch={batch} width={box.width - 28} />}
    </g>
  );
}

function Bar({ batch, width }: { readonly batch: Batch; readonly width: number }): JSX.Element {
  const { idle, running, completed, errors, total } = batch;
  const parts = [
    ['succeed', completed - errors],
    ['failed', errors],
    ['active', running],
    ['creating', idle],
  ] as const;
  let x = 14;
  return (
    <g class="bar">
      {parts.map(([part, count]) => {
        const long = total > 0 ? (width * count) / total : 0;
        const start = x;
        x += long;
        return long > 0 && <rect key={part} class={`tone-${part}`} x={start} y={46} width={long} height={5} />;
      })}
    </g>
  );
}

function Table({
  nodes,
  onPick,
}: {
  readonly nodes: readonly GraphNode[];
  readonly onPick: (name: string) => void;
}): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">node</th>
          <th scope="col">algorithm</th>
          <th scope="col">status</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <tr key={node.name}>
            <th scope="row">
              <button class="link" onClick={() => onPick(node.name)}>
                {node.name}
              </button>
            </th>
            <td>{node.algorithm}</td>
            <td class={`tone tone-${node.status}`}>{statusText(node)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function statusText({ status, batch }: GraphNode): string {
  if (!batch) return status;
  const { idle, running, completed, errors, total } = batch;
  return `${completed} of ${total} completed, ${errors} failed, ${running} active, ${idle} waiting`;
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
