// What of a chart is to be lit, and how a chart is told in words. Pure.

import type { Chart, ChartArrow, ChartState, LaidLine } from '#inspector/chart';
import type { ActorView } from '#inspector/scene';
import { clockWords } from '#page/time-words.ts';
import { isFields } from '#page/json.ts';
import type { Json } from '#model/json';

/** The ids of the states where an actor is, those around them too. The machine as a whole is not among them. */
export function activeStates(root: ChartState, value: Json): ReadonlySet<string> {
  const active = new Set<string>();
  const enter = (state: ChartState, inside: Json): void => {
    const keys = typeof inside === 'string' ? { [inside]: '' } : isFields(inside) ? inside : {};
    for (const child of state.states) {
      const next = keys[child.key];
      if (next === undefined) continue;
      active.add(child.id);
      enter(child, next);
    }
  };
  enter(root, value);
  return active;
}

/** A state and all inside it, each before those inside. */
export const everyState = (state: ChartState): ChartState[] => [state, ...state.states.flatMap(everyState)];

/** All states of a chart. */
export const statesOf = (root: ChartState): ChartState[] => everyState(root).slice(1);

export interface Lit {
  /** The lines that the last step went along. */
  readonly lines: ReadonlySet<LaidLine>;
  /** The states in which something happened without leaving, and what; the root: in the chart as a whole. */
  readonly stirred: ReadonlyMap<ChartState, readonly string[]>;
}

export function litBy({ root, layout }: Chart, arrows: readonly string[]): Lit {
  const taken = new Set(arrows);
  const lines = layout.lines.filter(({ rows }) =>
    rows.some((row) => row.some((word) => word.arrows.some((id) => taken.has(id)))),
  );
  const stirred = everyState(root).map((state): readonly [ChartState, string[]] => [
    state,
    state.arrows.filter(({ id, to }) => to.length === 0 && taken.has(id)).map(({ on }) => on),
  ]);
  return { lines: new Set(lines), stirred: new Map(stirred.filter(([, events]) => events.length > 0)) };
}

/** The arrows that the last step took, in its order. */
export function takenArrows(root: ChartState, { arrows }: ActorView): ChartArrow[] {
  const all = new Map(everyState(root).flatMap((state) => state.arrows.map((arrow) => [arrow.id, arrow])));
  return arrows.flatMap((id) => all.get(id) ?? []);
}

/** `algorithm is working since 12.003; it came from ready by wire.start.` */
export function sentenceOf({ root }: Chart, actor: ActorView, begun: number): string {
  const active = activeStates(root, actor.value);
  const innermost = statesOf(root).filter(({ id, states }) => active.has(id) && !states.some((s) => active.has(s.id)));
  const where = innermost.map(({ key }) => key).join(' and ') || actor.status;
  const since = `${root.key} is ${where} since ${clockWords(actor.since - begun)}`;
  const steps = takenArrows(root, actor).map((arrow) => {
    const from = statesOf(root).find(({ arrows }) => arrows.includes(arrow));
    return arrow.to.length === 0 ? `${arrow.on}, without leaving` : `${from ? `from ${from.key} ` : ''}by ${arrow.on}`;
  });
  return steps.length === 0 ? `${since}.` : `${since}; the last step: ${steps.join(', then ')}.`;
}

/** One state in words: what it means, and what may happen there. */
export function stateText(state: ChartState): string {
  const end = state.kind === 'final' ? 'The end.' : '';
  const events = [...new Set(state.arrows.map(({ on }) => on))];
  return [state.description || end, events.length === 0 ? '' : `Hears: ${events.join(', ')}.`]
    .filter((part) => part !== '')
    .join('\n');
}
