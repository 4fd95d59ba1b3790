// A chart as a page can draw it: its states, the arrows between them, and where each of them lies. Plain data, made once from
// each machine when the package is built; a recording carries the charts of its own time.

import * as z from 'zod/mini';

/** A way out of a state, or something that happens within it. */
export const ChartArrow = z.object({
  /** Its state, its event, and its place among the arrows for that event: what a step says that was taken. */
  id: z.string(),
  /** An event, `after <delay>`, or `at once`. */
  on: z.string(),
  /** The ids of the states that it leads to. None: it happens without leaving. */
  to: z.array(z.string()),
  guard: z.nullable(z.string()),
  actions: z.array(z.string()),
});
export type ChartArrow = Readonly<z.output<typeof ChartArrow>>;

export const ChartState = z.object({
  /** Unique in its chart, such as `algorithm.working`. */
  id: z.string(),
  /** Its own name, such as `working`. */
  key: z.string(),
  kind: z.enum(['plain', 'final', 'compound', 'parallel']),
  description: z.string(),
  entry: z.array(z.string()),
  exit: z.array(z.string()),
  invokes: z.array(z.string()),
  /** The id of the state that it begins with; null where it has none inside. */
  initial: z.nullable(z.string()),
  arrows: z.array(ChartArrow),
  get states() {
    return z.array(ChartState);
  },
});
export type ChartState = z.output<typeof ChartState>;

/** A place in a drawing, in its own units. */
const Point = z.object({ x: z.number(), y: z.number() });
export type Point = Readonly<z.output<typeof Point>>;

const Box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
export type Box = Readonly<z.output<typeof Box>>;

/** One word at a line, and the ids of the arrows that it stands for. */
const LaidWord = z.object({ text: z.string(), arrows: z.array(z.string()) });
export type LaidWord = Readonly<z.output<typeof LaidWord>>;

/** One drawn line. Arrows with the same ends share it. */
const LaidLine = z.object({
  /** Where it leaves; of a line into the initial state, or of one that holds in any state: the state around them. */
  from: z.string(),
  to: z.string(),
  /** The first is where it leaves, the last where it arrives. */
  points: z.array(Point),
  /** Where its words stand, and what they are, row by row. None: it leads into the initial state. */
  label: Box,
  rows: z.array(z.array(LaidWord)),
});
export type LaidLine = Readonly<z.output<typeof LaidLine>>;

/** Where everything of a chart lies; all places count from the same corner. */
export const ChartLayout = z.object({
  width: z.number(),
  height: z.number(),
  /** By the ids of the states. */
  boxes: z.record(z.string(), Box),
  lines: z.array(LaidLine),
  /** Around the states that lines leave together. */
  frames: z.array(Box),
});
export type ChartLayout = Readonly<z.output<typeof ChartLayout>>;

/** A chart and its layout. The outermost state is the machine as a whole. */
export const Chart = z.object({ root: ChartState, layout: ChartLayout });
export type Chart = Readonly<z.output<typeof Chart>>;

/** By the names of the machines: `algorithm`, `session`, `sidecar`, `run`, `child`. */
export const Charts = z.record(z.string(), Chart);
export type Charts = Readonly<z.output<typeof Charts>>;
