// The words for an isolate that ended when it should not have.

import type { ChannelEnd } from '#handlers/channel';
import { type Failure, failureOf } from '#model/failure';

const lastWords = ({ tail }: ChannelEnd): string => (tail === '' ? '' : ` Its last words:\n${tail}`);

/** The failure of a task whose handler took its isolate along. */
export function crashed(entry: string, end: ChannelEnd): Failure {
  return failureOf('HANDLER_CRASHED', `${entry}: the handler did not end, ${end.how}.${lastWords(end)}`, end.stack);
}

/** The failure of each task of an entry whose code ends before it is loaded. */
export function endedWhileLoading(entry: string, end: ChannelEnd): Failure {
  const hint = end.stack === '' && end.tail === '' ? ' Does it call exit, or await what never comes?' : '';
  return failureOf(
    'INVALID_ENTRY',
    `${entry}: while it was being loaded, ${end.how}.${hint}${lastWords(end)}`,
    end.stack,
  );
}
