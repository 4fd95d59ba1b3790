// What the inspector knows, as a stream of frames: everything that a page shows, and a recording holds, is made of these. They are
// plain JSON; whatever was cut or masked on the way in says so itself (see `shorten`).
//
//   F1. Ids of actors are unique over all processes: `<process>/<session id>`.
//   F2. A frame that says how an actor stands (`actor.opened`) replaces all that was known of it: after a gap the actors that live
//       are told anew.
//   F3. `n` grows by one, in the order in which this inspector heard; `at` is the time of the process where it happened.

import * as z from 'zod/mini';
import { Charts } from '#inspector/chart';
import type { Json } from '#model/json';

/** The format of frames and recordings. A reader takes what is of its own number, or older. */
export const FORMAT = 1;
export const FORMAT_NAME = 'algorithm-actor/frames';

/**
 * Whatever was read from JSON. It is not walked: all that comes here has come through a parser, and a recording of a hundred
 * thousand frames has to open in a moment.
 */
export const JsonValue: z.ZodMiniType<Json> = z.custom<Json>((value) => value !== undefined, 'expected a value');
const Fields: z.ZodMiniType<Record<string, Json>> = z.custom<Record<string, Json>>(isFields, 'expected an object');
/** JSON by names. */
export type Fields = Readonly<z.output<typeof Fields>>;

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An event as it came, or was emitted: its type, and what it carries. */
const EventFields = z.custom<{ [key: string]: unknown; type: string }>(
  (value) => isFields(value) && typeof value.type === 'string',
  'expected an object with a "type" of type string',
);

const status = z.enum(['active', 'done', 'error', 'stopped']);
export type ActorStatus = z.output<typeof status>;

/** Where a chart stands: `working`, or an object where states lie in states. Null: it has none. */
const value = JsonValue;

const ProcessOpened = z.object({
  kind: z.literal('process.opened'),
  role: z.enum(['algorithm', 'local-hkube', 'other']),
  /** As people call it: the algorithm, or the worker that it serves. */
  title: z.string(),
  pid: z.number(),
  /** The worker that this algorithm serves, such as `word-count-1`, where a local HKube has started it. */
  worker: z.nullable(z.string()),
  versions: z.record(z.string(), z.string()),
});

const ProcessClosed = z.object({ kind: z.literal('process.closed'), reason: z.string() });

/** An actor that is there: since now, or when somebody began to look (`isNew: false`). */
const ActorOpened = z.object({
  kind: z.literal('actor.opened'),
  actor: z.string(),
  parent: z.nullable(z.string()),
  /** Its id in its parent, such as `algorithm`, or of a sub-pipeline the id that it goes by on the wire. */
  name: z.string(),
  /** The name of its chart: `algorithm`, `session`, `sidecar`, `run`, `child`; null: it has none. */
  chart: z.nullable(z.string()),
  /** What people know it by, such as `{jobId, pipeline}` of a run and `{worker, algorithm, url}` of a session. */
  about: Fields,
  isNew: z.boolean(),
  status,
  value,
  context: Fields,
  error: z.nullable(z.string()),
});

/** It has ended and nobody will hear of it again. */
const ActorClosed = z.object({ kind: z.literal('actor.closed'), actor: z.string() });

/** An event reaches an actor. */
const ActorEvent = z.object({
  kind: z.literal('event'),
  actor: z.string(),
  /** The actor that sent it; null: somebody outside. */
  from: z.nullable(z.string()),
  event: EventFields,
});

/** What an event has changed. */
const ActorMoved = z.object({
  kind: z.literal('moved'),
  actor: z.string(),
  /** The type of the event. */
  on: z.string(),
  /** The ids of the arrows that were taken, in order; none: it was not accepted, or the actor has no chart. */
  arrows: z.array(z.string()),
  /** The names of the actions, in order, with those params that are short. */
  actions: z.array(z.string()),
  status,
  value,
  /** The fields of the context that have changed, and those that have gone. */
  set: z.optional(Fields),
  unset: z.optional(z.array(z.string())),
  error: z.optional(z.string()),
});

/** What an actor tells whoever listens: `task.started`, `task.ended`, `session.refused`, … */
const ActorEmitted = z.object({ kind: z.literal('emitted'), actor: z.string(), event: EventFields });

/** A message on the wire between a worker and its algorithm, seen at one of its ends. */
const WireMessage = z.object({
  kind: z.literal('message'),
  /** The algorithm or the session at this end. */
  actor: z.string(),
  /** Who says it. */
  from: z.enum(['worker', 'algorithm']),
  /** Counts the connections of this end. */
  connection: z.number(),
  /** Null: it cannot be read. */
  command: z.nullable(z.string()),
  /** Its data, or why it cannot be read. Absent: it has none. */
  data: z.optional(JsonValue),
  /** Its size on the wire. */
  bytes: z.number(),
  /** Nothing of its data was cut or masked. */
  isWhole: z.boolean(),
});

/** Something beside the charts: the graph of a run (`graph`), the workers of an algorithm and who waits for them (`pool`). */
const Shown = z.object({
  kind: z.literal('shown'),
  /** Whose it is; null: of the process. */
  actor: z.nullable(z.string()),
  /** What it is; it replaces what was shown under this name. */
  name: z.string(),
  value: JsonValue,
});

/**
 * A point of a curve: the step, its value (null: it is no finite number), and when it was measured, in milliseconds. Recordings have
 * very many: they are looked at by hand.
 */
export type ScalarPoint = readonly [step: number, value: number | null, atMs: number];
const Points: z.ZodMiniType<readonly ScalarPoint[]> = z.custom<readonly ScalarPoint[]>(
  (value) => Array.isArray(value) && value.every(isPoint),
  'expected points, each a step, a value or null, and milliseconds',
);

function isPoint(value: unknown): value is ScalarPoint {
  if (!Array.isArray(value) || value.length !== 3) return false;
  return (
    typeof value[0] === 'number' && (value[1] === null || typeof value[1] === 'number') && typeof value[2] === 'number'
  );
}

/** Points of one tag, such as `loss`. */
const ScalarSeries = z.object({
  tag: z.string(),
  points: Points,
  /** They replace what was known of the tag; else they follow it. */
  isWhole: z.boolean(),
});
export type ScalarSeries = Readonly<z.output<typeof ScalarSeries>>;

/** What a task has measured of itself, such as the loss of each step of a training. */
const Scalars = z.object({
  kind: z.literal('scalars'),
  /** Whose it is; it need not belong to an actor that is there. */
  task: z.object({
    jobId: z.nullable(z.string()),
    taskId: z.nullable(z.string()),
    attempts: z.nullable(z.number()),
    nodeName: z.nullable(z.string()),
    algorithmName: z.nullable(z.string()),
    pipelineName: z.nullable(z.string()),
  }),
  series: z.array(ScalarSeries),
});

/** A line that the process logged, or that an algorithm wrote. */
const Logged = z.object({
  kind: z.literal('log'),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  text: z.string(),
});

/** Nobody looked, or not everything could be told: what follows begins anew (F2). */
const Gap = z.object({
  kind: z.literal('gap'),
  /** How many frames are missing; null: nobody knows. */
  missing: z.nullable(z.number()),
  reason: z.string(),
});

/** What happened, without when and where. */
export const Happening = z.discriminatedUnion('kind', [
  ProcessOpened,
  ProcessClosed,
  ActorOpened,
  ActorClosed,
  ActorEvent,
  ActorMoved,
  ActorEmitted,
  WireMessage,
  Shown,
  Scalars,
  Logged,
  Gap,
]);
export type Happening = Readonly<z.output<typeof Happening>>;

/** When and where. It stands in the schema of each kind, because an intersection would take ten times as long. */
const place = { at: z.number(), process: z.string() };

/** What a process tells of itself; the inspector that hears it gives it its place. */
export const News = z.discriminatedUnion('kind', [
  z.extend(ProcessOpened, place),
  z.extend(ProcessClosed, place),
  z.extend(ActorOpened, place),
  z.extend(ActorClosed, place),
  z.extend(ActorEvent, place),
  z.extend(ActorMoved, place),
  z.extend(ActorEmitted, place),
  z.extend(WireMessage, place),
  z.extend(Shown, place),
  z.extend(Scalars, place),
  z.extend(Logged, place),
  z.extend(Gap, place),
]);
export type News = { readonly at: number; readonly process: string } & Happening;

const numbered = { n: z.int(), ...place };

/** A frame: news in its place. */
export const Frame = z.discriminatedUnion('kind', [
  z.extend(ProcessOpened, numbered),
  z.extend(ProcessClosed, numbered),
  z.extend(ActorOpened, numbered),
  z.extend(ActorClosed, numbered),
  z.extend(ActorEvent, numbered),
  z.extend(ActorMoved, numbered),
  z.extend(ActorEmitted, numbered),
  z.extend(WireMessage, numbered),
  z.extend(Shown, numbered),
  z.extend(Scalars, numbered),
  z.extend(Logged, numbered),
  z.extend(Gap, numbered),
]);
export type Frame = { readonly n: number } & News;
export type FrameOf<Kind extends Frame['kind']> = Extract<Frame, { kind: Kind }>;

/** What stands before the frames: the first line of a recording, the first thing that a page is told. */
export const Header = z.object({
  format: z.literal(FORMAT_NAME),
  version: z.int(),
  /** When this inspector, or this recording, began. */
  at: z.number(),
  title: z.string(),
  versions: z.record(z.string(), z.string()),
  charts: Charts,
});
export type Header = Readonly<z.output<typeof Header>>;
