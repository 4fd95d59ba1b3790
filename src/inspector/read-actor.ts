// What can be read off an actor from outside: where it stands, who lives below it, what its step has changed.

import type { AnyActorRef } from 'xstate';
import type { Deed } from '#inspector/deed';
import type { ActorStatus, Fields } from '#inspector/frames';
import type { Json } from '#model/json';

/** As much of an actor as is needed to look at it. */
export type SomeActor = Pick<AnyActorRef, 'sessionId' | 'getSnapshot'>;

/** An actor that nobody of ours has begun, and all that live below it. */
export interface Root {
  readonly actor: AnyActorRef;
  /** The name of its chart. */
  readonly chart: string;
  /** What people know it by. */
  readonly about: Fields;
  /** The charts of actors below it, by their `src`. */
  readonly charts?: Readonly<Record<string, string>>;
  /** What it shows beside its chart; asked after it has moved. */
  readonly shows?: Readonly<Record<string, () => unknown>>;
  /** What can be done to it. */
  readonly deeds?: readonly Deed[];
}

export interface ActorState {
  readonly status: ActorStatus;
  /** Undefined: it has no chart. */
  readonly value: unknown;
  readonly context: object | null;
  readonly error: unknown;
}

export function readField(owner: unknown, key: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, key) : undefined;
}

/** Its id in its parent. */
export function nameOf(actor: SomeActor): string {
  const id = readField(actor, 'id');
  return typeof id === 'string' ? id : actor.sessionId;
}

export function readState(actor: SomeActor): ActorState {
  const snapshot: unknown = actor.getSnapshot();
  const context = readField(snapshot, 'context');
  const status = readField(snapshot, 'status');
  return {
    status: status === 'done' || status === 'error' || status === 'stopped' ? status : 'active',
    value: readField(snapshot, 'value'),
    context: typeof context === 'object' ? context : null,
    error: readField(snapshot, 'error'),
  };
}

/** Whose child it is, and which chart it follows. */
export function placeOf(
  { actor: root, chart, charts = {}, about }: Root,
  actor: SomeActor,
): { readonly parent: SomeActor | undefined; readonly chart: string | null; readonly about: Fields } {
  if (actor === root) return { parent: undefined, chart, about };
  const src: unknown = readField(actor, 'src');
  const parent: unknown = readField(actor, '_parent');
  const own = typeof src === 'string' && Object.hasOwn(charts, src) ? charts[src] : undefined;
  return { parent: isActor(parent) ? parent : root, chart: own ?? null, about: {} };
}

/** Charts keep their children by name in an object, a holder of many in a map. */
export function childrenOf(actor: SomeActor): SomeActor[] {
  const children = readField(actor.getSnapshot(), 'children');
  if (children instanceof Map) return [...children.values()].filter(isActor);
  return typeof children === 'object' && children !== null ? Object.values(children).filter(isActor) : [];
}

function isActor(value: unknown): value is SomeActor {
  return typeof value === 'object' && value !== null && 'sessionId' in value && 'getSnapshot' in value;
}

export interface Change {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: string[];
}

/** What is other than before; undefined: nothing. */
export function changes(before: object | null, after: object | null): Change | undefined {
  const set = Object.entries(after ?? {}).filter(([key, value]) => readField(before, key) !== value);
  const unset = Object.keys(before ?? {}).filter((key) => after === null || !(key in after));
  if (set.length === 0 && unset.length === 0) return undefined;
  return { ...(set.length > 0 && { set: Object.fromEntries(set) }), ...(unset.length > 0 && { unset }) };
}

/**
 * A message that is encoded already, in a field of this name, is no text that somebody reads: it is told where it crosses the wire,
 * and there what nobody may see can be seen.
 */
const ENCODED = 'frame';

export function withoutEncoded(event: object): object {
  return ENCODED in event && event[ENCODED] !== undefined ? { ...event, [ENCODED]: '⟨a message⟩' } : event;
}

const LONG_PARAM = 40;

/** `reply stopped`: an action and its short params. Null: XState's own affair. */
export function actionText({ type, params }: { readonly type: string; readonly params?: unknown }): string | null {
  if (type === 'xstate.raise') return timerText(params);
  if (type === 'xstate.cancel') return `disarm ${timerName(readField(params, 'sendId'))}`;
  if (type.startsWith('xstate.')) return null;
  const values = typeof params === 'object' && params !== null ? Object.values(withoutEncoded(params)) : [];
  const words = values.filter((value) => ['string', 'number', 'boolean'].includes(typeof value)).map(String);
  const text = [type, ...words].join(' ');
  return text.length <= type.length + LONG_PARAM ? text : type;
}

/** An event that is raised at once is a step of its own, and told as one. */
function timerText(params: unknown): string | null {
  const delay = readField(params, 'delay');
  if (typeof delay !== 'number') return null;
  return `arm ${timerName(readField(params, 'id'))} (${delay} ms)`;
}

/** `xstate.after.stopGrace.algorithm.stopping` is `stopGrace`. */
function timerName(id: unknown): string {
  const name = typeof id === 'string' ? id : 'a timer';
  return name.startsWith('xstate.after.') ? (name.split('.')[2] ?? name) : name;
}

export function isTyped(value: unknown): value is { readonly type: string } {
  return typeof readField(value, 'type') === 'string';
}

/** What is an object when it is copied. */
export const fieldsOf = (copy: Json): Fields =>
  typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? Object.fromEntries(Object.entries(copy)) : {};

export const eventFields = (type: string, copy: Json): { type: string } & Fields => ({ ...fieldsOf(copy), type });

export function errorText(error: unknown, brief: (value: unknown) => Json): string {
  const text = brief(error instanceof Error ? error.message : String(error));
  return typeof text === 'string' ? text : JSON.stringify(text);
}

export const sameValue = (one: Json, other: Json): boolean =>
  one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
