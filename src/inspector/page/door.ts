// The door of the page: what comes in is looked at here, and trusted inside. A table instead of the schemas of `frames.ts`: those cost
// 12 kB and six seconds for a recording of 100,000 frames, and whoever serves this page has read them by those schemas already. A test
// holds the two against each other.

import type { Frame } from '#inspector/frames';
import type { Reply } from '#inspector/talk';

/** What a field has to be; `?`: or null. */
type Shape = 'text' | 'text?' | 'number' | 'number?' | 'yes or no' | 'list' | 'fields' | 'anything';
type Shapes = Readonly<Record<string, Shape>>;

const actor = { actor: 'text' } as const;

export const FRAME_SHAPES: Readonly<Record<Frame['kind'], Shapes>> = {
  'process.opened': { role: 'text', title: 'text', pid: 'number', worker: 'text?', versions: 'fields' },
  'process.closed': { reason: 'text' },
  'actor.opened': {
    ...actor,
    ...{ parent: 'text?', name: 'text', chart: 'text?', about: 'fields', isNew: 'yes or no' },
    ...{ status: 'text', value: 'anything', context: 'fields', error: 'text?' },
  },
  'actor.closed': actor,
  event: { ...actor, from: 'text?', event: 'fields' },
  moved: { ...actor, on: 'text', arrows: 'list', actions: 'list', status: 'text', value: 'anything' },
  emitted: { ...actor, event: 'fields' },
  message: { ...actor, from: 'text', connection: 'number', command: 'text?', bytes: 'number', isWhole: 'yes or no' },
  shown: { actor: 'text?', name: 'text', value: 'anything' },
  log: { level: 'text', text: 'text' },
  gap: { missing: 'number?', reason: 'text' },
};

const REPLY_SHAPES: Readonly<Record<Exclude<Reply['kind'], 'frames'>, Shapes>> = {
  hello: { header: 'fields', mode: 'text', acts: 'yes or no', problems: 'list' },
  caughtUp: {},
  offers: { id: 'number', offers: 'list' },
  done: { id: 'number' },
  refused: { id: 'number', reason: 'text' },
};

const HEADER_SHAPES: Shapes = { version: 'number', at: 'number', title: 'text', versions: 'fields', charts: 'fields' };
const PLACE_SHAPES: Shapes = { n: 'number', at: 'number', process: 'text' };

export function isFrame(value: unknown): value is Frame {
  if (!isObject(value) || !fits(value, PLACE_SHAPES)) return false;
  const shapes = shapesOf(FRAME_SHAPES, value['kind']);
  return shapes !== undefined && fits(value, shapes);
}

/** Any reply but frames, which come one by one through `isFrame`. */
export function isReply(value: unknown): value is Exclude<Reply, { kind: 'frames' }> {
  if (!isObject(value)) return false;
  const shapes = shapesOf(REPLY_SHAPES, value['kind']);
  if (shapes === undefined || !fits(value, shapes)) return false;
  return value['kind'] !== 'hello' || (isObject(value['header']) && fits(value['header'], HEADER_SHAPES));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shapesOf(table: Readonly<Record<string, Shapes>>, kind: unknown): Shapes | undefined {
  return typeof kind === 'string' && Object.hasOwn(table, kind) ? table[kind] : undefined;
}

function fits(value: Readonly<Record<string, unknown>>, shapes: Shapes): boolean {
  for (const name in shapes) if (!is(value[name], shapes[name])) return false;
  return true;
}

function is(value: unknown, shape: Shape | undefined): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string';
    case 'text?':
      return value === null || typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'number?':
      return value === null || typeof value === 'number';
    case 'yes or no':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'fields':
      return isObject(value);
    case 'anything':
      return value !== undefined;
    case undefined:
      return true;
  }
}
