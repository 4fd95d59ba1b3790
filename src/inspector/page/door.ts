// The door of the page: what comes in is looked at here, and trusted inside. A table instead of the schemas of `frames.ts`: those cost
// 12 kB and six seconds for a recording of 100,000 frames, and whoever serves this page has read them by those schemas already. A test
// holds the two against each other.

import type { Frame } from '#inspector/frames';
import type { Reply } from '#inspector/talk';
import { dig, digText, isFields } from '#page/json.ts';

/** Whether a field is what it has to be. */
type Shape = (value: unknown) => boolean;
type Shapes = Readonly<Record<string, Shape>>;

const text: Shape = (value) => typeof value === 'string';
const number: Shape = (value) => typeof value === 'number';
const yesOrNo: Shape = (value) => typeof value === 'boolean';
const anything: Shape = (value) => value !== undefined;
const list: Shape = Array.isArray;
const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const textOrNull = orNull(text);

const actor = { actor: text };

export const FRAME_SHAPES: Readonly<Record<Frame['kind'], Shapes>> = {
  'process.opened': { role: text, title: text, pid: number, worker: textOrNull, versions: isFields },
  'process.closed': { reason: text },
  'actor.opened': {
    ...actor,
    ...{ parent: textOrNull, name: text, chart: textOrNull, about: isFields, isNew: yesOrNo },
    ...{ status: text, value: anything, context: isFields, error: textOrNull },
  },
  'actor.closed': actor,
  event: { ...actor, from: textOrNull, event: isFields },
  moved: { ...actor, on: text, arrows: list, actions: list, status: text, value: anything },
  emitted: { ...actor, event: isFields },
  message: { ...actor, from: text, connection: number, command: textOrNull, bytes: number, isWhole: yesOrNo },
  shown: { actor: textOrNull, name: text, value: anything },
  scalars: { task: isFields, series: list },
  log: { level: text, text: text },
  gap: { missing: orNull(number), reason: text },
};

const REPLY_SHAPES: Readonly<Record<Exclude<Reply['kind'], 'frames'>, Shapes>> = {
  hello: { header: isFields, mode: text, acts: yesOrNo, problems: list },
  caughtUp: {},
  offers: { id: number, offers: list },
  done: { id: number },
  refused: { id: number, reason: text },
};

const HEADER_SHAPES: Shapes = { version: number, at: number, title: text, versions: isFields, charts: isFields };
const PLACE_SHAPES: Shapes = { n: number, at: number, process: text };

export function isFrame(value: unknown): value is Frame {
  return fits(value, PLACE_SHAPES) && fits(value, shapesOf(FRAME_SHAPES, value));
}

/** Any reply but frames, which come one by one through `isFrame`. */
export function isReply(value: unknown): value is Exclude<Reply, { kind: 'frames' }> {
  return (
    fits(value, shapesOf(REPLY_SHAPES, value)) &&
    (dig(value, 'kind') !== 'hello' || fits(dig(value, 'header'), HEADER_SHAPES))
  );
}

function shapesOf(table: Readonly<Record<string, Shapes>>, value: unknown): Shapes | undefined {
  const kind = digText(value, 'kind') ?? '';
  return Object.hasOwn(table, kind) ? table[kind] : undefined;
}

function fits(value: unknown, shapes: Shapes | undefined): boolean {
  if (!isFields(value) || shapes === undefined) return false;
  for (const name in shapes) if (!shapes[name]?.(value[name])) return false;
  return true;
}
