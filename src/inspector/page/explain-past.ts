// What of an actor's past its explanation needs: when it spoke last, and what was refused in this task. Pure.

import type { Frame, FrameOf } from '#inspector/frames';
import type { ActorView, Scene } from '#inspector/scene';
import { brief, dig, digText } from '#page/json.ts';

export interface Known {
  readonly scene: Scene;
  readonly actor: ActorView;
  /** The other end of the line, where it is looked at. */
  readonly other: ActorView | null;
  readonly past: Past;
  /** What its process wrote. */
  readonly log: readonly FrameOf<'log'>[];
}

export interface Past {
  /** When the handler last called the api, or told progress; null: not in this task. */
  readonly lastCall: number | null;
  readonly lastProgress: { readonly at: number; readonly text: string } | null;
  /** Refusals and frames that were not understood, in this task. */
  readonly troubles: readonly string[];
  /** Of the last of them. */
  readonly remedy: string | null;
}

/** Further back nobody looks: what matters is near the end. */
const LOOKED_AT = 4000;

/** `frames`: those of this actor. */
export function readPast({ context }: ActorView, frames: readonly Frame[]): Past {
  const found: { -readonly [Key in keyof Past]: Past[Key] } & { troubles: string[] } = {
    lastCall: null,
    lastProgress: null,
    troubles: [],
    remedy: null,
  };
  const oldest = Math.max(0, frames.length - LOOKED_AT);
  for (let place = frames.length - 1; place >= oldest; place -= 1) {
    const frame = frames[place];
    if (!frame || begins(frame)) break;
    if (frame.kind === 'event' && frame.event.type === 'api.called') found.lastCall ??= frame.at;
    if (frame.kind !== 'emitted') continue;
    if (frame.event.type === 'task.progressed')
      found.lastProgress ??= { at: frame.at, text: brief(dig(frame.event, 'progress'), 80) };
    const trouble = troubleOf(frame.event);
    if (trouble === null) continue;
    found.troubles.unshift(trouble);
    found.remedy ??= digText(frame.event, 'refusal', 'remedy');
  }
  const progress = context['progress'];
  if (found.lastProgress === null && found.lastCall !== null && progress !== null && progress !== undefined)
    found.lastProgress = { at: found.lastCall, text: brief(progress, 80) };
  return found;
}

/** What is older belongs to another task. */
const begins = (frame: Frame): boolean =>
  frame.kind === 'event' && (frame.event.type === 'wire.initialize' || frame.event.type === 'task.assigned');

function troubleOf(event: FrameOf<'emitted'>['event']): string | null {
  if (event.type === 'session.refused')
    return `Refused: ${digText(event, 'refusal', 'sent') ?? 'something'}. ${digText(event, 'refusal', 'rule') ?? ''}`.trim();
  if (event.type !== 'frame.rejected') return null;
  const rejection = dig(event, 'rejection');
  return `Not understood: ${digText(rejection, 'command') ?? 'a message'} (${digText(rejection, 'reason') ?? brief(rejection, 100)}).`;
}
