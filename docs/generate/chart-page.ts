// A chart as a section of a page: the words at the head of its file, the diagram, and tables for what a diagram cannot say.

import type { Arrow, Chart, State } from './chart.js';

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
export function diagram(chart: Chart): string {
  return ['```mermaid', 'stateDiagram-v2', ...inside(chart, '  '), '```'].join('\n');
}

function inside(state: State, indent: string): string[] {
  const open = state.states.filter(({ kind }) => kind !== 'final').map(({ name }) => name);
  const shared = sharedArrows(state.states);
  const everywhere = state.arrows.filter(({ to }) => state.states.some(({ name }) => name === to));
  const ownArrows = (child: State): readonly Arrow[] =>
    outward(child).filter((arrow) => !shared.some((other) => isSame(arrow, other)));
  const lines = [
    ...(state.initial === undefined || state.kind === 'parallel' ? [] : [`[*] --> ${state.initial}`]),
    ...state.states.flatMap((child) => nested(child)),
    ...state.states.flatMap((child) => arrowLines(child.name, ownArrows(child))),
    ...several(`open_${state.name}`, open.join(' or '), shared),
    ...several(`any_${state.name}`, 'any state with no answer of its own', everywhere),
    ...state.states.flatMap((child) => (child.kind === 'final' ? [`${child.name} --> [*]`] : [])),
  ];
  return lines.map((line) => `${indent}${line}`);
}

/** A box that stands for several states, and the arrows from it. */
const several = (name: string, label: string, arrows: readonly Arrow[]): string[] =>
  arrows.length === 0 ? [] : [`state "${label}" as ${name}`, ...arrowLines(name, arrows)];

const nested = (state: State): string[] =>
  state.states.length === 0 ? [] : [`state ${state.name} {`, ...inside(state, '  '), '}'];

/** The arrows of a state that leave it; those into a state inside it are drawn there. */
const outward = (state: State): readonly Arrow[] =>
  state.arrows.filter(({ to }) => to !== undefined && !state.states.some(({ name }) => name === to));

const isSame = (a: Arrow, b: Arrow): boolean => a.to === b.to && a.on === b.on && a.guard === b.guard;

/** Arrows that every state has which is not an end: drawn once, they make one picture of two. */
function sharedArrows(states: readonly State[]): readonly Arrow[] {
  const [first, ...others] = states.filter(({ kind }) => kind !== 'final');
  if (!first || others.length === 0) return [];
  return outward(first).filter((arrow) => others.every((other) => other.arrows.some((one) => isSame(one, arrow))));
}

/** One line for each target, with every reason to go there. */
function arrowLines(from: string, arrows: readonly Arrow[]): string[] {
  const reasons = new Map<string, Arrow[]>();
  for (const arrow of arrows) {
    if (arrow.to !== undefined) reasons.set(arrow.to, [...(reasons.get(arrow.to) ?? []), arrow]);
  }
  return [...reasons].map(([to, why]) => `${from} --> ${to} : ${labels(why, arrows).join('<br/>')}`);
}

/** A guard says nothing where the same event leads there without it, too. */
function labels(why: readonly Arrow[], all: readonly Arrow[]): string[] {
  const free = new Set(why.filter(({ guard }) => guard === undefined).map(({ on }) => on));
  const elsewhere = all.filter((arrow) => !why.includes(arrow));
  const texts = why.map((arrow) =>
    free.has(arrow.on) ? eventText({ ...arrow, guard: undefined }, elsewhere) : eventText(arrow, elsewhere),
  );
  return [...new Set(texts)];
}

/** `event [guard]`, and `event, otherwise` beside alternatives with guards. */
function eventText({ on, guard }: Arrow, alternatives: readonly Arrow[]): string {
  if (guard !== undefined) return `${on} [${guard}]`;
  return alternatives.some((other) => other.on === on && other.guard !== undefined) ? `${on}, otherwise` : on;
}

/** What a state means and does, one row a state. Columns that no state fills are left out. */
export function stateTable(chart: Chart): string {
  const rows = flatten(chart.states).map((state) => ({
    state: `\`${state.name}\``,
    meaning: state.description || (state.kind === 'final' ? 'The end.' : ''),
    'on entry': codes(state.entry),
    'without leaving': stays(state.arrows),
    'on exit': codes(state.exit),
  }));
  return table(rows, ['state', 'meaning', 'on entry', 'without leaving', 'on exit']);
}

/** What happens in any state that has no answer of its own, without leaving it. */
export function anywhereTable(chart: Chart): string {
  const rows = chart.arrows
    .filter(({ to }) => to === undefined)
    .map((arrow) => ({
      event: code(eventText(arrow, chart.arrows)),
      'what happens': codes(arrow.actions) || 'nothing',
    }));
  return table(rows, ['event', 'what happens']);
}

/** What is done on the way from state to state. */
export function arrowTable(chart: Chart): string {
  const rows = [...flatten(chart.states), { ...chart, name: 'any' }].flatMap(({ name, arrows }) =>
    arrows
      .filter(({ to, actions }) => to !== undefined && actions.length > 0)
      .map((arrow) => ({
        arrow: code(`${name} → ${arrow.to ?? name}`),
        on: code(eventText(arrow, arrows)),
        'what happens': codes(arrow.actions),
      })),
  );
  return table(rows, ['arrow', 'on', 'what happens']);
}

const flatten = (states: readonly State[]): State[] => states.flatMap((state) => [state, ...flatten(state.states)]);
const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

function stays(arrows: readonly Arrow[]): string {
  return arrows
    .filter(({ to }) => to === undefined)
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
