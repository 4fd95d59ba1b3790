// How an actor fares, in six moods: what its colour and its shape say at a glance, whatever chart it has. Pure.

import type { ActorView } from '#inspector/scene';
import type { Json } from '#model/json';

export type Mood = 'idle' | 'working' | 'troubled' | 'done' | 'failed' | 'stopped';

/** By the innermost states of our charts; what is not listed works. */
const moods: Readonly<Record<string, Mood>> = {
  idle: 'idle',
  bootstrap: 'idle',
  pending: 'idle',
  requested: 'idle',
  suspended: 'troubled',
  owing: 'troubled',
  error: 'troubled',
  away: 'troubled',
  unanswered: 'troubled',
  completed: 'done',
  done: 'done',
  failed: 'failed',
  refused: 'failed',
  timedOut: 'failed',
  aborted: 'failed',
  stopped: 'stopped',
  abandoned: 'stopped',
  stop: 'stopped',
  stopping: 'stopped',
  retiring: 'stopped',
  exit: 'stopped',
  leaving: 'stopped',
  left: 'stopped',
};

/** The same in words, for whoever does not see the shape. */
export const MOOD_WORDS: Readonly<Record<Mood, string>> = {
  idle: 'waiting',
  working: 'busy',
  troubled: 'in trouble',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
};

export function moodOf({ status, value, chart, isClosed }: ActorView): Mood {
  if (status === 'error') return 'failed';
  const state = innermost(value);
  // A worker that is `ready` has nothing to do; an algorithm that is `ready` is about to begin.
  if (state === 'ready' && chart === 'session') return isClosed ? 'stopped' : 'idle';
  const mood = moods[state];
  if (mood !== undefined) return isClosed && mood !== 'done' && mood !== 'failed' ? 'stopped' : mood;
  return status === 'stopped' || status === 'done' || isClosed ? 'stopped' : 'working';
}

function innermost(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const [[, inner] = ['', null]] = Object.entries(value);
  return innermost(inner);
}

/** Where an actor stands, in words: `working`, or `on › fast` where states lie in states. */
export function stateWords(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  const parts = Object.entries(value).map(([name, inner]) => {
    const words = stateWords(inner);
    return words === '' ? name : `${name} › ${words}`;
  });
  return parts.join(' · ');
}
