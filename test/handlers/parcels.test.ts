import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUnpacker, packParcel } from '#handlers/parcels';

interface Unpacked {
  readonly parcels: (readonly [note: unknown, body: string | undefined])[];
  readonly broken: string[];
}

function unpack(chunks: readonly Buffer[]): Unpacked {
  const unpacked: Unpacked = { parcels: [], broken: [] };
  const take = createUnpacker({
    onParcel: (note, body) =>
      unpacked.parcels.push([note, body === undefined ? undefined : Buffer.from(body).toString()]),
    onBroken: (reason) => unpacked.broken.push(reason),
  });
  for (const chunk of chunks) take(chunk);
  return unpacked;
}

/** Cuts bytes at places; places may repeat. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

describe('parcels', () => {
  it('come out as they went in, however the pipe cuts them', () => {
    const parcel = fc.tuple(fc.record({ type: fc.string(), n: fc.nat() }), fc.option(fc.string({ minLength: 1 })));
    fc.assert(
      fc.property(fc.array(parcel), fc.array(fc.nat()), (sent, places) => {
        const bytes = Buffer.concat(sent.flatMap(([note, body]) => packParcel(note, body ?? undefined)));
        const { parcels, broken } = unpack(cut(bytes, places));
        expect(parcels).toEqual(sent.map(([note, body]) => [note, body ?? undefined]));
        expect(broken).toEqual([]);
      }),
    );
  });

  it.each([
    ['text', Buffer.from('Traceback (most recent call last):')],
    ['zeros', Buffer.alloc(32)],
    ['a note that is no JSON', Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{a}')])],
    ['a note that is no UTF-8', Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from([0xff, 0xfe])])],
  ])('%s breaks them, once, and nothing after it is looked at', (_, bytes) => {
    const good = Buffer.concat(packParcel({ type: 'left' }));
    const { parcels, broken } = unpack([good, bytes, good, bytes]);
    expect(parcels).toEqual([[{ type: 'left' }, undefined]]);
    expect(broken).toHaveLength(1);
  });

  it('of any bytes never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        unpack(chunks.map((chunk) => Buffer.from(chunk)));
      }),
    );
  });
});
