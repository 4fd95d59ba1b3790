// What happened between a worker and its algorithm, as rows of a sequence diagram: messages, states, connections, and what the
// algorithm has to do with its handlers and sub-pipelines. What repeats is one row that counts.

import type { Frame, FrameOf } from '#inspector/frames';
import { digText, dig, isList } from '#page/json.ts';
import { stateWords } from '#page/mood.ts';
import { growing } from '#page/growing.ts';
import { durationWords } from '#page/time-words.ts';

export const LANES = ['worker', 'algorithm', 'handlers', 'sub-pipelines'] as const;
export type Lane = (typeof LANES)[number];

export interface SequenceRow {
  readonly kind: 'message' | 'call' | 'state' | 'link' | 'pause';
  readonly from: Lane;
  readonly to: Lane;
  readonly text: string;
  /** The first frame, and the last where it repeats. */
  readonly n: number;
  readonly at: number;
  lastAt: number;
  count: number;
  /** Who is busy when it happens. */
  readonly busy: ReadonlySet<Lane>;
}

export interface Sequence {
  readonly rows: SequenceRow[];
  readonly lanes: Set<Lane>;
}

interface Growing extends Sequence {
  readonly ends: Ends;
  readonly children: Set<string>;
  readonly states: Map<string, string>;
  busy: ReadonlySet<Lane>;
}

/** Whose frames are looked at. Messages are seen at both ends: those of `teller` count. */
interface Ends {
  readonly teller: string;
  readonly worker: string;
  readonly algorithm: string;
}

const read = growing<Growing>({ create, take });

/** `worker`, `algorithm`: the ids of the two actors; empty where one is not looked at. */
export function sequenceOf(frames: readonly Frame[], { teller, worker, algorithm }: Ends): Sequence {
  return read(frames, [teller, worker, algorithm].join('\n'));
}

function create(key: string): Growing {
  const [teller = '', worker = '', algorithm = ''] = key.split('\n');
  return {
    rows: [],
    lanes: new Set(['worker', 'algorithm']),
    ends: { teller, worker, algorithm },
    children: new Set(),
    states: new Map(),
    busy: new Set(),
  };
}

function take(all: Growing, frame: Frame): void {
  const { ends, children } = all;
  if (!('actor' in frame) || frame.actor === null) return;
  const { actor } = frame;
  if (frame.kind === 'actor.opened' && frame.chart === 'child' && frame.process === processOf(ends.algorithm)) {
    children.add(actor);
    if (frame.isNew)
      add(all, frame, {
        from: 'algorithm',
        to: 'sub-pipelines',
        text: `${childName(frame)} ${stateWords(frame.value)}`,
      });
    return;
  }
  if (children.has(actor)) return takeChild(all, frame);
  if (actor === ends.worker || actor === ends.algorithm) takeEnd(all, frame);
}

/** F1 of the frames. */
const processOf = (actor: string): string => actor.slice(0, actor.lastIndexOf('/'));

const childName = ({ context, name }: FrameOf<'actor.opened'>): string => digText(context, 'name') ?? name;

function takeChild(all: Growing, frame: Frame): void {
  if (frame.kind !== 'moved' || all.states.get(frame.actor) === stateWords(frame.value)) return;
  all.states.set(frame.actor, stateWords(frame.value));
  add(all, frame, { from: 'sub-pipelines', to: 'algorithm', text: stateWords(frame.value) });
}

function takeEnd(all: Growing, frame: Frame): void {
  if (frame.kind === 'message' && frame.actor === all.ends.teller) message(all, frame);
  if (frame.kind === 'event') event(all, frame);
  if (frame.kind === 'moved') for (const action of frame.actions) command(all, frame, action);
  if (frame.kind === 'moved' || frame.kind === 'actor.opened') state(all, frame);
}

function message(all: Growing, frame: FrameOf<'message'> & Frame): void {
  const to = frame.from === 'worker' ? 'algorithm' : 'worker';
  add(all, frame, { from: frame.from, to, text: frame.command ?? 'what cannot be read', kind: 'message' });
}

function event(all: Growing, frame: FrameOf<'event'> & Frame): void {
  const { type } = frame.event;
  if (type === 'api.called' || type.startsWith('handler.')) {
    if (frame.actor === all.ends.algorithm)
      add(all, frame, {
        from: 'handlers',
        to: 'algorithm',
        text: type === 'api.called' ? callText(frame.event) : type.slice(8),
      });
    return;
  }
  const words = { 'link.opened': 'connected', 'link.lost': 'connection lost' };
  if (frame.actor === all.ends.teller && (type === 'link.opened' || type === 'link.lost'))
    add(all, frame, { from: 'worker', to: 'algorithm', text: words[type], kind: 'link' });
}

function callText(called: FrameOf<'event'>['event']): string {
  const calls = dig(called, 'calls');
  const kinds = new Set((isList(calls) ? calls : []).map((call) => digText(call, 'kind') ?? '?'));
  const words: Readonly<Record<string, string>> = { open: 'span begins', end: 'span ends', progress: 'progress' };
  return [...kinds].map((kind) => words[kind] ?? kind).join(', ') || 'api.called';
}

/** What the chart tells its handlers: `command start`. */
function command(all: Growing, frame: Frame, action: string): void {
  const word = /^command (\w+)/.exec(action)?.[1];
  if (word !== undefined) add(all, frame, { from: 'algorithm', to: 'handlers', text: word });
}

const QUIET = new Set(['idle', 'ready', 'bootstrap', 'left', 'results', 'exit', 'leaving']);

function state(all: Growing, frame: (FrameOf<'moved'> | FrameOf<'actor.opened'>) & Frame): void {
  const now = stateWords(frame.value);
  if (all.states.get(frame.actor) === now) return;
  all.states.set(frame.actor, now);
  const lane = frame.actor === all.ends.worker ? 'worker' : 'algorithm';
  const busy = new Set(all.busy);
  if (QUIET.has(now)) busy.delete(lane);
  else busy.add(lane);
  all.busy = busy;
  add(all, frame, { from: lane, to: lane, text: now, kind: 'state' });
}

interface New {
  readonly from: Lane;
  readonly to: Lane;
  readonly text: string;
  readonly kind?: SequenceRow['kind'];
}

/** Pauses that are longer are marked. */
const PAUSE_MS = 1000;
/** So many rows back is looked for the same: what alternates folds, too. */
const FOLDED = 4;
const REPEATS = /^(progress|alive|stopping|startSpan|finishSpan|span |streamingInMessage|streamingOutMessage)/;

function add({ rows, lanes, busy }: Growing, { n, at }: Frame, { from, to, text, kind = 'call' }: New): void {
  lanes.add(from).add(to);
  const last = rows.at(-1);
  const isRepeated = REPEATS.test(text) || from === 'sub-pipelines' || to === 'sub-pipelines';
  if (isRepeated) {
    for (let place = rows.length - 1; place >= Math.max(0, rows.length - FOLDED); place -= 1) {
      const row = rows[place];
      if (!row || (row.kind !== 'message' && row.kind !== 'call')) break;
      if (row.text !== text || row.from !== from || row.kind !== kind) continue;
      row.count += 1;
      row.lastAt = at;
      return;
    }
  }
  const pause = last ? at - last.lastAt : 0;
  const more = { n, at, lastAt: at, count: 1, busy };
  if (pause > PAUSE_MS) rows.push({ kind: 'pause', from, to, text: durationWords(pause), ...more });
  rows.push({ kind, from, to, text, ...more });
}
