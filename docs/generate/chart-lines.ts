// Which lines a drawing of a chart has, and which words stand at them, before anybody knows where they lie.
//
//   G1. Arrows with the same ends share a line.
//   G2. What leads out of any state is one short line into its target, from nowhere: drawn from each state it would hide the rest.
//   G3. What several states have in common leaves from a frame around them, once for all.

import type { ChartArrow, ChartState, LaidWord } from '#inspector/chart';

export interface Line {
  /** The state that it leaves; of what leads from anywhere (G2, G3), the state around. */
  readonly from: string;
  readonly to: string;
  readonly rows: readonly (readonly LaidWord[])[];
}

export interface Lines {
  readonly own: readonly Line[];
  /** G2. */
  readonly fromAnywhere: readonly Line[];
  /** G3; the states inside the frame. */
  readonly framed: readonly Line[];
  readonly frame: readonly string[];
}

interface Leaving {
  readonly from: string;
  readonly arrow: ChartArrow;
  readonly among: readonly ChartArrow[];
}

/** How many lines a frame has to spare. */
const SPARED = 2;

export function linesOf(root: ChartState): Lines {
  const leaving = flatten(root.states).flatMap(leavingOf);
  const { frame, shared } = bestFrame(root.states);
  const isFramed = ({ from, arrow }: Leaving): boolean =>
    frame.includes(from) && shared.some((other) => isSame(arrow, other));
  return {
    own: merge(leaving.filter((one) => !isFramed(one))),
    fromAnywhere: merge(leavingOf(root)),
    framed: merge(leaving.filter(isFramed).map((one) => ({ ...one, from: root.id }))),
    frame,
  };
}

interface Frame {
  readonly frame: readonly string[];
  readonly shared: readonly ChartArrow[];
}

/** The states that spare a drawing the most by a frame around them; none, where it would spare little. */
function bestFrame(states: readonly ChartState[]): Frame {
  const frames = states.flatMap((one, place) =>
    states.slice(place + 1).map((other): Frame => {
      const shared = common(one, other);
      const frame = states
        .filter(({ arrows }) => shared.every((arrow) => arrows.some((own) => isSame(own, arrow))))
        .map(({ id }) => id);
      return { frame, shared: shared.filter(({ to }) => !to.some((id) => frame.includes(id))) };
    }),
  );
  const best = frames.toSorted((a, b) => spared(b, states) - spared(a, states))[0];
  return best && spared(best, states) >= SPARED ? best : { frame: [], shared: [] };
}

/** The lines that the frame makes needless, less those that it has itself. */
function spared({ frame, shared }: Frame, states: readonly ChartState[]): number {
  const inside = states.filter(({ id }) => frame.includes(id));
  const rest = inside.map(({ arrows }) => arrows.filter((arrow) => !shared.some((other) => isSame(arrow, other))));
  const count = (all: readonly (readonly ChartArrow[])[]): number =>
    all.map((arrows) => new Set(arrows.flatMap(({ to }) => to)).size).reduce((sum, targets) => sum + targets, 0);
  return count(inside.map(({ arrows }) => arrows)) - count(rest) - count([shared]);
}

const common = (one: ChartState, other: ChartState): ChartArrow[] =>
  one.arrows.filter((arrow) => arrow.to.length > 0 && other.arrows.some((own) => isSame(own, arrow)));

const flatten = (states: readonly ChartState[]): ChartState[] =>
  states.flatMap((state) => [state, ...flatten(state.states)]);

const leavingOf = ({ id, arrows }: ChartState): Leaving[] =>
  arrows.filter(({ to }) => to.length > 0).map((arrow) => ({ from: id, arrow, among: arrows }));

const isSame = (a: ChartArrow, b: ChartArrow): boolean =>
  a.to.join() === b.to.join() && a.on === b.on && a.guard === b.guard;

function merge(leaving: readonly Leaving[]): Line[] {
  const lines = new Map<string, { from: string; to: string; leaving: Leaving[] }>();
  for (const one of leaving) {
    for (const to of one.arrow.to) {
      const key = `${one.from} ${to}`;
      const line = lines.get(key) ?? { from: one.from, to, leaving: [] };
      line.leaving.push(one);
      lines.set(key, line);
    }
  }
  return [...lines.values()].map((line) => ({ from: line.from, to: line.to, rows: rowsOf(line.leaving) }));
}

/** How long a row may be, in letters. */
const ROW = 24;

/** A word for each event, in rows by where the events come from: `wire.done .stopped .failed`. */
function rowsOf(along: readonly Leaving[]): LaidWord[][] {
  const bySource = new Map<string, LaidWord[]>();
  for (const word of wordsOf(along)) {
    const source = /^\w+\./.exec(word.text)?.[0] ?? word.text;
    bySource.set(source, [...(bySource.get(source) ?? []), word]);
  }
  return [...bySource].flatMap(([source, words]) => {
    const rows: LaidWord[][] = [];
    for (const word of words) {
      const short = { ...word, text: word.text.slice(source.length - 1) };
      const row = rows.at(-1);
      if (row && lengthOf([...row, short]) <= ROW) row.push(short);
      else rows.push(...broken(word));
    }
    return rows;
  });
}

const lengthOf = (row: readonly LaidWord[]): number => row.map(({ text }) => text).join(' ').length;

/** A guard that is too long stands below its event. */
function broken({ text, arrows }: LaidWord): LaidWord[][] {
  const [event = '', guard] = text.split(/ (?=\[)/);
  if (guard === undefined || text.length <= ROW) return [[{ text, arrows }]];
  return [[{ text: event, arrows }], [{ text: guard, arrows }]];
}

/** Arrows that a drawing calls the same are one word. */
function wordsOf(along: readonly Leaving[]): LaidWord[] {
  const words = new Map<string, string[]>();
  for (const one of along) {
    const text = textOf(one, along);
    words.set(text, [...(words.get(text) ?? []), one.arrow.id]);
  }
  return [...words].map(([text, arrows]) => ({ text, arrows }));
}

/** The event; and the guard, where the same event may lead elsewhere. */
function textOf({ arrow, among }: Leaving, along: readonly Leaving[]): string {
  const { on } = arrow;
  const rivals = among.filter((other) => other.on === on && other.to.length > 0);
  const here = rivals.filter((other) => along.some((one) => one.arrow === other));
  if (here.length === rivals.length) return on;
  return here.some(({ guard }) => guard === null) ? `${on}, otherwise` : `${on} [${arrow.guard ?? ''}]`;
}
