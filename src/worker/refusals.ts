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
      return {
        kind: 'event',
        event: {
          type: 'wire.disconnectSaid',
          refusal: {
            sent: 'a message with the command "disconnect"',
            rule: 'HKube’s worker takes the algorithm for lost, and the attempt with it.',
            consequence: 'ended',
            remedy: 'Close the socket instead.',
          },
        },
      };
    default:
      return { kind: 'event', event: { type: 'wire.rejected', rejection } };
  }
}

/** What HKube's debug sidecar makes of it: it has the same reader of frames, and answers nothing. */
export function hearRejectionAsSidecar(rejection: Rejection): Heard {
  if (rejection.kind === 'undecodable') return hearRejection(rejection);
  return { kind: 'event', event: { type: 'wire.rejected', rejection } };
}

function hearMistyped(rejection: Rejection): Heard {
  const { reason } = rejection;
  const command: string = rejection.command ?? '';
  switch (command) {
    case 'startRawSubPipeline':
    case 'startStoredSubPipeline':
    case 'stopSubPipeline':
      return brokenSchema(command, { command: 'subPipelineError', data: { error: reason } });
    case 'startAlgorithmExecution':
    case 'stopAlgorithmExecution':
      return brokenSchema(command, { command: 'algorithmExecutionError', data: { error: reason } });
    default:
      return { kind: 'event', event: { type: 'wire.rejected', rejection } };
  }
}

interface ErrorData {
  readonly error: string;
  readonly execId?: unknown;
}

/** Answered with an error, which has an id only where one could be read. */
export function brokenSchema(sent: string, message: Message & { readonly data: ErrorData }): Heard {
  return {
    kind: 'answer',
    message,
    refusal: {
      sent: `\`${sent}\` that breaks its schema (${message.data.error})`,
      rule: 'HKube’s worker answers with an error, of a sub-pipeline without an id, so a client that waits for its id waits for ever.',
      consequence: 'answered',
      remedy: 'Give it an id that is text, and what docs/wire-protocol.md says beside it.',
    },
  };
}
