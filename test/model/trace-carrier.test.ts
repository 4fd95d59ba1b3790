import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carrierOf, readCarrier } from '#model/trace-carrier';

const SPAN = { traceId: '1'.padStart(32, '0'), spanId: '2'.padStart(16, '0'), isSampled: true };
const W3C = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

describe('a carrier', () => {
  it.each([
    ['without leading zeros', { 'uber-trace-id': '1:2:0:1' }, SPAN],
    ['in any case, escaped', { 'Uber-Trace-Id': '1%3A2%3a0%3A1' }, SPAN],
    ['that nobody records', { 'uber-trace-id': '1:2:0:0' }, { ...SPAN, isSampled: false }],
    ['with more flags', { 'uber-trace-id': '1:2:0:3' }, SPAN],
    [
      'of W3C',
      { traceparent: W3C },
      { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isSampled: false },
    ],
    ['of both: HKube’s wins', { traceparent: W3C, 'uber-trace-id': '1:2:0:1' }, SPAN],
    ['of neither', {}, null],
    ['that is not there', undefined, null],
    ['that is null', null, null],
  ])('%s', (_, carrier, address) => {
    expect(readCarrier(carrier)).toEqual(address);
  });

  it.each([
    ['text', '1:2:0:1'],
    ['a list', ['1:2:0:1']],
    ['a number in it', { 'uber-trace-id': 12 }],
    ['too few parts', { 'uber-trace-id': '1:2' }],
    ['no hex', { 'uber-trace-id': 'x:2:0:1' }],
    ['ids of zeros', { 'uber-trace-id': '0:2:0:1' }],
    ['a span of zeros', { 'uber-trace-id': '1:0:0:1' }],
    ['too long', { 'uber-trace-id': `${'1'.repeat(33)}:2:0:1` }],
    ['a version that is none', { traceparent: W3C.replace('00-', 'ff-') }],
    ['too short', { traceparent: '00-12-34-01' }],
  ])('that cannot be read has words: %s', (_, carrier) => {
    expect(readCarrier(carrier)).toEqual(expect.stringMatching(/^spanId: /));
  });

  it('is read as it was written', () => {
    const digit = fc.nat(15).map((value) => value.toString(16));
    const hex = (digits: number) => fc.string({ unit: digit, minLength: digits, maxLength: digits });
    fc.assert(
      fc.property(hex(31), hex(15), fc.boolean(), (trace, span, isSampled) => {
        const address = { traceId: `${trace}1`, spanId: `${span}1`, isSampled };
        expect(readCarrier(carrierOf(address))).toEqual(address);
      }),
    );
  });

  it('is never the end of anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ 'uber-trace-id': fc.anything() })), (carrier) => {
        const read = readCarrier(carrier);
        if (read !== null && typeof read !== 'string') expect(read.traceId).toMatch(/^[\da-f]{32}$/);
      }),
    );
  });
});
