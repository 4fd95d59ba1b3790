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
  /** `done`, `failed`, …; null: it has not ended. */
  readonly outcome: string | null;
  readonly endedAt: number | null;
  readonly error: TaskError | null;
  /** Newest first. */
  readonly troubles: readonly Trouble[];
}

/** A task that tells more than this shows its latest news only. */
const LOOKED_AT = 5000;

/** `frames`: those of this actor, up to the moment that is looked at. */
export function taskOf(actor: ActorView, frames: readonly Frame[]): TaskView | null {
  const context = dig(actor.context, 'task');
  const found: Found = { startedAt: null, progress: undefined, end: null, endedAt: null, ids: null, troubles: [] };
  const oldest = Math.max(0, frames.length - LOOKED_AT);
  for (let index = frames.length - 1; index >= oldest && found.startedAt === null; index -= 1) {
    const frame = frames[index];
    if (frame?.kind !== 'emitted') continue;
    // What an older task has told is none of this one.
    if (isOther(dig(frame.event, 'task'), context)) break;
    look(found, frame.event, frame);
  }
  const ids = found.ids ?? (isFields(context) ? context : {});
  const isNamed = Object.values(ids).some((id) => id !== null);
  if (!isNamed && found.troubles.length === 0) return null;
  const { startedAt, progress, endedAt, troubles } = found;
  const { end } = found;
  const outcome = digText(end, 'outcome') ?? digText(end, 'end', 'kind');
  return { ids, startedAt, progress, endedAt, troubles, outcome, error: errorOf(end) };
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
  end: News | null;
  endedAt: number | null;
  readonly troubles: Trouble[];
}

/** From the newest back: what is known already stays. */
function look(found: Found, event: News, { n, at }: Frame): void {
  const task = dig(event, 'task');
  switch (event.type) {
    case 'task.started':
      found.startedAt = at;
      break;
    case 'task.progressed':
      found.progress ??= dig(event, 'progress');
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
    const text = digText(rejection, 'message') ?? digText(rejection, 'reason') ?? brief(rejection, 300);
    return { n, title: 'A message that was not understood', text, remedy: null };
  }
  const text = [digText(refusal, 'rule'), consequenceWords(digText(refusal, 'consequence'))].filter(Boolean).join(' ');
  return { n, title: digText(refusal, 'sent') ?? 'Refused', text, remedy: digText(refusal, 'remedy') };
}

function consequenceWords(consequence: string | null): string | null {
  return consequence === null ? null : (consequences[consequence] ?? null);
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
