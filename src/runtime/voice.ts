// The runtime's voice: messages become frames and go to the outbox. Messages that say nothing but their name are encoded once.

import type { Logger } from '#handlers/logger';
import type { Outbox } from '#transport/outbox';
import type { Codec, Frame } from '#wire/codec';
import { encodeMessage, type Message } from '#wire/encode';

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
          outbox.send({ kind: message.command === 'progress' ? 'progress' : 'span', frame: encode(message) });
        } catch (error) {
          logger.warn(`${message.command} was not sent: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
    ask: (message) =>
      outbox.send({ kind: message.command === 'stopSubPipeline' ? 'stop' : 'request', frame: encode(message) }),
    encode,
  };
}
