// Why an archive, or a folder to make one of, is not taken: in words, and as a reason that a program can read.

import { RuntimeError } from '#errors';

export type RefusalReason =
  /** It is not there, or no file, or no folder. */
  | 'missing'
  /** It is no zip and no .tar.gz, or packed by a method that is not read. */
  | 'format'
  /** It ends too early, says two things of itself, or its sums do not agree. */
  | 'damaged'
  | 'encrypted'
  /** A path leads out of the folder. */
  | 'escape'
  /** A name has characters, or a length, that not every machine takes. */
  | 'name'
  /** Links are not unpacked; of a folder, one that leads out of it, nowhere, or round in a circle. */
  | 'link'
  /** A device, a pipe, a socket. */
  | 'special'
  /** Two entries would be one file on some machine. */
  | 'duplicate'
  /** There is too much of something. */
  | 'limit'
  | 'empty'
  /** A file was written to while it was packed. */
  | 'changed';

/** Makes the error for one archive or folder, whose name stands before the words. */
export type Refuse = (reason: RefusalReason, words: string, cause?: unknown) => RuntimeError;

export function refuser(name: string): Refuse {
  return (reason, words, cause) =>
    new RuntimeError('INVALID_ARCHIVE', `${name}: ${words}.`, { cause, facts: { reason } });
}

const SHOWN = 120;

/** A name as it can be shown: nobody's control characters reach a terminal. */
export function quoted(name: string): string {
  const safe = JSON.stringify(name.length > SHOWN ? `${name.slice(0, SHOWN)}…` : name);
  return safe.replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (one) => `\\u${hex(one)}`);
}

const hex = (one: string): string => one.charCodeAt(0).toString(16).padStart(4, '0');

/** The words of something thrown by a library or by Node. */
export function wordsOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, '');
}
