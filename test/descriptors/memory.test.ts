// Amounts of memory: units, limits, and HKube's words for what is none.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryInMi, readMemory } from '#descriptors/memory';

const UNIT_RULE = 'memory unit must be one of Ki,M,Mi,Gi,m,K,G,T,Ti';

it.each([
  ['1Ki', 1024],
  ['1K', 1000],
  ['1M', 1e6],
  ['512Mi', 512 * 2 ** 20],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['.5G', 5e8],
  ['2T', 2e12],
  ['1Ti', 2 ** 40],
  ['1000m', 1],
  ['256 Mi', 256 * 2 ** 20],
  ['+1Ki', 1024],
  ['0Mi', 0],
])('%s is %d bytes', (text, bytes) => {
  expect(readMemory(text)).toEqual({ kind: 'memory', bytes });
  expect(memoryInMi(text)).toBe(bytes / 2 ** 20);
});

it.each(['', '512', 'Mi', '512MB', '512mi', '1e3Mi', '1.2.3Mi', ' 1Mi', '1Mi\n', '0x10Mi', 'NaNMi', 'null'])(
  '%j is none: the unit is said',
  (text) => {
    expect(readMemory(text)).toEqual({ kind: 'refused', reason: UNIT_RULE });
    expect(memoryInMi(text)).toBe(0);
  },
);

it('less than nothing is refused', () => {
  expect(readMemory('-1Mi')).toEqual({ kind: 'refused', reason: 'value must be >= 0' });
});

it('any text is an amount or refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = readMemory(text);
      expect(read.kind === 'refused' || read.bytes >= 0).toBe(true);
    }),
  );
});
