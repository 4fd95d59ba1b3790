// Frames in words: who, and what happened, on one line. Pure.

import type { Charts } from '#inspector/chart';
import type { Frame, FrameOf } from '#inspector/frames';
import { everyState } from '#page/chart-state.ts';
import { brief, dig, digText } from '#page/json.ts';
import { stateWords } from '#page/mood.ts';
import { countWords, sizeWords } from '#page/time-words.ts';

/** The kinds that can be hidden and shown; some frames share one. */
export const KINDS = [
  'event',
  'moved',
  'emitted',
  'message',
  'shown',
  'scalars',
  'log',
  'actor',
  'process',
  'gap',
] as const;
export type Kind = (typeof KINDS)[number];

/** In the language of people. */
export function kindWords(kind: Kind): string {
  if (kind === 'moved') return 'step';
  return kind === 'emitted' ? 'news' : kind;
}

export function kindOf({ kind }: Frame): Kind {
  if (kind === 'process.opened' || kind === 'process.closed') return 'process';
  return kind === 'actor.opened' || kind === 'actor.closed' ? 'actor' : kind;
}

/** The actor that a frame is about; null: it is about its process. */
export function actorOf(frame: Frame): string | null {
  return 'actor' in frame ? frame.actor : null;
}

/** What an arrow means, by its id: `ready → working`. */
export type ArrowWords = ReadonlyMap<string, string>;

export function arrowWordsOf(charts: Charts): ArrowWords {
  const words = new Map<string, string>();
  for (const { root } of Object.values(charts)) {
    const names = new Map<string, string>();
    const states = everyState(root);
    for (const { id, key } of states) names.set(id, key);
    for (const { id, key, arrows } of states)
      for (const arrow of arrows) {
        const to = arrow.to.map((target) => names.get(target) ?? target).join(' + ');
        const from = id === root.id ? '' : key;
        words.set(arrow.id, to === '' ? `in ${from || 'any state'}` : `${from} → ${to}`.trim());
      }
  }
  return words;
}

export interface Speech {
  /** The name of an actor or a process; null: it is not known. */
  readonly nameOf: (id: string) => string | null;
  readonly arrows: ArrowWords;
}

/** What happened, on one line. */
export function wordsOf(frame: Frame, { nameOf, arrows }: Speech): string {
  switch (frame.kind) {
    case 'process.opened':
      return `${frame.role === 'algorithm' ? 'the algorithm' : 'the process'} ${frame.title} is there, pid ${frame.pid}`;
    case 'process.closed':
      return `is gone: ${frame.reason}`;
    case 'actor.opened':
      return openedWords(frame);
    case 'actor.closed':
      return 'has ended';
    case 'event':
      return `${frame.event.type} ← ${frame.from === null ? 'outside' : (nameOf(frame.from) ?? frame.from)}${carried(frame.event)}`;
    case 'moved':
      return stepWords(frame, arrows);
    case 'emitted':
      return `tells ${frame.event.type}${newsWords(frame.event)}`;
    case 'message':
      return messageWords(frame);
    case 'shown':
      return `shows ${frame.name} ${brief(frame.value, 60)}`;
    case 'scalars':
      return `${frame.task.nodeName ?? 'a task'} measures ${frame.series.map(({ tag }) => tag).join(', ')}`;
    case 'log':
      return frame.text;
    case 'gap':
      return `${frame.missing === null ? 'frames' : countWords(frame.missing, 'frame')} missing: ${frame.reason}`;
  }
}

function openedWords({ isNew, value, chart }: FrameOf<'actor.opened'>): string {
  const state = stateWords(value);
  return `${isNew ? 'begins' : 'is there'}${state === '' ? '' : `, ${state}`}${chart === null ? '' : ` (chart ${chart})`}`;
}

function stepWords({ on, arrows, actions, value, set, error }: FrameOf<'moved'>, known: ArrowWords): string {
  const way = arrows.map((id) => known.get(id) ?? id).join(', ');
  const state = stateWords(value);
  if (arrows.length === 0 && actions.length === 0 && set === undefined && error === undefined)
    return state === '' ? `has heard ${on}` : `nothing comes of ${on} in ${state}`;
  const parts = [way === '' ? state || on : way, ...actions];
  if (error !== undefined) parts.push(`error: ${error}`);
  return parts.join(', ');
}

type EventFields = FrameOf<'event'>['event'];

/** The words that most want to be seen in news: how it ended, why it was refused. */
function newsWords(event: EventFields): string {
  const outcome = digText(event, 'outcome') ?? digText(event, 'end', 'kind');
  const trouble =
    digText(event, 'failure', 'message') ??
    digText(event, 'end', 'error', 'message') ??
    digText(event, 'refusal', 'sent') ??
    digText(event, 'rejection', 'message') ??
    digText(event, 'reason');
  const progress = dig(event, 'progress');
  const parts = [outcome, trouble, progress === undefined ? null : brief(progress, 60)];
  const words = parts.filter((part) => part !== null && part !== '').join(', ');
  return words === '' ? '' : `: ${words}`;
}

function messageWords({ from, command, bytes, data }: FrameOf<'message'>): string {
  const what = command ?? 'something that cannot be read';
  return `${from} ⇒ ${what} ${sizeWords(bytes)}${data === undefined ? '' : ` ${brief(data, 60)}`}`;
}

function carried(event: EventFields): string {
  const rest = Object.entries(event).filter(([name]) => name !== 'type');
  return rest.length === 0 ? '' : ` ${brief(Object.fromEntries(rest), 60)}`;
}
