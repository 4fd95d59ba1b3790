// One endpoint of the REST API: where it is, what it takes and answers, and what it does. What is declared here is what the OpenAPI
// document says.

import type { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { explainIssues } from '#model/issues';

/** What comes with a request: its shape, and how it is read. */
export interface Reading<Value> {
  readonly schema: z.ZodMiniType;
  /** Throws `INVALID_DESCRIPTOR`, with words for what is wrong. */
  readonly read: (given: unknown) => Value;
}

/** Reads by the schema itself. */
export function bySchema<Schema extends z.ZodMiniType>(schema: Schema): Reading<z.output<Schema>> {
  return {
    schema,
    read: (given) => {
      const parsed = schema.safeParse(given);
      if (parsed.success) return parsed.data;
      throw new RuntimeError('INVALID_DESCRIPTOR', explainIssues(parsed.error.issues));
    },
  };
}

/** A request on its way through an endpoint. */
export interface Incoming {
  /** What stands in the path for `:name`. */
  param(name: string): string;
  query<Value>(reading: Reading<Value>): Value;
  /** Rejects with `INVALID_DESCRIPTOR` also for what is no JSON. */
  body<Value>(reading: Reading<Value>): Promise<Value>;
  /** A header of the answer. */
  say(header: string, value: string): void;
  /** As it comes, for bodies that are streamed. */
  readonly message: IncomingMessage;
  /** Aborted when whoever asks has gone. */
  readonly signal: AbortSignal;
}

type Method = 'get' | 'post' | 'put' | 'delete';

export interface Endpoint {
  readonly method: Method;
  /** Below the root of the API, such as `/exec/status/:jobId`. */
  readonly path: string;
  /** What it does, in a few words. */
  readonly summary: string;
  readonly query?: Reading<unknown>;
  /** JSON. */
  readonly body?: Reading<unknown>;
  /** A form (multipart/form-data) with these parts, which the endpoint reads itself: files may be of any size. */
  readonly form?: z.ZodMiniType;
  readonly answer: z.ZodMiniType;
  /** Where all went well. Default: 200. */
  readonly status?: 200 | 201;
  readonly handle: (request: Incoming) => unknown;
}

/** Text that is of no use to a schema: in a path, or the query. */
export const text = z.string('expected text');
export const named = (what: string): typeof text => text.check(z.minLength(1, `expected the ${what}`));
