// What the page and its inspector say to each other over their socket, besides frames; and what a process that dials in is told.

import * as z from 'zod/mini';
import { Frame, Header, JsonValue, News } from '#inspector/frames';

/** One thing that a person may do to an actor, as a page makes a form of it. */
export const Offer = z.object({
  /** Unique for its actor, such as `task.stopAsked`. */
  name: z.string(),
  /** On the button: `stop the task`. */
  title: z.string(),
  /** What will happen, in a sentence. */
  hint: z.string(),
  /** JSON Schema of an object: the fields of the form. */
  schema: z.record(z.string(), JsonValue),
  /** What the form holds at first. */
  value: z.record(z.string(), JsonValue),
});
export type Offer = Readonly<z.output<typeof Offer>>;

/** From the page. `id` comes back with the answer. */
export const Request = z.discriminatedUnion('kind', [
  /** What can be done to this actor now? */
  z.object({ kind: z.literal('offers'), id: z.int(), actor: z.string() }),
  z.object({
    kind: z.literal('act'),
    id: z.int(),
    actor: z.string(),
    name: z.string(),
    value: z.record(z.string(), JsonValue),
  }),
]);
export type Request = Readonly<z.output<typeof Request>>;

/** To the page. */
export const Reply = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hello'),
    header: Header,
    /** `recording`: it is over, and nothing can be done to it. */
    mode: z.enum(['live', 'recording']),
    /** Whether anything can be done to actors. */
    acts: z.boolean(),
    /** What is wrong with a recording, in sentences. */
    problems: z.array(z.string()),
  }),
  z.object({ kind: z.literal('frames'), frames: z.array(Frame) }),
  /** Everything that is kept has been sent; what follows is live. */
  z.object({ kind: z.literal('caughtUp') }),
  z.object({ kind: z.literal('offers'), id: z.int(), offers: z.array(Offer) }),
  /** It was done. `goTo`: the job id of the run that was begun by it. */
  z.object({ kind: z.literal('done'), id: z.int(), goTo: z.optional(z.string()) }),
  z.object({ kind: z.literal('refused'), id: z.int(), reason: z.string() }),
]);
export type Reply = Readonly<z.output<typeof Reply>>;

/** From a process that dials in. */
export const SourceSays = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('news'), news: z.array(News) }),
  z.object({ kind: z.literal('offers'), id: z.int(), offers: z.array(Offer) }),
  z.object({ kind: z.literal('done'), id: z.int(), goTo: z.optional(z.string()) }),
  z.object({ kind: z.literal('refused'), id: z.int(), reason: z.string() }),
]);
export type SourceSays = Readonly<z.output<typeof SourceSays>>;

/** To a process that dials in: whether anybody looks, and what somebody wants of its actors. */
export const SourceHears = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('watch'), isWatched: z.boolean() }),
  ...Request.def.options,
]);
export type SourceHears = Readonly<z.output<typeof SourceHears>>;
