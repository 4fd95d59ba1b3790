// From a frame to a message, checked once. What does not pass is a value with a reason, never a throw.
//
//   L11. Bad frames cost nothing: undecodable, unknown and mistyped frames come back as a rejection.

import * as z from 'zod';
import type { Codec } from '#wire/codec';
import { Incoming } from '#wire/incoming';
import { Outgoing, type ReceivedOutgoing } from '#wire/outgoing';

/**
 * Why a frame was not taken. `command` is what it claimed to be, where that could be read. `unexpected`: well-formed, but an
 * answer to nothing that was asked.
 */
export interface Rejection {
  readonly kind: 'undecodable' | 'unknown' | 'mistyped' | 'unexpected';
  readonly command: string | null;
  readonly reason: string;
}

export type Decoded<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** The bytes of a frame, as the socket hands them over. */
export interface RawFrame {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

const reject = (kind: Rejection['kind'], command: string | null, reason: string): Decoded<never> => ({
  kind: 'rejected',
  rejection: { kind, command, reason },
});

function explain(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; ');
}

function commandOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('command' in value)) return null;
  return typeof value.command === 'string' ? value.command : null;
}

function createDecoder<Message>(schema: z.ZodType<Message>, commands: ReadonlySet<string>) {
  return (codec: Codec, frame: RawFrame): Decoded<Message> => {
    let value: unknown;
    try {
      value = codec.decode(frame.bytes, frame.isBinary);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return reject('undecodable', null, `not valid ${codec.encoding}: ${words}`);
    }
    const command = commandOf(value);
    if (command === null) return reject('undecodable', null, 'not an object with a "command" of type string');
    if (!commands.has(command)) return reject('unknown', command, `the command "${command.slice(0, 80)}" is not known`);
    const parsed = schema.safeParse(value);
    return parsed.success
      ? { kind: 'message', message: parsed.data }
      : reject('mistyped', command, explain(parsed.error));
  };
}

const commandsOf = (union: {
  readonly options: readonly { readonly shape: { readonly command: z.ZodLiteral<string> } }[];
}) => new Set(union.options.map((option) => option.shape.command.value));

/** Decodes a frame from a worker. */
export const decodeIncoming: (codec: Codec, frame: RawFrame) => Decoded<Incoming> = createDecoder(
  Incoming,
  commandsOf(Incoming),
);

/** Decodes a frame from an algorithm. */
export const decodeOutgoing: (codec: Codec, frame: RawFrame) => Decoded<ReceivedOutgoing> = createDecoder(
  Outgoing,
  commandsOf(Outgoing),
);
