// Writes frames as processes would: who is there, an event and the step that follows it, a message as both of its ends see it.

import type { ActorStatus, Fields, Frame, Happening } from '#inspector/frames';
import type { Json } from '#model/json';

export interface Worker {
  readonly name: string;
  readonly algorithm: string;
  readonly process: string;
  readonly session: string;
  readonly actor: string;
}

export interface Writer {
  readonly frames: Frame[];
  readonly say: (process: string, happening: Happening, ms?: number) => void;
}

export const opened = (actor: string, more: Partial<Extract<Happening, { kind: 'actor.opened' }>>): Happening => ({
  ...{ kind: 'actor.opened', actor, parent: null, name: actor.split('/').at(-1) ?? actor, chart: null, about: {} },
  ...{ isNew: true, status: 'active', value: null, context: {}, error: null },
  ...more,
});

interface Moved {
  readonly on: string;
  readonly value: string;
  readonly arrows?: readonly string[];
  readonly actions?: readonly string[];
  readonly status?: ActorStatus;
  readonly set?: Fields;
}

export function moved(
  actor: string,
  { on, value, arrows = [], actions = [], status = 'active', set }: Moved,
): Happening {
  const lists = { arrows: [...arrows], actions: [...actions] };
  const happening = { kind: 'moved', actor, on, status, value, ...lists } as const;
  return set === undefined ? happening : { ...happening, set };
}

interface Step {
  readonly end: 'algorithm' | 'session';
  readonly on: string;
  readonly carries?: Fields;
  /** The state before; null: it stays in `to`. */
  readonly from: string | null;
  readonly to: string;
  readonly actions?: readonly string[];
  readonly set?: Fields;
}

/** An event comes and a step follows. Arrows are named like those of the charts: state, event, place. */
export function step(
  say: Writer['say'],
  worker: Worker,
  { end, on, carries, from, to, actions = [], set }: Step,
): void {
  const [process, actor] = end === 'session' ? ['hkube', worker.session] : [worker.process, worker.actor];
  const sender = end === 'algorithm' && on.startsWith('handler.') ? `${worker.process}/handlers` : null;
  const link = on.startsWith('wire.') && end === 'algorithm' ? `${worker.process}/link` : sender;
  say(process, { kind: 'event', actor, from: link, event: { type: on, ...carries } });
  say(
    process,
    moved(actor, { on, arrows: [`${end}.${from ?? to}/${on}/0`], actions, value: to, ...(set ? { set } : {}) }),
    1,
  );
}

export function message(
  say: Writer['say'],
  worker: Worker,
  [from, command, data]: readonly ['worker' | 'algorithm', string, Json?],
): void {
  const bytes = 20 + (data === undefined ? 0 : JSON.stringify(data).length);
  const said = { kind: 'message', from, connection: 1, command, bytes, isWhole: true } as const;
  const whole = data === undefined ? said : { ...said, data };
  say('hkube', { ...whole, actor: worker.session }, 1);
  say(worker.process, { ...whole, actor: worker.actor }, 1);
}
