// A chart as a drawing needs it: states, arrows between them, and what a state does without leaving. Read from an XState
// machine, or from a table of states for light actor logic that has no machine.

import { type AnyStateMachine, type AnyStateNode, StateMachine } from 'xstate';

/** `to` is undefined for what happens without leaving the state. */
export interface Arrow {
  readonly to: string | undefined;
  /** An event, `after <delay>`, or `at once`. */
  readonly on: string;
  readonly guard: string | undefined;
  readonly actions: readonly string[];
}

export interface State {
  readonly name: string;
  readonly kind: 'plain' | 'final' | 'compound' | 'parallel';
  readonly description: string;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly string[];
  readonly arrows: readonly Arrow[];
  readonly initial: string | undefined;
  readonly states: readonly State[];
}

/** The outermost state of a chart is its process as a whole; its arrows hold wherever it is. */
export interface Chart extends State {
  /** Delays by name, with their length where it is fixed. */
  readonly delays: readonly string[];
}

/** The charts among what a module exports: its machines, or else its tables. */
export function chartsIn(exports: Readonly<Record<string, unknown>>): Chart[] {
  const machines = Object.values(exports).filter((value) => value instanceof StateMachine);
  if (machines.length > 0) return machines.map(chartOfMachine);
  return Object.values(exports).filter(isTable).map(chartOfTable);
}

function chartOfMachine(machine: AnyStateMachine): Chart {
  return { ...stateOfNode(machine.root), delays: Object.entries(machine.implementations.delays ?? {}).map(delayText) };
}

function stateOfNode(node: AnyStateNode): State {
  const states = Object.values(node.states).map(stateOfNode);
  return {
    name: node.key,
    kind: node.type === 'atomic' ? 'plain' : node.type === 'history' ? 'plain' : node.type,
    description: node.description ?? '',
    entry: node.entry.filter(isWritten).map(actionText),
    exit: node.exit.filter(isWritten).map(actionText),
    invokes: node.invoke.map(({ id }) => id),
    arrows: arrowsOfNode(node),
    initial: node.initial.target?.[0]?.key,
    states,
  };
}

interface Transition {
  readonly target: readonly { readonly key: string }[] | undefined;
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
}

function arrowsOfNode(node: AnyStateNode): Arrow[] {
  const arrow = (on: string, { target, guard, actions }: Transition): Arrow => ({
    to: target?.[0]?.key,
    on,
    guard: guard === undefined ? undefined : nameOf(guard),
    actions: actions.map(actionText),
  });
  return [
    ...[...node.transitions].flatMap(([event, transitions]) =>
      event.startsWith('xstate.after.') ? [] : transitions.map((transition) => arrow(event, transition)),
    ),
    ...node.after.map((transition) => arrow(`after ${durationText(transition.delay)}`, transition)),
    ...(node.always ?? []).map((transition) => arrow('at once', transition)),
  ];
}

/** XState arms and disarms the timers of `after` by actions of its own; a chart's own actions have names. */
const isWritten = (action: unknown): boolean => !nameOf(action).startsWith('xstate.');

/** `reply`, or `reply stopped` where the chart says with what. */
function actionText(action: unknown): string {
  const params = typeof action === 'object' && action !== null && 'params' in action ? action.params : undefined;
  const values = typeof params === 'object' && params !== null ? Object.values(params) : [];
  const words = values.filter((value) => ['string', 'number', 'boolean'].includes(typeof value)).map(String);
  const brief = words.length === values.length && words.join(' ').length <= 24;
  return [nameOf(action), ...(brief ? words : [])].join(' ');
}

function nameOf(given: unknown): string {
  if (typeof given === 'string') return given;
  if ((typeof given === 'object' || typeof given === 'function') && given !== null && 'type' in given)
    return String(given.type);
  return 'inline';
}

function durationText(delay: unknown): string {
  if (typeof delay !== 'number') return String(delay);
  return delay >= 1_000 ? `${delay / 1_000} s` : `${delay} ms`;
}

const delayText = ([name, delay]: [string, unknown]): string =>
  typeof delay === 'number' ? `${name} (${durationText(delay)})` : `${name} (given from outside)`;

interface Table {
  readonly id: string;
  readonly initial: string;
  readonly states: Readonly<Record<string, unknown>>;
}

function isTable(value: unknown): value is Table {
  if (typeof value !== 'object' || value === null) return false;
  if (!('id' in value && 'initial' in value && 'states' in value)) return false;
  return typeof value.id === 'string' && typeof value.states === 'object' && value.states !== null;
}

/** Rows without `on` are final. */
function chartOfTable({ id, initial, states }: Table): Chart {
  const nothing = { description: '', entry: [], exit: [], invokes: [], initial: undefined, states: [] };
  return {
    ...nothing,
    name: id,
    kind: 'compound',
    initial,
    arrows: [],
    delays: [],
    states: Object.entries(states).map(([name, row]) => {
      const arrows = arrowsOfRow(row);
      return { ...nothing, ...descriptionOf(row), name, kind: arrows.length > 0 ? 'plain' : 'final', arrows };
    }),
  };
}

function arrowsOfRow(row: unknown): Arrow[] {
  if (typeof row !== 'object' || row === null || !('on' in row)) return [];
  if (typeof row.on !== 'object' || row.on === null) return [];
  return Object.entries(row.on).map(([on, to]) => ({ to: String(to), on, guard: undefined, actions: [] }));
}

function descriptionOf(row: unknown): { description?: string } {
  return typeof row === 'object' && row !== null && 'description' in row
    ? { description: String(row.description) }
    : {};
}
