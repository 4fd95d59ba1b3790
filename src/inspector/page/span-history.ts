// The spans of the current task, or the last one, read from what its actor has told: of an algorithm the stack in its context,
// with the calls that changed it; of a session the spans that came over the wire.

import type { Frame, FrameOf } from '#inspector/frames';
import { brief, dig, digText, isFields, isList } from '#page/json.ts';
import { growing } from '#page/growing.ts';
import type { Json } from '#model/json';

export interface SpanBar {
  readonly id: string;
  readonly name: string;
  /** How many stand below it. */
  readonly depth: number;
  readonly n: number;
  readonly begun: number;
  /** Null: it is open. */
  ended: number | null;
  error: string | null;
  tags: Readonly<Record<string, Json>>;
}

export interface SpanHistory {
  /** When the task began, and ended; null: it has not. */
  begun: number | null;
  ended: number | null;
  spans: SpanBar[];
  /** The innermost last. */
  open: SpanBar[];
  marks: { readonly at: number; readonly n: number; readonly text: string }[];
  /** Earlier ones that are no longer kept. */
  dropped: number;
}

interface Growing extends SpanHistory {
  readonly actor: string;
  /** What calls have said of spans that the context does not show: their tags, their errors. */
  readonly told: Map<string, { tags: Readonly<Record<string, Json>>; error: string | null }>;
}

const LIMIT = 2000;

const read = growing<Growing>({ create: (actor) => ({ actor, told: new Map(), ...noSpans() }), take });

const noSpans = (): SpanHistory => ({ begun: null, ended: null, spans: [], open: [], marks: [], dropped: 0 });

/** `actor`: an algorithm or a session. */
export function spansOf(frames: readonly Frame[], actor: string): SpanHistory {
  return read(frames, actor);
}

function take(all: Growing, frame: Frame): void {
  if (!('actor' in frame) || frame.actor !== all.actor) return;
  switch (frame.kind) {
    case 'event':
      return event(all, frame);
    case 'emitted':
      return emitted(all, frame);
    case 'moved':
      if (frame.set && 'spans' in frame.set) stack(all, frame, frame.set['spans']);
      return;
    case 'actor.opened':
      if (all.spans.length === 0) stack(all, frame, frame.context['spans']);
      return;
    case 'actor.closed':
    case 'message':
    case 'shown':
      return;
  }
}

function event(all: Growing, { event, at, n }: FrameOf<'event'> & Frame): void {
  if (event.type === 'wire.initialize' || event.type === 'task.assigned') {
    Object.assign(all, noSpans(), { begun: at });
    all.told.clear();
    return;
  }
  if (event.type !== 'api.called') return;
  const calls = dig(event, 'calls');
  for (const call of isList(calls) ? calls : []) {
    const [kind, id] = [digText(call, 'kind'), digText(call, 'id')];
    if (kind === 'progress') all.marks.push({ at, n, text: brief(dig(call, 'progress'), 120) });
    if (id === null) continue;
    const told = all.told.get(id);
    const tags = { ...told?.tags, ...fieldsOf(dig(call, 'tags')), ...fieldsOf(dig(call, 'end', 'tags')) };
    all.told.set(id, { tags, error: digText(call, 'end', 'error') });
  }
}

const fieldsOf = (value: Json | undefined): Readonly<Record<string, Json>> => (isFields(value) ? value : {});

function emitted(all: Growing, { event, at, n }: FrameOf<'emitted'> & Frame): void {
  switch (event.type) {
    case 'task.started':
      all.begun ??= at;
      return;
    case 'task.ended':
      all.ended = at;
      return;
    case 'task.progressed':
      // An algorithm has been heard by its calls already.
      if (all.marks.at(-1)?.text !== brief(dig(event, 'progress'), 120))
        all.marks.push({ at, n, text: brief(dig(event, 'progress'), 120) });
      return;
    case 'span.changed':
      return changed(all, { span: dig(event, 'span'), at, n });
    default:
      return;
  }
}

/** What a worker hears is a stack: what ends is on top. */
function changed(all: Growing, { span, at, n }: { span: Json | undefined; at: number; n: number }): void {
  if (digText(span, 'kind') === 'finished') {
    const top = all.open.pop();
    if (top)
      Object.assign(top, {
        ended: at,
        error: digText(span, 'error'),
        tags: { ...top.tags, ...fieldsOf(dig(span, 'tags')) },
      });
    return;
  }
  const name = digText(span, 'name') ?? '?';
  begin(all, { id: String(n), name, n, begun: at, tags: fieldsOf(dig(span, 'tags')) });
}

function begin(all: Growing, one: Pick<SpanBar, 'id' | 'name' | 'n' | 'begun' | 'tags'>): void {
  const bar: SpanBar = { ...one, depth: all.open.length, ended: null, error: null };
  all.spans.push(bar);
  all.open.push(bar);
  if (all.spans.length <= LIMIT) return;
  all.spans.shift();
  all.dropped += 1;
}

/** The stack as it stands now: what is new has begun, what is gone has ended. */
function stack(all: Growing, { at, n }: Frame, spans: Json | undefined): void {
  if (!isList(spans)) return;
  const ids = new Set(spans.map((span) => digText(span, 'id')));
  for (const bar of all.open.filter(({ id }) => !ids.has(id))) {
    const told = all.told.get(bar.id);
    Object.assign(bar, { ended: at, error: told?.error ?? null, tags: told?.tags ?? bar.tags });
    all.told.delete(bar.id);
  }
  all.open = all.open.filter(({ id }) => ids.has(id));
  const known = new Set(all.open.map(({ id }) => id));
  for (const span of spans) {
    const id = digText(span, 'id');
    if (id === null || known.has(id)) continue;
    begin(all, { id, name: digText(span, 'name') ?? '?', n, begun: at, tags: all.told.get(id)?.tags ?? {} });
  }
}
