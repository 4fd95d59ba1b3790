// The framing of event files, against published values and against whatever a disk may hold.

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { libraries } from '#metrics/libraries';
import { createRecordReader, FRAME_BYTES, maskedCrc, writeRecord } from '#metrics/records';

const record = (payload: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(payload.length + FRAME_BYTES);
  expect(writeRecord(bytes, 0, payload)).toBe(bytes.length);
  return bytes;
};
const text = (words: string): Buffer => Buffer.from(words);
const words = (payloads: readonly Uint8Array[]): string[] =>
  payloads.map((payload) => Buffer.from(payload).toString('utf8'));

describe('CRC-32C', () => {
  it.each([
    ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
    ['32 times 255', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    ['31 to 0', Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113fdb5c],
  ])('of %s is that of RFC 3720', (_, bytes, crc) => {
    expect(libraries().crc32c(bytes)).toBe(crc);
  });

  it('is masked as TensorFlow does', () => {
    // The first record of a file that TensorBoard’s own writer has written.
    expect(maskedCrc(Buffer.from('1800000000000000', 'hex'))).toBe(0x224b7fa3);
  });
});

describe('records', () => {
  const file = Buffer.concat(['first', '', 'third'].map((each) => record(text(each))));

  it('are read back, wherever the file is cut', () => {
    for (let cut = 0; cut <= file.length; cut += 1) {
      const reader = createRecordReader();
      const read = [...words(reader.take(file.subarray(0, cut))), ...words(reader.take(file.subarray(cut)))];
      expect(read).toEqual(['first', '', 'third']);
    }
  });

  it('R1: of one that is cut nothing is told until it is whole', () => {
    const reader = createRecordReader();
    expect(words(reader.take(file.subarray(0, file.length - 1)))).toEqual(['first', '']);
    expect(words(reader.take(file.subarray(file.length - 1)))).toEqual(['third']);
  });

  it('R2: end where a length is not what its checksum says', () => {
    const spoiled = Buffer.from(file);
    spoiled[FRAME_BYTES + 'first'.length] = 7;
    const reader = createRecordReader();
    expect(words(reader.take(spoiled))).toEqual(['first']);
    expect(reader.isBroken).toBe(true);
    expect(reader.take(file)).toEqual([]);
  });

  it('R3: pass over a payload that is not what its checksum says', () => {
    const spoiled = Buffer.from(file);
    spoiled.write('F', 12);
    const reader = createRecordReader();
    expect(words(reader.take(spoiled))).toEqual(['', 'third']);
    expect(reader).toMatchObject({ skipped: 1, isBroken: false });
  });

  it('R3: pass over a payload that is too large, however it comes', () => {
    const huge = Buffer.concat([record(text('before')), record(Buffer.alloc(3_000_000)), record(text('after'))]);
    for (const portion of [huge.length, 65_536, 999_983]) {
      const reader = createRecordReader();
      const read: string[] = [];
      for (let at = 0; at < huge.length; at += portion)
        read.push(...words(reader.take(huge.subarray(at, at + portion))));
      expect(read).toEqual(['before', 'after']);
      expect(reader.skipped).toBe(1);
    }
  });

  it('are not found in garbage, and the search for them ends', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (portions) => {
        const reader = createRecordReader();
        for (const portion of portions) reader.take(Buffer.from(portion));
      }),
    );
  });
});
