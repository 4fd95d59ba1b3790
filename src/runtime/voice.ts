// The runtime's voice: messages become frames and go to the outbox. Messages that say nothing but their name are encoded once.

import type { Logger } from '#handlers/logger';
import type { Failure } from '#model/failure';
import type { Outbox, Word } from '#transport/outbox';
import type { Codec, Frame } from '#wire/codec';
import { encodeMessage, type Message } from '#wire/encode';

/** What takes a request back. */
const TAKEN_BACK = new Set(['stopSubPipeline', 'stopAlgorithmExecution']);
/** What fits into any frame, in characters. */
const SHORT = 100;

export interface Voice {
  /** Answers the host with a message that says nothing but its name. */
  say(command: 'initialized' | 'started' | 'stopped' | 'stopping' | 'alive'): void;
  /** Answers the host. */
  answer(message: Message): void;
  /** Sends or keeps words of the task. One that cannot be encoded is left out, with a warning. */
  mention(messages: readonly Message[]): void;
  /** Sends or keeps a request, or throws because it cannot be encoded or finds no room. */
  ask(message: Message): void;
  encode(message: Message): Frame;
  /** An `errorMessage` always leaves: what is too long of it is cut. */
  encodeFailure(failure: Failure): Frame;
}

export interface VoiceOptions {
  readonly codec: () => Codec;
  readonly outbox: Outbox;
  readonly frameBytes: number;
  readonly logger: Logger;
}

export function createVoice({ codec, outbox, frameBytes, logger }: VoiceOptions): Voice {
  const bare = new Map<string, Frame>();
  const encode = (message: Message): Frame => encodeMessage(codec(), message, frameBytes);

  function bareFrame(command: string): Frame {
    const known = bare.get(command);
    if (known !== undefined) return known;
    const frame = encode({ command });
    bare.set(command, frame);
    return frame;
  }

  return {
    say: (command) => outbox.answer(bareFrame(command)),
    answer: (message) => outbox.answer(encode(message)),
    mention: (messages) => {
      for (const message of messages) {
        try {
          outbox.send({ kind: kindOf(message), frame: encode(message) });
        } catch (error) {
          // L7: the finish of this span will come, so its start has to.
          if (message.command === 'startSpan') outbox.send({ kind: 'spanStart', frame: encode(untagged(message)) });
          if (message.command === 'finishSpan') outbox.send({ kind: 'spanFinish', frame: bareFrame('finishSpan') });
          logger.warn(`${message.command} was not sent: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
    ask: (message) =>
      outbox.send({ kind: TAKEN_BACK.has(message.command) ? 'stop' : 'request', frame: encode(message) }),
    encode,
    encodeFailure: (failure) => {
      try {
        return encode({ command: 'errorMessage', error: failure });
      } catch {
        const { code, message } = failure;
        return encode({
          command: 'errorMessage',
          error: { code: code.slice(0, SHORT), message: message.slice(0, SHORT), details: '' },
        });
      }
    },
  };
}

function kindOf({ command }: Message): Word['kind'] {
  if (command === 'progress') return 'progress';
  return command === 'startSpan' ? 'spanStart' : 'spanFinish';
}

/** A start of a span without its tags, its name cut. */
function untagged({ command, data }: Message): Message {
  const name: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'name') : '';
  return { command, data: { name: String(name).slice(0, SHORT) } };
}
