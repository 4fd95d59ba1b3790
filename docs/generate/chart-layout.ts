// Where everything of one chart lies: what is to be drawn goes to ELK as boxes and edges, and comes back with its places.

import elk, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk.bundled.js';
import type { Box, ChartLayout, ChartState, LaidLine, LaidWord, Point } from '#inspector/chart';
import { type Line, linesOf } from './chart-lines.js';

// Sizes of letters as the page sets them: 13 px for names, 11 px for words.
const NAME_WIDTH = 7.4;
const NAME_HEIGHT = 34;
const WORD_WIDTH = 5.9;
const WORD_HEIGHT = 14;
const START = 10;
const FRAME = 'frame';

// Down in the order in which the chart names its states, as they are written in the order of life.
const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.randomSeed': '1',
  'elk.padding': '[top=12,left=12,bottom=12,right=12]',
  'elk.spacing.nodeNode': '14',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '20',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.compaction.postCompaction.strategy': 'EDGE_LENGTH',
};
const insideOptions = { 'elk.padding': '[top=38,left=14,bottom=14,right=14]' };
const frameOptions = { 'elk.padding': '[top=14,left=14,bottom=14,right=14]' };

/** A line, and the edge that ELK lays for it. */
interface Edge {
  readonly line: Line;
  readonly edge: ElkExtendedEdge;
  /** Words that stand where the line begins, in place of a state. */
  readonly start?: ElkNode;
}

export async function layOut(root: ChartState): Promise<ChartLayout> {
  const { own, framed, fromAnywhere, frame } = linesOf(root);
  const edges = [
    ...initialLines(root).map((line) => startEdge(line, { width: START, height: START })),
    ...own.map(labelledEdge),
    ...framed.map((line) => labelledEdge({ ...line, from: FRAME })),
    ...fromAnywhere.map((line) => startEdge(line, sizeOf(line.rows))),
  ];
  const graph: ElkNode = {
    id: root.id,
    layoutOptions: options,
    children: [
      ...starts(edges, root.id),
      ...inFrame(
        root.states.map((state) => nodeOf(state, edges)),
        frame,
      ),
    ],
    edges: edges.map(({ edge }) => edge),
  };
  return readLayout(await new elk.default().layout(graph), { root, edges });
}

const initialLines = ({ id, initial, states }: ChartState): Line[] => [
  ...(initial === null ? [] : [{ from: id, to: initial, rows: [] }]),
  ...states.flatMap(initialLines),
];

function startEdge(line: Line, size: { width: number; height: number }): Edge {
  const id = `from ${line.from} to ${line.to}, ${line.rows.length} rows`;
  return { line, start: { id, ...size }, edge: { id: `edge ${id}`, sources: [id], targets: [line.to] } };
}

function labelledEdge(line: Line): Edge {
  // Words interrupt their line: beside it they would need twice the room.
  const label = { text: 'words', ...sizeOf(line.rows), layoutOptions: { 'elk.edgeLabels.inline': 'true' } };
  return {
    line,
    edge: { id: `${line.from} to ${line.to}`, sources: [line.from], targets: [line.to], labels: [label] },
  };
}

function sizeOf(rows: Line['rows']): { width: number; height: number } {
  const letters = rows.map((row) => row.map(({ text }) => text).join(' ').length);
  return { width: Math.ceil(Math.max(...letters) * WORD_WIDTH) + 8, height: rows.length * WORD_HEIGHT + 4 };
}

function nodeOf(state: ChartState, edges: readonly Edge[]): ElkNode {
  const name = { id: state.id, width: Math.ceil(state.key.length * NAME_WIDTH) + 28, height: NAME_HEIGHT };
  if (state.states.length === 0) return name;
  const children = state.states.map((inner) => nodeOf(inner, edges));
  return { ...name, layoutOptions: insideOptions, children: [...starts(edges, state.id), ...children] };
}

const starts = (edges: readonly Edge[], within: string): ElkNode[] =>
  edges.flatMap(({ start, line }) => (start && line.from === within ? [start] : []));

/** The frame stands where the first of its states stood: their order is that of life. */
function inFrame(nodes: readonly ElkNode[], frame: readonly string[]): ElkNode[] {
  const inside = nodes.filter(({ id }) => frame.includes(id));
  return nodes.flatMap((node) => {
    if (node === inside[0]) return [{ id: FRAME, layoutOptions: frameOptions, children: inside }];
    return inside.includes(node) ? [] : [node];
  });
}

function readLayout(laid: ElkNode, { root, edges }: { root: ChartState; edges: readonly Edge[] }): ChartLayout {
  const nodes = new Map(flatten(laid).map((node) => [node.id, node]));
  const found = new Map((laid.edges ?? []).map((edge) => [edge.id, edge]));
  const states = [root, ...flattenStates(root.states)];
  const frame = nodes.get(FRAME);
  return {
    width: Math.ceil(laid.width ?? 0),
    height: Math.ceil(laid.height ?? 0),
    boxes: Object.fromEntries(states.map(({ id }) => [id, boxOf(nodes.get(id))])),
    lines: edges.map(({ line, edge, start }): LaidLine => {
      const { sections = [], labels = [] } = found.get(edge.id) ?? {};
      const label = start ? boxOf(nodes.get(start.id)) : boxOf(labels[0]);
      return {
        from: line.from === FRAME ? root.id : line.from,
        to: line.to,
        points: sections.flatMap(({ startPoint, bendPoints = [], endPoint }) =>
          [startPoint, ...bendPoints, endPoint].map(round),
        ),
        label,
        rows: line.rows.map((row) => row.map(({ text, arrows }): LaidWord => ({ text, arrows: [...arrows] }))),
      };
    }),
    frames: frame ? [boxOf(frame)] : [],
  };
}

const flatten = (node: ElkNode): ElkNode[] => [node, ...(node.children ?? []).flatMap(flatten)];
const flattenStates = (states: readonly ChartState[]): ChartState[] =>
  states.flatMap((state) => [state, ...flattenStates(state.states)]);

const round = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });

const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box> = {}): Box => ({
  ...round({ x, y }),
  width: Math.round(width),
  height: Math.round(height),
});
