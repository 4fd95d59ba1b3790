// How an actor fares, in six moods: what its colour and its shape say at a glance, whatever chart it has. Pure.

import type { ActorView } from '#inspector/scene';
import { isFields } from '#page/json.ts';
import type { Json } from '#model/json';

export type Mood = 'idle' | 'working' | 'troubled' | 'done' | 'failed' | 'stopped';

/** By the innermost states of our charts; what is not listed works. */
const NAMED = ['idle', 'troubled', 'done', 'failed', 'stopped'] as const;
const states: Readonly<Record<(typeof NAMED)[number], readonly string[]>> = {
  idle: ['idle', 'bootstrap', 'pending', 'requested'],
  troubled: ['suspended', 'owing', 'error', 'away', 'unanswered'],
  done: ['completed', 'done'],
  failed: ['failed', 'refused', 'timedOut', 'aborted'],
  stopped: ['stopped', 'abandoned', 'stop', 'stopping', 'retiring', 'exit', 'leaving', 'left'],
};
export function moodOf({ status, value, chart, isClosed }: ActorView): Mood {
  if (status === 'error') return 'failed';
  const state = innermost(value);
  // A worker that is `ready` has nothing to do; an algorithm that is `ready` is about to begin.
  if (state === 'ready' && chart === 'session') return isClosed ? 'stopped' : 'idle';
  const mood = NAMED.find((one) => states[one].includes(state));
  if (mood !== undefined) return isClosed && mood !== 'done' && mood !== 'failed' ? 'stopped' : mood;
  return status === 'stopped' || status === 'done' || isClosed ? 'stopped' : 'working';
}

function innermost(value: Json): string {
  if (isFields(value)) return innermost(Object.values(value)[0] ?? '');
  return typeof value === 'string' ? value : '';
}

/** Where an actor stands, in words: `working`, or `on › fast` where states lie in states. */
export function stateWords(value: Json): string {
  if (!isFields(value)) return typeof value === 'string' ? value : '';
  return Object.entries(value)
    .map(([name, inner]) => [name, stateWords(inner)].filter(Boolean).join(' › '))
    .join(' · ');
}
