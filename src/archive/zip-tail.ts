// The end of a zip, where it says what it holds, and by which programs find different things in one file. yauzl reads it and
// trusts it; here it has to agree with itself.
//
//   Z1. The list of entries ends where the record of its end begins, and has as many bytes as that says.
//   Z2. Of the two records that a large zip has, the small one says the same as the large one, or nothing.

import type { FileHandle } from 'node:fs/promises';
import type { Refuse } from '#archive/refusal';

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const LARGE_END_BYTES = 56;
const LOCATOR_SIGN = 0x07064b50;

/** Where the list of entries stands, and how many it has. */
export interface ZipList {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

interface Numbers {
  readonly count: number;
  readonly bytes: number;
  readonly start: number;
}

interface Tail {
  readonly fileBytes: number;
  readonly commentBytes: number;
}

/** yauzl has found the end: it stands before the comment. */
export async function readZipTail(file: FileHandle, tail: Tail, refuse: Refuse): Promise<ZipList> {
  const at = tail.fileBytes - END_BYTES - tail.commentBytes;
  const read = async (position: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    if (bytesRead < length) throw refuse('damaged', 'its end cannot be read');
    return buffer;
  };
  const end = await read(at, END_BYTES);
  const small = { count: end.readUInt16LE(10), bytes: end.readUInt32LE(12), start: end.readUInt32LE(16) };
  if (end.readUInt16LE(8) !== small.count) throw refuse('damaged', 'it is one of several parts');
  const locator = at >= LOCATOR_BYTES ? await read(at - LOCATOR_BYTES, LOCATOR_BYTES) : null;
  if (locator?.readUInt32LE(0) !== LOCATOR_SIGN) return listOf(small, at, refuse);
  const largeAt = Number(locator.readBigUInt64LE(8));
  if (largeAt + LARGE_END_BYTES > at - LOCATOR_BYTES) throw refuse('damaged', 'its end stands in the wrong place');
  const large = numbersOfLarge(await read(largeAt, LARGE_END_BYTES));
  if (!agree(small, large)) throw refuse('damaged', 'it says two things of what it holds');
  return listOf(large, largeAt, refuse);
}

function numbersOfLarge(end: Buffer): Numbers {
  const number = (position: number): number => Number(end.readBigUInt64LE(position));
  return { count: number(32), bytes: number(40), start: number(48) };
}

/** Z2. All bits set is how the small one says nothing. */
function agree(small: Numbers, large: Numbers): boolean {
  return (
    (small.count === 0xffff || small.count === large.count) &&
    (small.bytes === 0xffffffff || small.bytes === large.bytes) &&
    (small.start === 0xffffffff || small.start === large.start)
  );
}

/** Z1. */
function listOf({ count, bytes, start }: Numbers, end: number, refuse: Refuse): ZipList {
  if (start + bytes !== end) throw refuse('damaged', 'its list of entries does not end where it says');
  return { start, end, count };
}
