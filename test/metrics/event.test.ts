// Events byte for byte: ours as others read them, those of others as we do. The bytes come from TensorBoard's own protobuf classes.

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decodeScalars, encodeFileVersion, encodeScalar } from '#metrics/event';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');
const AT = 1_700_000_000_250;
const HEAD = '0900001040fc54d9411003';

describe('what is written', () => {
  it('begins with the version of the format', () => {
    expect(hex(encodeFileVersion(AT))).toBe('0900001040fc54d9411a0d627261696e2e4576656e743a32');
  });

  it('has the scalar as a simple value', () => {
    expect(hex(encodeScalar({ tag: 'train/loss', value: 0.25, step: 300, at: AT }))).toBe(
      '0900001040fc54d94110ac022a130a110a0a747261696e2f6c6f7373150000803e',
    );
  });

  it('is read back, whatever the tag, the value and the step', () => {
    const tag = fc.string({ minLength: 1, unit: 'grapheme' });
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    const step = fc.nat(Number.MAX_SAFE_INTEGER);
    fc.assert(
      fc.property(fc.record({ tag, value, step, at: fc.constant(AT) }), (scalar) => {
        expect(decodeScalars(encodeScalar(scalar))).toEqual([scalar]);
      }),
    );
  });
});

describe('what others have written', () => {
  it.each([
    ['TensorFlow 2', '2a210a1f0a046c6f7373420a080112002a040000003f4a0b0a090a077363616c617273', 0.5],
    ['PyTorch', '2a0d0a0b0a046c6f7373150000003f', 0.5],
    ['PyTorch with double precision', '2a160a140a046c6f7373420c080232089a9999999999b93f', 0.1],
    ['PyTorch in its new style', '2a120a100a046c6f7373420808012a04cdcccc3d', Math.fround(0.1)],
    ['NumPy, 64 bits in the content', '2a180a160a046c6f7373420e0802120032089a9999999999b93f', 0.1],
    ['TensorFlow’s kernels, 32 bits in the content', '2a120a100a046c6f73734208080122040000003f', 0.5],
  ])('is read: a scalar of %s', (_, summary, value) => {
    expect(decodeScalars(bytes(`${HEAD}${summary}`))).toEqual([{ tag: 'loss', value, step: 3, at: AT }]);
  });

  it.each([
    ['a vector', '2a240a220a046c6f7373421a08021204120208022210000000000000f03f0000000000000040'],
    ['a text', '2a1f0a1d0a046e6f7465420b08071200420568656c6c6f4a080a060a0474657874'],
    ['a value that is no number', '2a0d0a0b0a046c6f7373150000c07f'],
    ['nothing', ''],
  ])('is passed over: %s', (_, summary) => {
    expect(decodeScalars(bytes(`${HEAD}${summary}`))).toEqual([]);
  });

  it('is passed over where it is no event at all', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => void decodeScalars(garbage)));
  });
});
