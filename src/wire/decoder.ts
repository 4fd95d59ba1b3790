// From a frame to a message, checked once. What does not pass is a value with a reason, never a throw.
//
//   L11. Bad frames cost nothing: undecodable, unknown and mistyped frames come back as a rejection.

import type * as z from 'zod/mini';
import { explainIssues } from '#model/issues';
import type { Codec } from '#wire/codec';

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

/** A schema of messages told apart by their `command`. */
interface MessageUnion<Message> {
  readonly safeParse: z.ZodMiniType<Message>['safeParse'];
  readonly def: { readonly options: readonly { readonly shape: { readonly command: z.ZodMiniLiteral<string> } }[] };
}

export type Decoder<Message> = (codec: Codec, frame: RawFrame) => Decoded<Message>;

const reject = (kind: Rejection['kind'], command: string | null, reason: string): Decoded<never> => ({
  kind: 'rejected',
  rejection: { kind, command, reason },
});

function commandOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('command' in value)) return null;
  return typeof value.command === 'string' ? value.command : null;
}

/** A decoder for the messages of one direction. */
export function createDecoder<Message>(union: MessageUnion<Message>): Decoder<Message> {
  const commands = new Set(union.def.options.flatMap((option) => option.shape.command.def.values));
  return (codec, frame) => {
    let value: unknown;
    try {
      value = codec.decode(frame.bytes, frame.isBinary);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return reject('undecodable', null, `not valid ${codec.encoding}: ${words}`);
    }
    const command = commandOf(value);
    if (value === null || value === undefined) return reject('undecodable', null, 'nothing, where a message should be');
    if (command === null) return reject('unknown', null, 'not an object with a "command" of type string');
    if (!commands.has(command)) return reject('unknown', command, `the command "${command.slice(0, 80)}" is not known`);
    const parsed = union.safeParse(value);
    return parsed.success
      ? { kind: 'message', message: parsed.data }
      : reject('mistyped', command, explainIssues(parsed.error.issues));
  };
}
