// Where a task stands that did not end in time, in words: what it waits for is in there somewhere.

import type { Scene } from '#testing/scene';
import type { SimulatedTime } from '#testing/simulated-time';
import { spanTree } from '#testing/span-tree';
import type { Stage } from '#testing/stage';

export interface Standing {
  readonly scene: Scene;
  /** Absent: it was not begun. */
  readonly states: Stage['states'] | undefined;
  readonly time: SimulatedTime | null;
}

const LAST_FRAMES = 6;

/** What each state of the algorithm waits for. */
const waits: Readonly<Record<string, string>> = {
  idle: 'it has no task: none has reached it, or its outcome has not been heard',
  initializing: '`initialize` has not returned',
  ready: 'it was not told to start',
  working: '`start` has not returned',
  suspended: 'its connection is gone, and the task was not asked for again',
  owing: 'its outcome waits for a connection on which it is asked for',
  stopping: 'a stop was asked for; `stop` or `start` has not returned',
  leaving: 'it was told to leave; `exit` has not returned',
  left: 'it has left',
};

export function whereItStands({ scene, states, time }: Standing): string {
  const { frames } = scene.tape;
  const spans = spanTree(scene.tape.said).open.map(({ name }) => name);
  const pending = scene.fakes.records.filter(({ end }) => end === null).map(({ kind, name }) => `${name} (${kind})`);
  const last = frames.slice(-LAST_FRAMES).map(({ from, command }) => `${from} ${command ?? 'what cannot be read'}`);
  const parts = [
    states
      ? `The algorithm is ${states.algorithm}: ${waits[states.algorithm] ?? ''}. Its worker is in ${states.worker}.`
      : 'It was not begun: the algorithm has not connected.',
    `Open spans: ${spans.join(' > ') || 'none'}.`,
    `Sub-pipelines without an answer: ${pending.join(', ') || 'none'}.`,
    `Last on the line: ${last.join(', ') || 'nothing'}.`,
  ];
  return [...parts, ...(time ? [timeWords(time)] : [])].join(' ');
}

function timeWords({ now, nextIn }: SimulatedTime): string {
  const next =
    nextIn === null ? 'no timer is armed' : `the next timer is due in ${nextIn} ms: await test.time.advance(${nextIn})`;
  return `Simulated time stands at ${now} ms; ${next}.`;
}
