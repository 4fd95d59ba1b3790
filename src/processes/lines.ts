// What a process writes, line by line. One that writes without end gets its line cut: nothing that it does may cost us our memory.

import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** In characters. */
const LONGEST = 64 * 1_024;
const CUT = ' … (the rest of this line is cut)';

/** Calls `write` with each line, without its end. */
export function readLines(stream: Readable, write: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let line = '';
  let isCut = false;

  function add(text: string): void {
    if (isCut) return;
    isCut = line.length + text.length > LONGEST;
    line = isCut ? `${line}${text.slice(0, LONGEST - line.length)}${CUT}` : line + text;
  }

  function end(): void {
    write(line.endsWith('\r') ? line.slice(0, -1) : line);
    line = '';
    isCut = false;
  }

  stream.on('data', (chunk: Buffer) => {
    const [first = '', ...others] = decoder.write(chunk).split('\n');
    add(first);
    for (const next of others) {
      end();
      add(next);
    }
  });
  stream.on('end', () => {
    add(decoder.end());
    if (line !== '') end();
  });
}
