// What looks at the actors of this process. It is there from the start and costs nothing: only when somebody looks does it listen
// to XState's inspection events, and makes news of them.
//
//   Q1. What lives when somebody begins to look is told first, parents before their children (F2).
//   Q2. A context is told by its fields that are others than before: contexts are replaced, never changed.
//   Q3. What something shows beside its chart is told once a batch, and only when it is other than before.

import type { InspectionEvent } from 'xstate';
import { createBatch } from '#inspector/batch';
import { createCopies } from '#inspector/copies';
import { createDeeds, type Deeds } from '#inspector/deed';
import type { ActorStatus, Happening, News, ScalarSeries } from '#inspector/frames';
import {
  actionText,
  changes,
  childrenOf,
  errorText,
  eventFields,
  fieldsOf,
  isTyped,
  nameOf,
  placeOf,
  readField,
  readState,
  type Root,
  sameValue,
  type SomeActor,
  withoutEncoded,
} from '#inspector/read-actor';
import { arrowId } from '#inspector/read-chart';
import { createScalarBook } from '#inspector/scalars';
import { createShownBook } from '#inspector/shown';
import { BRIEF, createShorten, type Redact } from '#inspector/shorten';
import type { Json } from '#model/json';
import type { TaskIds } from '#model/task';

/** A message that has crossed the wire at an end of ours. */
export interface SeenMessage {
  readonly from: 'worker' | 'algorithm';
  readonly connection: number;
  readonly command: string | null;
  readonly data: unknown;
  readonly bytes: number;
}

type Level = Extract<Happening, { kind: 'log' }>['level'];

export interface Probe {
  /** The name of this process. */
  readonly process: string;
  /** Whether anybody looks: what it takes to tell something need not be done before. */
  readonly isWatched: boolean;
  /** From now on this actor can be looked at, until it ends. */
  watch(root: Root): void;
  message(actor: SomeActor, message: SeenMessage): void;
  log(level: Level, text: string): void;
  /** The process shows this; asked once a batch. */
  show(name: string, value: () => unknown): void;
  /** What a task has measured of itself since it was told last; nothing comes of it when nobody looks. */
  scalars(task: TaskIds, series: readonly ScalarSeries[]): void;
  /** Calls back each time that somebody begins to look, after the actors were told: what was measured before can be told anew. */
  onWatched(work: () => void): void;
  /** What can be done to the actors of this process. */
  readonly deeds: Deeds;
  /** Tells at once what is to be told. */
  flush(): void;
  /** Begins or ends to look. To begin again is to tell anew what lives. */
  setWatched(isWatched: boolean): void;
}

export interface ProbeOptions {
  /** The name of this process, unique among all that are looked at. */
  readonly process: string;
  /** What is told of it first. */
  readonly about: Extract<Happening, { kind: 'process.opened' }>;
  readonly redact?: Redact | undefined;
  /** Takes what has happened; `chars`: how large it is, about. */
  readonly tell: (news: readonly News[], chars: number) => void;
}

/** An actor that has been told. */
interface Told {
  readonly id: string;
  context: object | null;
  status: ActorStatus;
  value: Json;
  /** Of the step that is under way. */
  arrows: string[];
  actions: string[];
}

interface Watched {
  readonly root: Root;
  readonly told: Map<SomeActor, Told>;
  inspection: { unsubscribe(): void } | undefined;
  hasMoved: boolean;
}

const plain = createShorten();

export function createProbe({ process, about, redact, tell }: ProbeOptions): Probe {
  const { brief, briefOf, whole, takeChars } = createCopies(redact);
  /** The names of states are nobody's secret. */
  const stateOf = (value: unknown): Json => (value === undefined ? null : plain(value, BRIEF).value);
  const idOf = (actor: SomeActor): string => `${process}/${actor.sessionId}`;
  const watched = new Map<SomeActor, Watched>();
  const shown = createShownBook();
  const measured = createScalarBook(redact);
  const beginnings: (() => void)[] = [];
  const deeds = createDeeds();
  const batch = createBatch({ process, tell, beforeFlush: showAll });
  let isWatched = false;

  function add(happening: Happening): void {
    batch.add(happening, takeChars());
  }

  /** Q3 */
  function showAll(): void {
    if (!isWatched) return;
    for (const one of watched.values()) if (one.hasMoved) showActor(one);
    for (const change of shown.changed(briefOf)) add({ kind: 'shown', actor: null, ...change });
    for (const { scalars, chars } of measured.drain()) batch.add(scalars, chars);
  }

  function showActor(one: Watched): void {
    one.hasMoved = false;
    const actor = idOf(one.root.actor);
    for (const [name, value] of Object.entries(one.root.shows ?? {}))
      add({ kind: 'shown', actor, name, value: briefOf(value) });
  }

  function open(one: Watched, actor: SomeActor, isNew: boolean): Told {
    const { status, context, error, value: given } = readState(actor);
    const { parent, chart, about: facts } = placeOf(one.root, actor);
    const value = stateOf(given);
    const told: Told = { id: idOf(actor), context, status, value, arrows: [], actions: [] };
    one.told.set(actor, told);
    one.hasMoved = true;
    add({
      ...{ kind: 'actor.opened', actor: told.id, name: nameOf(actor), isNew, status, value, chart },
      about: fieldsOf(brief(facts)),
      parent: parent ? idOf(parent) : null,
      context: fieldsOf(brief(context)),
      error: error === undefined ? null : errorText(error, brief),
    });
    return told;
  }

  /** Q1 */
  function backfill(one: Watched, actor: SomeActor): void {
    if (!one.told.has(actor)) open(one, actor, false);
    for (const child of childrenOf(actor)) backfill(one, child);
  }

  function begin(one: Watched): void {
    backfill(one, one.root.actor);
    one.inspection = one.root.actor.system.inspect((event) => hear(one, event));
  }

  function end(one: Watched): void {
    one.inspection?.unsubscribe();
    one.inspection = undefined;
    one.told.clear();
  }

  const toldOf = (one: Watched, actor: SomeActor): Told => one.told.get(actor) ?? open(one, actor, true);

  function hear(one: Watched, event: InspectionEvent): void {
    const actor = event.actorRef;
    switch (event.type) {
      // It has no state yet; whatever it does next tells of it.
      case '@xstate.actor':
      case '@xstate.transition':
        return;
      case '@xstate.event':
        return hearEvent(toldOf(one, actor), event);
      case '@xstate.microstep':
        if (event._transitions.length > 0)
          toldOf(one, actor).arrows.push(...event._transitions.flatMap((taken) => arrowId(taken) ?? []));
        return;
      case '@xstate.action':
        return hearAction(toldOf(one, actor), event.action);
      case '@xstate.snapshot':
        return hearSnapshot(one, actor, event.event.type);
    }
  }

  function hearEvent({ id }: Told, { event, sourceRef }: Extract<InspectionEvent, { type: '@xstate.event' }>): void {
    if (event.type === 'xstate.init') return;
    const from = sourceRef ? idOf(sourceRef) : null;
    add({ kind: 'event', actor: id, from, event: eventFields(event.type, brief(withoutEncoded(event))) });
  }

  function hearAction(told: Told, action: { readonly type: string; readonly params?: unknown }): void {
    const emitted = action.type === 'xstate.emit' ? readField(action.params, 'event') : undefined;
    if (isTyped(emitted)) add({ kind: 'emitted', actor: told.id, event: eventFields(emitted.type, brief(emitted)) });
    const text = actionText(action);
    if (text !== null) told.actions.push(text);
  }

  function hearSnapshot(one: Watched, actor: SomeActor, on: string): void {
    const told = toldOf(one, actor);
    const { status, context, error, value: given } = readState(actor);
    const value = stateOf(given);
    const { arrows, actions } = told;
    const change = told.context === context ? undefined : changes(told.context, context);
    const hasMoved = arrows.length > 0 || actions.length > 0 || status !== told.status;
    if (!hasMoved && !change && sameValue(value, told.value)) return;
    add({
      ...{ kind: 'moved', actor: told.id, on, arrows, actions, status, value },
      ...(change?.set && { set: fieldsOf(brief(change.set)) }),
      ...(change?.unset && { unset: change.unset }),
      ...(error !== undefined && { error: errorText(error, brief) }),
    });
    Object.assign(told, { context, status, value, arrows: [], actions: [] });
    one.hasMoved = true;
    if (status !== 'active') close(one, actor);
  }

  function close(one: Watched, actor: SomeActor): void {
    if (actor !== one.root.actor) {
      one.told.delete(actor);
      return;
    }
    if (one.hasMoved) showActor(one);
    for (const { id } of one.told.values()) add({ kind: 'actor.closed', actor: id });
  }

  function watch(root: Root): void {
    deeds.offer(idOf(root.actor), root.deeds ?? []);
    const one: Watched = { root, told: new Map(), inspection: undefined, hasMoved: false };
    watched.set(root.actor, one);
    // Its last step is told before it is forgotten.
    const forget = (): void =>
      queueMicrotask(() => {
        end(one);
        watched.delete(root.actor);
        // What nobody has seen nobody does again: it would be kept for nothing.
        deeds.retire(idOf(root.actor), isWatched);
      });
    // An action that throws ends it without an inspection event.
    const fail = (): void => {
      if (one.told.has(root.actor)) hearSnapshot(one, root.actor, 'xstate.error');
      forget();
    };
    root.actor.subscribe({ complete: forget, error: fail });
    if (isWatched) begin(one);
  }

  function setWatched(next: boolean): void {
    for (const one of watched.values()) end(one);
    batch.drop();
    measured.clear();
    isWatched = next;
    if (!next) return deeds.forgetRetired();
    shown.reset();
    add({ ...about, title: errorText(about.title, brief) });
    for (const one of watched.values()) begin(one);
    for (const work of beginnings) work();
    batch.flush();
  }

  return {
    process,
    deeds,
    get isWatched() {
      return isWatched;
    },
    watch,
    message: (actor, { data, ...seen }) => {
      if (!isWatched) return;
      const { value, isWhole } = whole(data);
      add({ kind: 'message', actor: idOf(actor), ...seen, ...(data !== undefined && { data: value }), isWhole });
    },
    log: (level, text) => {
      if (isWatched) add({ kind: 'log', level, text: errorText(text, brief) });
    },
    show: shown.show,
    scalars: (task, series) => {
      if (!isWatched) return;
      measured.add(task, series);
      batch.wake();
    },
    onWatched: (work) => {
      beginnings.push(work);
    },
    flush: batch.flush,
    setWatched,
  };
}
