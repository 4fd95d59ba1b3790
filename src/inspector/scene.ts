// How everything stood at one point of a stream of frames. The same code tells the page what to draw, and the inspector what a
// viewer that comes late has to be told first. Actors are replaced, never changed: what was taken from a scene stays as it was.

import type { ActorStatus, Fields, Frame, FrameOf } from '#inspector/frames';
import { measured, pointsOf, type TaskCurves } from '#inspector/curves';
import type { Json } from '#model/json';

export interface ProcessView {
  readonly id: string;
  readonly opened: FrameOf<'process.opened'>;
  /** Why it is gone; null: it is there. */
  readonly closed: string | null;
  /** What it shows of itself, by name. */
  readonly shown: Fields;
}

export interface ActorView {
  readonly id: string;
  readonly process: string;
  readonly parent: string | null;
  readonly name: string;
  readonly chart: string | null;
  readonly about: Fields;
  readonly status: ActorStatus;
  readonly value: Json;
  readonly context: Fields;
  readonly error: string | null;
  /** What it shows beside its chart, by name. */
  readonly shown: Fields;
  /** The arrows that its last step took, and the frame of that step; none since it is looked at. */
  readonly arrows: readonly string[];
  readonly movedIn: number | null;
  /** When it was first seen, and since when it is where it is. */
  readonly openedAt: number;
  readonly since: number;
  /** It has ended, and nobody hears of it any more. */
  readonly isClosed: boolean;
}

export interface Scene {
  /** The last frame that counts; -1: none. */
  readonly n: number;
  readonly at: number;
  readonly processes: ReadonlyMap<string, ProcessView>;
  readonly actors: ReadonlyMap<string, ActorView>;
  /** What tasks have measured, by task; the one that has measured last at the end. */
  readonly curves: ReadonlyMap<string, TaskCurves>;
}

/** In place of a process: a gap in what all of them tell. */
export const EVERY_PROCESS = '*';

/** A scene that frames are applied to, in order. */
export interface SceneMaker {
  apply(frame: Frame): void;
  /** As it stands now; further frames do not change it. */
  scene(): Scene;
  /** How many actors it holds. */
  readonly size: number;
}

/** So many of those that have ended are remembered; the others go, the oldest first. */
const ENDED = 5_000;

/** Begins with nothing, or where another scene ended. */
export function createScene(from?: Scene): SceneMaker {
  const processes = new Map(from?.processes);
  const actors = new Map(from?.actors);
  const curves = new Map(from?.curves);
  const ended = new Set([...actors.values()].filter(({ isClosed }) => isClosed).map(({ id }) => id));
  let n = from?.n ?? -1;
  let at = from?.at ?? 0;

  function change(id: string, how: (actor: ActorView) => ActorView): void {
    const actor = actors.get(id);
    if (!actor) return;
    const next = how(actor);
    // One that has ended goes to the end: a scene that begins with this one knows who has ended first.
    if (next.isClosed && !actor.isClosed) actors.delete(id);
    actors.set(id, next);
    if (!next.isClosed) return;
    const [oldest = ''] = ended.add(id);
    if (ended.size > ENDED && ended.delete(oldest)) actors.delete(oldest);
  }

  function show({ actor: id, process, name, value }: FrameOf<'shown'>): void {
    if (id !== null) return change(id, (actor) => ({ ...actor, shown: { ...actor.shown, [name]: value } }));
    const owner = processes.get(process);
    if (owner) processes.set(process, { ...owner, shown: { ...owner.shown, [name]: value } });
  }

  function endProcess(id: string, reason: string): void {
    forgetLiving(id);
    const process = processes.get(id);
    if (process) processes.set(id, { ...process, closed: reason });
  }

  /** F2: whoever lives is told anew. */
  function forgetLiving(process: string): void {
    for (const actor of [...actors.values()])
      if (process === EVERY_PROCESS || actor.process === process) change(actor.id, closed);
  }

  function apply(frame: Frame): void {
    n = frame.n;
    at = Math.max(at, frame.at);
    switch (frame.kind) {
      case 'process.opened':
        processes.set(frame.process, { id: frame.process, opened: frame, closed: null, shown: {} });
        return;
      case 'process.closed':
        return endProcess(frame.process, frame.reason);
      case 'actor.opened':
        ended.delete(frame.actor);
        actors.set(frame.actor, opened(frame, actors.get(frame.actor)));
        return;
      case 'actor.closed':
        return change(frame.actor, closed);
      case 'moved':
        return change(frame.actor, (actor) => moved(actor, frame));
      case 'shown':
        return show(frame);
      case 'scalars':
        return measured(curves, frame);
      case 'gap':
        return forgetLiving(frame.process);
      case 'event':
      case 'emitted':
      case 'message':
      case 'log':
        return;
    }
  }

  return {
    apply,
    scene: () => ({ n, at, processes: new Map(processes), actors: new Map(actors), curves: new Map(curves) }),
    get size() {
      return actors.size;
    },
  };
}

const closed = (actor: ActorView): ActorView => ({ ...actor, isClosed: true });

/** A scene as frames: what somebody has to be told who knows nothing. */
export function framesOf({ n, processes, actors, curves }: Scene): Frame[] {
  const frames: Frame[] = [];
  for (const { id, opened, closed, shown } of processes.values()) {
    frames.push({ ...opened, n });
    for (const [name, value] of Object.entries(shown))
      frames.push({ n, at: opened.at, process: id, kind: 'shown', actor: null, name, value });
    if (closed !== null) frames.push({ n, at: opened.at, process: id, kind: 'process.closed', reason: closed });
  }
  for (const actor of actors.values()) frames.push(...framesOfActor(actor, n));
  for (const { task, process, at, tags } of curves.values())
    for (const [tag, curve] of tags)
      frames.push({ n, at, process, kind: 'scalars', task, series: [{ tag, points: pointsOf(curve), isWhole: true }] });
  return frames;
}

function framesOfActor(view: ActorView, n: number): Frame[] {
  const { id: actor, process, parent, name, chart, about, status, value, context, error, since: at, shown } = view;
  const fields = { actor, parent, name, chart, about, isNew: false, status, value, context, error };
  return [
    { n, at, process, kind: 'actor.opened', ...fields },
    ...Object.entries(shown).map(([key, what]): Frame => ({
      n,
      at,
      process,
      kind: 'shown',
      actor,
      name: key,
      value: what,
    })),
    ...(view.isClosed ? [{ n, at, process, kind: 'actor.closed', actor } satisfies Frame] : []),
  ];
}

/** F2: what was seen before counts only for when it was first seen. */
function opened(frame: FrameOf<'actor.opened'>, before: ActorView | undefined): ActorView {
  const { actor, process, parent, name, chart, about, status, value, context, error, at } = frame;
  const isWhereItWas = before !== undefined && JSON.stringify(before.value) === JSON.stringify(value);
  return {
    id: actor,
    ...{ process, parent, name, chart, about, status, value, context, error },
    shown: before?.shown ?? {},
    arrows: isWhereItWas ? before.arrows : [],
    movedIn: isWhereItWas ? before.movedIn : null,
    openedAt: before?.openedAt ?? at,
    since: isWhereItWas ? before.since : at,
    isClosed: false,
  };
}

function moved(actor: ActorView, frame: FrameOf<'moved'>): ActorView {
  const { status, value, arrows, set, unset = [], error, n, at } = frame;
  const kept = unset.length === 0 ? actor.context : without(actor.context, new Set(unset));
  const isThere = value === actor.value || JSON.stringify(value) === JSON.stringify(actor.value);
  return {
    ...actor,
    status,
    value,
    context: set ? { ...kept, ...set } : kept,
    error: error ?? actor.error,
    arrows: arrows.length > 0 ? arrows : actor.arrows,
    movedIn: arrows.length > 0 ? n : actor.movedIn,
    since: isThere ? actor.since : at,
    isClosed: status !== 'active',
  };
}

function without(fields: Fields, gone: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !gone.has(key)));
}
