// Frames that could not be taken as they are: what HKube's worker makes of each. Most it does not notice; some it answers with an
// error; some it does not survive.

import type { SessionEvent } from '#machines/session.events';
import type { Refusal } from '#machines/session.refusals';
import type { Message } from '#wire/encode';
import type { Rejection } from '#wire/decoder';

/** What is to be done about a frame. */
export type Heard =
  | { readonly kind: 'event'; readonly event: SessionEvent }
  | { readonly kind: 'answer'; readonly message: Message; readonly refusal: Refusal };

const fatal = (refusal: Omit<Refusal, 'consequence'>): Heard => ({
  kind: 'event',
  event: { type: 'wire.fatal', refusal: { ...refusal, consequence: 'died' } },
});

/** HKube's worker crashes of it, unless it does not listen to spans. */
export const UNNAMABLE_SPAN: Refusal = {
  sent: '`startSpan` with a name that is no text',
  rule: 'HKube’s tracer throws, and its worker crashes.',
  consequence: 'died',
  remedy: 'Give spans names of text.',
};

/** What HKube's worker makes of a frame that is no message. */
export function hearRejection(rejection: Rejection): Heard {
  switch (rejection.kind) {
    case 'undecodable':
      return fatal({
        sent: `a frame that cannot be read (${rejection.reason})`,
        rule: 'HKube’s worker crashes of it.',
        remedy: 'Send one message a frame, in the encoding that the connection asked for.',
      });
    case 'unknown':
      return hearUnknown(rejection);
    case 'mistyped':
      return hearMistyped(rejection);
    case 'unexpected':
      return { kind: 'event', event: { type: 'wire.rejected', rejection } };
  }
}

function hearUnknown(rejection: Rejection): Heard {
  const command: string = rejection.command ?? '';
  switch (command) {
    case 'error':
      return fatal({
        sent: 'a message with the command "error"',
        rule: 'HKube’s worker takes it for an error of its own socket, and crashes.',
        remedy: 'Report a failure with `errorMessage`.',
      });
    case 'disconnect':
      return fatal({
        sent: 'a message with the command "disconnect"',
        rule: 'HKube’s worker takes the algorithm for lost, and the attempt with it.',
        remedy: 'Close the socket instead.',
      });
    default:
      return { kind: 'event', event: { type: 'wire.rejected', rejection } };
  }
}

function hearMistyped(rejection: Rejection): Heard {
  const { reason } = rejection;
  const command: string = rejection.command ?? '';
  switch (command) {
    case 'startRawSubPipeline':
    case 'startStoredSubPipeline':
      return answer({ command: 'subPipelineError', data: { error: reason } }, command);
    case 'stopSubPipeline':
      return answer({ command: 'subPipelineError', data: { error: `cannot stop subPipeline - ${reason}` } }, command);
    case 'startAlgorithmExecution':
    case 'stopAlgorithmExecution':
      return answer({ command: 'algorithmExecutionError', data: { error: reason } }, command);
    default:
      return { kind: 'event', event: { type: 'wire.rejected', rejection } };
  }

  function answer(message: Message, sent: string): Heard {
    return {
      kind: 'answer',
      message,
      refusal: {
        sent: `\`${sent}\` that breaks its schema (${reason})`,
        rule: 'HKube’s worker answers with an error that has no id, so a client that waits for its id waits for ever.',
        consequence: 'answered',
        remedy: 'Give it an id that is text, and what docs/wire-protocol.md says beside it.',
      },
    };
  }
}
