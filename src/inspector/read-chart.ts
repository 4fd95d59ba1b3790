// A chart read from an XState machine, or from a table of states for light actor logic that has no machine; and the same names
// for the arrows that a running machine says it took.
//
//   C1. The id of an arrow says where it stands in its machine: its state, its event, its place among the arrows for that event.
//       A machine with other implementations has the same ids.

import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { ChartArrow, ChartState } from '#inspector/chart';

/** Of a transition, what its name and its look are made of. */
interface Transition {
  readonly target?: readonly { readonly id: string }[] | undefined;
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
}

/** A transition that was taken, as XState tells it. */
export interface TakenTransition {
  readonly eventType: string;
  readonly source: AnyStateNode;
}

/** For actor logic without a machine. States without `on` are final. */
export interface ChartTable {
  readonly id: string;
  readonly initial: string;
  readonly states: Readonly<Record<string, unknown>>;
}

const idOf = (state: string, event: string, place: number): string => `${state}/${event}/${place}`;

/** The chart of a machine: its outermost state. */
export function readChart(machine: AnyStateMachine): ChartState {
  return readState(machine.root);
}

function readState(node: AnyStateNode): ChartState {
  return {
    id: node.id,
    key: node.key,
    kind: node.type === 'atomic' || node.type === 'history' ? 'plain' : node.type,
    description: node.description ?? '',
    entry: node.entry.filter(isWritten).map(actionText),
    exit: node.exit.filter(isWritten).map(actionText),
    invokes: node.invoke.map(({ id }) => id),
    initial: node.initial?.target?.[0]?.id ?? null,
    arrows: readArrows(node),
    states: Object.values(node.states).map(readState),
  };
}

function readArrows(node: AnyStateNode): ChartArrow[] {
  const arrow = (event: string, on: string) => (transition: Transition, place: number) =>
    readArrow(transition, { id: idOf(node.id, event, place), on });
  const delays = new Map(node.after.map(({ eventType, delay }) => [eventType, delay]));
  const isDelayed = ([event]: readonly [string, unknown]): boolean => delays.has(event);
  const all = [...node.transitions];
  return [
    ...all
      .filter((entry) => !isDelayed(entry))
      .flatMap(([event, transitions]) => transitions.map(arrow(event, eventText(event)))),
    ...all
      .filter(isDelayed)
      .flatMap(([event, transitions]) => transitions.map(arrow(event, `after ${durationText(delays.get(event))}`))),
    ...(node.always ?? []).map(arrow('', 'at once')),
  ];
}

function readArrow({ target, guard, actions }: Transition, { id, on }: { id: string; on: string }): ChartArrow {
  return {
    id,
    on,
    to: (target ?? []).map((state) => state.id),
    guard: guard === undefined ? null : typeOf(guard),
    actions: actions.map(actionText),
  };
}

const ids = new WeakMap<TakenTransition, string | null>();

/** What its arrow is called in the chart; null: it is none, as the step into the initial state. */
export function arrowId(transition: TakenTransition): string | null {
  const known = ids.get(transition);
  if (known !== undefined) return known;
  const { source, eventType } = transition;
  const among: readonly TakenTransition[] =
    eventType === '' ? (source.always ?? []) : (source.transitions.get(eventType) ?? []);
  const place = among.indexOf(transition);
  const id = place < 0 ? null : idOf(source.id, eventType, place);
  ids.set(transition, id);
  return id;
}

/** XState's own events, in the words of a chart. */
const eventText = (event: string): string => (event.startsWith('xstate.done.state.') ? 'done' : event);

/** XState arms and disarms the timers of `after` by actions of its own; a chart's own actions have names. */
const isWritten = (action: unknown): boolean => !typeOf(action).startsWith('xstate.');

/** `reply`, or `reply stopped` where the chart says with what. */
function actionText(action: unknown): string {
  const params = typeof action === 'object' && action !== null && 'params' in action ? action.params : undefined;
  const values = typeof params === 'object' && params !== null ? Object.values(params) : [];
  const words = values.filter((value) => ['string', 'number', 'boolean'].includes(typeof value)).map(String);
  const isBrief = words.length === values.length && words.join(' ').length <= 24;
  return [typeOf(action), ...(isBrief ? words : [])].join(' ');
}

function typeOf(given: unknown): string {
  if (typeof given === 'string') return given;
  if ((typeof given === 'object' || typeof given === 'function') && given !== null && 'type' in given)
    return String(given.type);
  return 'inline';
}

/** `10 s`, or the name of a delay. */
export function durationText(delay: unknown): string {
  if (typeof delay !== 'number') return String(delay);
  return delay >= 1_000 ? `${delay / 1_000} s` : `${delay} ms`;
}

/** The chart of a table. */
export function readTable({ id, initial, states }: ChartTable): ChartState {
  return {
    ...nothing,
    id,
    key: id,
    kind: 'compound',
    initial: `${id}.${initial}`,
    states: Object.entries(states).map(([key, row]) => {
      const arrows = readRow(row, { chart: id, state: key });
      return {
        ...nothing,
        id: `${id}.${key}`,
        key,
        kind: arrows.length > 0 ? 'plain' : 'final',
        description: descriptionOf(row),
        arrows,
      };
    }),
  };
}

const nothing = { description: '', entry: [], exit: [], invokes: [], initial: null, arrows: [], states: [] };

function readRow(row: unknown, { chart, state }: { chart: string; state: string }): ChartArrow[] {
  if (typeof row !== 'object' || row === null || !('on' in row)) return [];
  if (typeof row.on !== 'object' || row.on === null) return [];
  return Object.entries(row.on).map(([on, to]) => ({
    id: idOf(`${chart}.${state}`, on, 0),
    on,
    to: [`${chart}.${String(to)}`],
    guard: null,
    actions: [],
  }));
}

const descriptionOf = (row: unknown): string =>
  typeof row === 'object' && row !== null && 'description' in row ? String(row.description) : '';
