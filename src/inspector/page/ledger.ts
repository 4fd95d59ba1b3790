// What is looked up often, kept as frames come, so that no view goes through all of them: the frames of each actor, how tasks
// ended, what is missing. Frames that the history has forgotten go from here too, in larger blocks.

import type { Frame } from '#inspector/frames';
import { digText, put } from '#page/json.ts';
import { actorOf } from '#page/words.ts';

/** A point that stands out on the line of time. */
export interface Milestone {
  readonly n: number;
  readonly kind: 'good' | 'bad';
}

export interface Ledger {
  add(frames: readonly Frame[]): void;
  /** Nothing older than this is kept any more. */
  forgetBefore(n: number): void;
  /** The frames of an actor, oldest first. The list grows; take what is up to your `n` of it. */
  framesOf(actor: string): readonly Frame[];
  readonly milestones: readonly Milestone[];
  /** Lines of logs, oldest first. */
  readonly lines: readonly Frame[];
  /** How many frames never came. */
  readonly missing: number;
  /** How often actors, runs and processes came, went, or were told anew: the tree changes with it, and only then. */
  readonly changes: number;
}

const FORGOTTEN_AT_ONCE = 20_000;

export function createLedger(): Ledger {
  const byActor = new Map<string, Frame[]>();
  const kept: { milestones: Milestone[]; lines: Frame[]; missing: number; changes: number } = {
    ...{ milestones: [], lines: [], missing: 0, changes: 0 },
  };
  let oldest = 0;

  function note(frame: Frame): void {
    const actor = actorOf(frame);
    if (actor !== null) put(byActor, actor, frame);
    switch (frame.kind) {
      case 'process.opened':
      case 'process.closed':
      case 'actor.opened':
      case 'actor.closed':
        kept.changes += 1;
        return;
      case 'emitted':
        return noteEnd(frame.n, frame.event);
      case 'log':
        kept.lines.push(frame);
        return;
      case 'gap':
        kept.missing += frame.missing ?? 0;
        return;
      case 'event':
      case 'moved':
      case 'message':
      case 'shown':
      case 'scalars':
        return;
    }
  }

  function noteEnd(n: number, event: Extract<Frame, { kind: 'emitted' }>['event']): void {
    if (event.type === 'session.refused') kept.milestones.push({ n, kind: 'bad' });
    if (event.type !== 'task.ended') return;
    const outcome = digText(event, 'outcome') ?? digText(event, 'end', 'kind');
    kept.milestones.push({ n, kind: outcome === 'done' || outcome === 'succeed' ? 'good' : 'bad' });
  }

  function forgetBefore(n: number): void {
    if (n - oldest < FORGOTTEN_AT_ONCE) return;
    oldest = n;
    const stays = (item: { readonly n: number }): boolean => item.n >= n;
    kept.milestones = kept.milestones.filter(stays);
    kept.lines = kept.lines.filter(stays);
    for (const [actor, frames] of byActor) {
      const left = frames.filter(stays);
      if (left.length === 0) byActor.delete(actor);
      else if (left.length < frames.length) byActor.set(actor, left);
    }
  }

  return Object.assign(kept, {
    add: (frames: readonly Frame[]) => {
      for (const frame of frames) note(frame);
    },
    forgetBefore,
    framesOf: (actor: string) => byActor.get(actor) ?? [],
  });
}
