// The task of an actor, read from what the actor has told: its ids, its progress, how it ended, what was refused. Pure.

import type { Fields, Frame, FrameOf } from '#inspector/frames';
import type { ActorView } from '#inspector/scene';
import { brief, dig, digText, isFields } from '#page/json.ts';
import type { Json } from '#model/json';

export interface Trouble {
  readonly n: number;
  readonly title: string;
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string | null;
}

export interface TaskError {
  readonly code: string | null;
  readonly message: string;
  /** The stack, and what it was caused by. */
  readonly details: string | null;
}

export interface TaskView {
  readonly ids: Fields;
  readonly startedAt: number | null;
  readonly progress: Json | undefined;
  readonly progressAt: number | null;
  /** When the handler last called the api. */
  readonly lastCall: number | null;
  /** `done`, `failed`, …; null: it has not ended. */
  readonly outcome: string | null;
  readonly endedAt: number | null;
  readonly error: TaskError | null;
  /** What was refused, or not understood; newest first. */
  readonly troubles: readonly Trouble[];
}

/** A task that tells more than this shows its latest news only. */
const LOOKED_AT = 5000;

/** `frames`: those of this actor, up to the moment that is looked at. Null: it has, and had, none. */
export function taskOf(actor: ActorView, frames: readonly Frame[]): TaskView | null {
  const task = readTask(actor, frames);
  return task.troubles.length > 0 || Object.values(task.ids).some((id) => id !== null) ? task : null;
}

export function readTask(actor: ActorView, frames: readonly Frame[]): TaskView {
  const context = dig(actor.context, 'task');
  const found: Found = {
    ...{ startedAt: null, progress: undefined, progressAt: null, lastCall: null, end: null, endedAt: null, ids: null },
    ...{ troubles: [], own: null },
  };
  for (const frame of frames.slice(-LOOKED_AT).toReversed()) {
    // What an older task has told is none of this one.
    if (frame.kind === 'event' && !hear(found, frame)) break;
    if (frame.kind !== 'emitted') continue;
    if (isOther(dig(frame.event, 'task'), context)) break;
    look(found, frame.event, frame);
  }
  const { end, troubles, own, ids, ...rest } = found;
  return {
    ...rest,
    ids: ids ?? (isFields(context) ? context : {}),
    troubles: troubles.slice(0, own ?? Infinity),
    outcome: digText(end, 'outcome') ?? digText(end, 'end', 'kind'),
    error: errorOf(end),
  };
}

/** False: before this there was another task. */
function hear(found: Found, { event: { type }, at }: FrameOf<'event'>): boolean {
  if (type === 'api.called' && found.own === null) found.lastCall ??= at;
  if (type !== 'wire.initialize' && type !== 'task.assigned') return true;
  // A task that was begun already may be asked for again, after the connection was lost.
  found.own ??= found.troubles.length;
  return found.startedAt === null;
}

function isOther(one: Json | undefined, other: Json | undefined): boolean {
  if (!isFields(one) || !isFields(other) || typeof other['taskId'] !== 'string') return false;
  return ['jobId', 'taskId', 'attempts'].some((id) => one[id] !== other[id]);
}

type News = FrameOf<'emitted'>['event'];

interface Found {
  ids: Fields | null;
  startedAt: number | null;
  progress: Json | undefined;
  progressAt: number | null;
  lastCall: number | null;
  end: News | null;
  endedAt: number | null;
  readonly troubles: Trouble[];
  /** So many of them belong to this task; null: all, so far. */
  own: number | null;
}

/** From the newest back: what is known already stays. */
function look(found: Found, event: News, { n, at }: Frame): void {
  const task = dig(event, 'task');
  switch (event.type) {
    case 'task.started':
      found.startedAt = at;
      found.own = null;
      break;
    case 'task.progressed':
      found.progress ??= dig(event, 'progress');
      found.progressAt ??= at;
      break;
    case 'task.ended':
      found.end ??= event;
      found.endedAt ??= at;
      break;
    case 'session.refused':
    case 'frame.rejected':
      found.troubles.push(troubleOf(event, n));
      return;
    default:
      return;
  }
  if (isFields(task)) found.ids ??= task;
}

function troubleOf(event: News, n: number): Trouble {
  const refusal = dig(event, 'refusal');
  if (refusal === undefined) {
    const rejection = dig(event, 'rejection');
    const why = digText(rejection, 'message') ?? digText(rejection, 'reason') ?? brief(rejection, 300);
    const text = [digText(rejection, 'command'), why].filter(Boolean).join(': ');
    return { n, title: 'a message that was not understood', text, remedy: null };
  }
  const text = [digText(refusal, 'rule'), consequences[digText(refusal, 'consequence') ?? '']]
    .filter(Boolean)
    .join(' ');
  return { n, title: digText(refusal, 'sent') ?? 'Refused', text, remedy: digText(refusal, 'remedy') };
}

const consequences: Readonly<Record<string, string>> = {
  ignored: 'It was ignored.',
  answered: 'An error went back.',
  ended: 'The task is over because of it.',
  stuck: 'The worker waits until the pipeline is stopped.',
  expelled: 'The algorithm was told to leave.',
  died: 'HKube’s worker would have crashed; the connection was cut.',
};

function errorOf(end: News | null): TaskError | null {
  const error = dig(end, 'failure') ?? dig(end, 'end', 'error');
  if (!isFields(error)) {
    const reason = digText(end, 'end', 'reason');
    return reason === null ? null : { code: null, message: reason, details: null };
  }
  return {
    code: digText(error, 'code'),
    message: digText(error, 'message') ?? brief(error, 300),
    details: digText(error, 'details'),
  };
}
