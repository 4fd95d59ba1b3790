// The option `inspect`, wherever it is given.

import * as z from 'zod/mini';
import type { Redact } from '#inspector/shorten';

/** Where and how a process can be looked at. All optional. */
export interface InspectOptions {
  /** The port of the page. Default: 3031, or the next one that is free; 0: any. */
  readonly port?: number | undefined;
  /** The address that is listened to. Default: 127.0.0.1, which nobody else reaches. */
  readonly host?: string | undefined;
  /** What the link has to carry. Default: a random one. */
  readonly token?: string | undefined;
  /** The inspector of another process that shows this one too, as `dial` of that one says; then no page is served here. */
  readonly connect?: string | undefined;
  /** A file that everything is recorded in, from the start. */
  readonly record?: string | undefined;
  /** Called for each field that would be shown; what it returns is shown instead. Secrets by usual names are masked anyway. */
  readonly redact?: Redact | undefined;
}

const text = z.string('expected text').check(z.minLength(1, 'expected text'));

const Fields = z
  .strictObject(
    {
      port: z.optional(
        z.int('expected a port').check(z.minimum(0, 'expected 0 to 65535'), z.maximum(65_535, 'expected 0 to 65535')),
      ),
      host: z.optional(text),
      token: z.optional(text.check(z.regex(/^[\w-]{8,}$/, 'expected 8 letters, digits, - or _ at least'))),
      connect: z.optional(z.url({ protocol: /^wss?$/, error: 'expected the WebSocket URL of an inspector' })),
      record: z.optional(text),
      redact: z.optional(z.custom<Redact>((value) => typeof value === 'function', 'expected a function')),
    },
    'expected true, or an object of port, host, token, connect, record, redact',
  )
  .check(
    z.refine(
      ({ connect, record }) => connect === undefined || record === undefined,
      'expected connect or record: who is dialled is the one that records',
    ),
  );

/** `true` is an object of defaults; `false`, and none, is nothing. */
export const InspectOption = z.optional(
  z.pipe(
    z.transform((given) => (given === true ? {} : given === false ? undefined : given)),
    z.optional(Fields),
  ),
);
