// What the runtime and an isolate, the thread or process in which handlers run, say to each other.
//
//   R1. A message is a note, checked by its schema at the door, and at most one body beside it.
//   R2. The task, its result and whatever else holds values of the author travels in bodies: a wire message in the isolate's
//       tongue, so that a value looks the same from every host, and bytes are handed over instead of copied.
//   R3. Notes are taken in the order in which they were sent, both ways.
//
// Over a pipe it is `#handlers/parcels`; between threads a posted message. The Python host speaks the same (`python/`).

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import type { ChildNews } from '#model/api-call';
import type { FinishedSpan } from '#model/finished-span';
import { explainIssues } from '#model/issues';
import type { Json } from '#model/json';
import { fitsInFile, LONGEST_TAG } from '#model/scalar';
import type { SpanTags } from '#model/span-stack';
import type { Frame } from '#wire/codec';

/** What travels beside a note. Between threads small text stays text; over a pipe all is bytes. */
export type Body = Frame;

const note = <Type extends string, Fields extends z.core.$ZodLooseShape>(type: Type, fields: Fields) =>
  z.object({ type: z.literal(type), ...fields });
const run = z.int().check(z.minimum(1));
const text = z.string();

/** The span that was made for a hook or a handler. */
const hook = z.exactOptional(z.object({ traceId: text, spanId: text, isSampled: z.boolean() }));

const settlement = z.discriminatedUnion('kind', [
  /** The response is the body. */
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('failed'), error: text }),
  z.object({ kind: z.literal('stopped'), by: z.enum(['algorithm', 'host']), reason: z.nullable(text) }),
  z.object({ kind: z.literal('timedOut'), timeoutMs: z.number() }),
  z.object({ kind: z.literal('aborted') }),
  z.object({ kind: z.literal('taskEnded') }),
  z.object({
    kind: z.literal('notSent'),
    code: z.enum(['NOT_ENCODABLE', 'FRAME_TOO_LARGE', 'OUTBOX_FULL']),
    message: text,
  }),
]);

/** From the runtime to the isolate. */
export const HostCommand = z.discriminatedUnion('type', [
  /**
   * First, and once: whose handlers these are, and how large a result may be. `ids` begins the ids that it gives; `traces`: its tasks
   * may come with a span.
   */
  note('load', { entry: text, encoding: text, frameBytes: z.number(), ids: text, traces: z.boolean() }),
  /** The task is the body, as an `initialize` message. */
  note('initialize', { run, hook }),
  note('start', { run, hook }),
  note('stop', { run, force: z.boolean() }),
  note('abandon', {}),
  note('exit', { code: z.int() }),
  note('running', { id: text }),
  note('settled', { id: text, settlement }),
]);
export type HostCommand = z.output<typeof HostCommand>;

const failure = z.object({ code: text, message: text, details: text });

/** From the isolate to the runtime. */
export const HostReport = z.discriminatedUnion('type', [
  /** `initialize`: whether the author wrote that hook. */
  note('loaded', { initialize: z.boolean() }),
  note('unloadable', { failure }),
  note('initialized', { run }),
  /** The body is the `done` message. */
  note('returned', { run }),
  note('failed', { run, failure }),
  note('stopped', { run }),
  note('left', {}),
  /** The body holds the calls, in order. */
  note('called', { run }),
  /** The body holds the pipeline, or the algorithm and its input. */
  note('requested', {
    id: text,
    kind: z.enum(['raw', 'stored', 'algorithm']),
    includeResult: z.boolean(),
    timeoutMs: z.nullable(z.number()),
    span: z.exactOptional(text),
  }),
  note('stopRequested', { id: text, by: z.enum(['algorithm', 'signal']), reason: z.nullable(text) }),
  /** The body holds spans that libraries have finished. */
  note('traced', {}),
  note('logged', { level: z.enum(['debug', 'info', 'warn', 'error']), message: text }),
]);
export type HostReport = z.output<typeof HostReport>;

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const tags = z.exactOptional(z.custom<SpanTags>(isRecord, 'expected an object'));

const at = z.exactOptional(z.number());

/** The body of `called`. */
export const ApiCalls = z.array(
  z.discriminatedUnion('kind', [
    z.object({
      ...{ kind: z.literal('open'), id: text, name: text.check(z.minLength(1)), tags, at },
      parent: z.exactOptional(text),
    }),
    z.object({ kind: z.literal('end'), id: text, end: z.object({ tags, error: z.exactOptional(text) }), at }),
    z.object({ kind: z.literal('progress'), progress: z.custom<Json>((value) => value !== undefined) }),
    z.object({
      kind: z.literal('scalar'),
      tag: text.check(z.minLength(1), z.maxLength(LONGEST_TAG)),
      value: z.number().check(z.refine(fitsInFile)),
      step: z.int().check(z.minimum(0)),
      at: z.number(),
    }),
  ]),
);

const attributes = z.custom<SpanTags>(isRecord, 'expected an object');
const named = { name: text, attributes };
const place = { traceId: text, spanId: text };

/** The body of `traced`. */
export const FinishedSpans: z.ZodMiniType<readonly FinishedSpan[]> = z.array(
  z.object({
    ...{ ...named, ...place, kind: z.number(), parentSpanId: z.nullable(text), flags: z.number() },
    ...{ start: z.number(), end: z.number() },
    status: z.object({ code: z.number(), message: z.exactOptional(text) }),
    events: z.array(z.object({ ...named, at: z.number() })),
    links: z.array(z.object({ ...place, attributes })),
    scope: z.object({ name: text, version: z.exactOptional(text) }),
  }),
);

const name = text.check(z.minLength(1));
/** The body of `requested`: a sub-pipeline, or an execution. */
export const RequestedPipeline = z.object({ subPipeline: z.looseObject({ name }) });
export const RequestedExecution = z.object({ algorithmName: name, input: z.array(z.unknown()) });

/** A body that has passed its schema, or words for why not. */
export function understood<Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = z.safeParse(schema, body);
  if (parsed.success) return parsed.data;
  const words = explainIssues(parsed.error.issues);
  throw new RuntimeError('HANDLER_CRASHED', `The handlers said what cannot be understood (${words}) and were ended.`);
}

/** How an isolate says and reads values: an encoding of the wire, with the messages' words for what goes wrong. */
export interface Tongue {
  /** Throws `NOT_ENCODABLE` naming the place. */
  encode(command: string, data: unknown): Body;
  /** Throws for what cannot be read. */
  decode(body: Body): unknown;
}

/** News of a child as a command, and its body. */
export function tellNews(id: string, news: ChildNews, { encode }: Tongue): [HostCommand, Body?] {
  if (news.kind === 'running') return [{ type: 'running', id }];
  const { settlement: ended } = news;
  if (ended.kind === 'done') {
    return [{ type: 'settled', id, settlement: { kind: 'done' } }, encode('settled', ended.response ?? null)];
  }
  const told = ended.kind === 'notSent' ? { kind: ended.kind, ...wordsOf(ended.error) } : ended;
  return [{ type: 'settled', id, settlement: told }];
}

function wordsOf(error: unknown): { code: 'NOT_ENCODABLE' | 'FRAME_TOO_LARGE' | 'OUTBOX_FULL'; message: string } {
  const { code, message } = z
    .object({ code: z.catch(settlement.def.options[6].shape.code, 'NOT_ENCODABLE'), message: z.catch(text, 'unknown') })
    .parse(error);
  return { code, message };
}
