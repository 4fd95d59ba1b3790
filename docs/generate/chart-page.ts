// A chart as a section of a page: the words at the head of its file, the diagram, and tables for what a diagram cannot say.

import type { ChartArrow, ChartState } from '#inspector/chart';

/** The comment that opens a file, as Markdown: paragraphs joined, numbered invariants as a list. */
export function prose(source: string): string {
  const lines = source.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const blocks: string[] = [];
  for (const line of lines.slice(0, end < 0 ? undefined : end)) {
    const text = line.slice(2);
    const invariant = /^ {2,}([A-Z]\d+)\. +(.*)$/.exec(text);
    if (invariant) blocks.push(`- **${invariant[1] ?? ''}** ${invariant[2] ?? ''}`);
    else if (text.trim() === '') blocks.push('');
    else blocks.push([blocks.pop() ?? '', text.trim()].filter((part) => part !== '').join(' '));
  }
  // A list and a paragraph are kept apart by one empty line.
  return blocks
    .filter((block, index) => block !== '' || !(blocks[index + 1] ?? '').startsWith('- **'))
    .reduce(join, '');
}

function join(page: string, block: string): string {
  if (page === '') return block;
  const inList = block.startsWith('- ') && /(^|\n)- [^\n]*$/.test(page);
  return `${page}${inList ? '\n' : block === '' ? '' : '\n\n'}${block}`;
}

/** The mermaid source of a chart. */
export function diagram(chart: ChartState): string {
  return ['```mermaid', 'stateDiagram-v2', ...inside(chart, '  '), '```'].join('\n');
}

function inside(state: ChartState, indent: string): string[] {
  const open = state.states.filter(({ kind }) => kind !== 'final').map(({ key }) => key);
  const shared = sharedArrows(state.states);
  const everywhere = state.arrows.filter((arrow) => leadsInto(state, arrow));
  const ownArrows = (child: ChartState): readonly ChartArrow[] =>
    outward(child).filter((arrow) => !shared.some((other) => isSame(arrow, other)));
  const lines = [
    ...(state.initial === null || state.kind === 'parallel' ? [] : [`[*] --> ${keyOf(state.initial)}`]),
    ...state.states.flatMap((child) => nested(child)),
    ...state.states.flatMap((child) => arrowLines(child.key, ownArrows(child))),
    ...several(`open_${state.key}`, open.join(' or '), shared),
    ...several(`any_${state.key}`, 'any state with no answer of its own', everywhere),
    ...state.states.flatMap((child) => (child.kind === 'final' ? [`${child.key} --> [*]`] : [])),
  ];
  return lines.map((line) => `${indent}${line}`);
}

/** A box that stands for several states, and the arrows from it. */
const several = (name: string, label: string, arrows: readonly ChartArrow[]): string[] =>
  arrows.length === 0 ? [] : [`state "${label}" as ${name}`, ...arrowLines(name, arrows)];

const nested = (state: ChartState): string[] =>
  state.states.length === 0 ? [] : [`state ${state.key} {`, ...inside(state, '  '), '}'];

/** The arrows of a state that leave it; those into a state inside it are drawn there. */
const outward = (state: ChartState): readonly ChartArrow[] =>
  state.arrows.filter((arrow) => arrow.to.length > 0 && !leadsInto(state, arrow));

const leadsInto = (state: ChartState, { to }: ChartArrow): boolean => state.states.some(({ id }) => to.includes(id));

/** A state's own name, the last part of its id. */
const keyOf = (id: string): string => id.slice(id.lastIndexOf('.') + 1);

const isSame = (a: ChartArrow, b: ChartArrow): boolean => a.to[0] === b.to[0] && a.on === b.on && a.guard === b.guard;

/** Arrows that every state has which is not an end: drawn once, they make one picture of two. */
function sharedArrows(states: readonly ChartState[]): readonly ChartArrow[] {
  const [first, ...others] = states.filter(({ kind }) => kind !== 'final');
  if (!first || others.length === 0) return [];
  return outward(first).filter((arrow) => others.every((other) => other.arrows.some((one) => isSame(one, arrow))));
}

/** One line for each target, with every reason to go there. */
function arrowLines(from: string, arrows: readonly ChartArrow[]): string[] {
  const reasons = new Map<string, ChartArrow[]>();
  for (const arrow of arrows) {
    for (const to of arrow.to) reasons.set(to, [...(reasons.get(to) ?? []), arrow]);
  }
  return [...reasons].map(([to, why]) => `${from} --> ${keyOf(to)} : ${labels(why, arrows).join('<br/>')}`);
}

/** A guard says nothing where the same event leads there without it, too. */
function labels(why: readonly ChartArrow[], all: readonly ChartArrow[]): string[] {
  const free = new Set(why.filter(({ guard }) => guard === null).map(({ on }) => on));
  const elsewhere = all.filter((arrow) => !why.includes(arrow));
  const texts = why.map((arrow) =>
    free.has(arrow.on) ? eventText({ ...arrow, guard: null }, elsewhere) : eventText(arrow, elsewhere),
  );
  return [...new Set(texts)];
}

/** `event [guard]`, and `event, otherwise` beside alternatives with guards. */
function eventText({ on, guard }: ChartArrow, alternatives: readonly ChartArrow[]): string {
  if (guard !== null) return `${on} [${guard}]`;
  return alternatives.some((other) => other.on === on && other.guard !== null) ? `${on}, otherwise` : on;
}

/** What a state means and does, one row a state. Columns that no state fills are left out. */
export function stateTable(chart: ChartState): string {
  const rows = flatten(chart.states).map((state) => ({
    state: `\`${state.key}\``,
    meaning: state.description || (state.kind === 'final' ? 'The end.' : ''),
    'on entry': codes(state.entry),
    'without leaving': stays(state.arrows),
    'on exit': codes(state.exit),
  }));
  return table(rows, ['state', 'meaning', 'on entry', 'without leaving', 'on exit']);
}

/** What happens in any state that has no answer of its own, without leaving it. */
export function anywhereTable(chart: ChartState): string {
  const rows = chart.arrows
    .filter(({ to }) => to.length === 0)
    .map((arrow) => ({
      event: code(eventText(arrow, chart.arrows)),
      'what happens': codes(arrow.actions) || 'nothing',
    }));
  return table(rows, ['event', 'what happens']);
}

/** What is done on the way from state to state. */
export function arrowTable(chart: ChartState): string {
  const rows = [...flatten(chart.states), { ...chart, key: 'any' }].flatMap(({ key, arrows }) =>
    arrows
      .filter(({ to, actions }) => to.length > 0 && actions.length > 0)
      .map((arrow) => ({
        arrow: code(`${key} → ${arrow.to.map(keyOf).join(', ')}`),
        on: code(eventText(arrow, arrows)),
        'what happens': codes(arrow.actions),
      })),
  );
  return table(rows, ['arrow', 'on', 'what happens']);
}

const flatten = (states: readonly ChartState[]): ChartState[] =>
  states.flatMap((state) => [state, ...flatten(state.states)]);
const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

function stays(arrows: readonly ChartArrow[]): string {
  return arrows
    .filter(({ to }) => to.length === 0)
    .map((arrow) => {
      const event = arrow.on === '*' ? 'anything else' : code(eventText(arrow, arrows));
      return `${event}: ${codes(arrow.actions) || 'nothing'}`;
    })
    .join('<br>');
}

function table<Column extends string>(
  rows: readonly Readonly<Record<Column, string>>[],
  columns: readonly Column[],
): string {
  const used = columns.filter((column) => rows.some((row) => row[column] !== ''));
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(used), line(used.map(() => '---')), ...rows.map((row) => line(used.map((column) => row[column])))].join(
    '\n',
  );
}
