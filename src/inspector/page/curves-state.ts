// What somebody has chosen to see of curves. It stays when another actor or another drawing is looked at.

import type { TaskCurves } from '#inspector/curves';
import type { Scene } from '#inspector/scene';
import { type Line, namesOf } from '#page/curve-lines.ts';
import type { XAxis } from '#page/curve-scale.ts';
import { signal, type Signal } from '#page/signals.ts';

export interface CurvesState {
  readonly axis: Signal<XAxis>;
  /** From 0, not at all, to below 1. */
  readonly smoothing: Signal<number>;
  readonly isLog: Signal<boolean>;
  /** Numbers in place of drawings. */
  readonly isTable: Signal<boolean>;
  /** Only tags that hold this. */
  readonly filter: Signal<string>;
  readonly isPicking: Signal<boolean>;
  /** Tags whose drawing is large. */
  readonly large: Signal<ReadonlySet<string>>;
  /** How many tags are drawn at most. */
  readonly most: Signal<number>;
  /** Gives each of these tasks a look of its own, which it keeps as long as it is among them. */
  readonly slotsOf: (keys: readonly string[]) => ReadonlyMap<string, number>;
}

export const TAGS_AT_ONCE = 40;
/** More lines in one drawing nobody tells apart. */
export const MOST_TASKS = 16;

export function createCurvesState(): CurvesState {
  return {
    ...{ axis: signal<XAxis>('step'), smoothing: signal(0), isLog: signal(false), isTable: signal(false) },
    ...{ filter: signal(''), isPicking: signal(false), most: signal(TAGS_AT_ONCE) },
    large: signal<ReadonlySet<string>>(new Set()),
    slotsOf: createSlots(),
  };
}

function createSlots(): CurvesState['slotsOf'] {
  let slots = new Map<string, number>();
  return (keys) => {
    const taken = new Set(keys.map((key) => slots.get(key)));
    const next = new Map<string, number>();
    let free = 0;
    for (const key of keys) {
      while (taken.has(free)) free += 1;
      const slot = slots.get(key) ?? free;
      taken.add(slot);
      next.set(key, slot);
    }
    slots = next;
    return next;
  };
}

/** With it where it was not, and without it where it was. */
export function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

export type Shown = TaskCurves & Pick<Line, 'name' | 'slot'> & { readonly isOwn: boolean };

export interface Choice extends Pick<CurvesState, 'slotsOf'> {
  readonly curves: Scene['curves'];
  /** Of the selected actor. */
  readonly own: readonly TaskCurves[];
  /** The keys of others. */
  readonly others: ReadonlySet<string>;
}

/** The tasks that are drawn: those of the actor, the latest ones if they are many, then the others that were chosen. */
export function shownTasks({ curves, own, others: keys, slotsOf }: Choice): Shown[] {
  const chosen = [...keys].flatMap((key) => curves.get(key) ?? []);
  const others = chosen.filter((one) => !own.includes(one)).slice(0, MOST_TASKS - 1);
  const latest = own.slice(-(MOST_TASKS - others.length));
  const names = namesOf(curves);
  const slots = slotsOf([...latest, ...others].map(({ key }) => key));
  return [...latest, ...others].map((one) => ({
    ...one,
    name: names.get(one.key) ?? one.key,
    slot: slots.get(one.key) ?? 0,
    isOwn: latest.includes(one),
  }));
}
