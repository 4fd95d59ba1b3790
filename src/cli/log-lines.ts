// A log that grows, as whole texts of it come: each line once. A long one is cut in its middle by whoever keeps it; then what is new is
// found by what came before it.

import { stripVTControlCharacters, styleText } from 'node:util';
import type { Shown } from '#cli/meter';

/** So much of what was seen is looked for in a log that was cut. */
const KNOWN = 400;
const CUT = '… (some lines of the log are not here)';

export interface LogLines {
  /** The lines that are new in this text of the log. One that is not whole yet is kept, until `isWhole`. */
  take(text: string, isWhole: boolean): readonly string[];
}

export function createLogLines(): LogLines {
  let seen = '';
  return {
    take: (text, isWhole) => {
      const { added, isGap } = newIn(text, seen);
      const end = isWhole ? added.length : added.lastIndexOf('\n') + 1;
      const lines = added.slice(0, end);
      if (!isGap && lines === '') return [];
      seen = text.slice(0, text.length - (added.length - end));
      return [...(isGap ? [CUT] : []), ...linesOf(lines)];
    },
  };
}

function newIn(text: string, seen: string): { added: string; isGap: boolean } {
  if (text.startsWith(seen)) return { added: text.slice(seen.length), isGap: false };
  const known = seen.slice(-KNOWN);
  const at = text.lastIndexOf(known);
  return at < 0 ? { added: text, isGap: true } : { added: text.slice(at + known.length), isGap: false };
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(tame);
}

/** A line of somebody else, as a terminal may have it: of what was written over only what remained, and no control characters. */
export function tame(line: string): string {
  const left = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  // A tab harms nobody.
  return stripVTControlCharacters(left).replace(/[^\P{Cc}\t]/gu, '');
}

/** Where somebody looks on, and has not asked for none of it. */
export function dim(line: string, stream: Shown): string {
  return stream.isTTY && !process.env.NO_COLOR ? styleText('dim', line) : line;
}
