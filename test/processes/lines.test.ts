// Lines of a stream: whole, in order, and never longer than memory can bear.

import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readLines } from '#processes/lines';

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  return lines;
}

it('come whole, whatever the chunks, and without their ends', async () => {
  expect(await linesOf('a\nb', 'c\r\n', '\nlast')).toEqual(['a', 'bc', '', 'last']);
});

it('keep characters that a chunk cuts in two', async () => {
  const bytes = Buffer.from('größer\n');
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length), async (cut) => {
      expect(await linesOf(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(['größer']);
    }),
  );
});

it('that do not end are cut, and the next one is whole', async () => {
  const [long, next] = await linesOf(...Array.from({ length: 50 }, () => 'x'.repeat(10_000)), 'y\nnext\n');
  expect(long).toMatch(/^x{65536} … \(the rest of this line is cut\)$/);
  expect(next).toBe('next');
});
