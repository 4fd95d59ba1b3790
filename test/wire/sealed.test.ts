import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Codec, type Encoding, loadCodec } from '#wire/codec';
import { SEALED_BYTES, sealing } from '#wire/sealed';

const bytesOf = (codec: Codec, message: unknown): Buffer => Buffer.from(codec.encode(message));
const padding = 'x'.repeat(SEALED_BYTES);
const isText = (encoding: Encoding): boolean => encoding === 'json';

/** Reads a message as a host of handlers elsewhere would have it read. */
async function readSealed(encoding: Encoding, message: unknown): Promise<unknown> {
  const codec = await loadCodec(encoding);
  return sealing(codec).decode(bytesOf(codec, message), !isText(encoding));
}

/** What is to be left of a message: json leaves an empty input, bson none. */
function sealed(encoding: Encoding, data: object): unknown {
  const left = Object.entries(data).filter(([name]) => name !== 'input');
  if (isText(encoding)) left.push(['input', []]);
  return { command: 'initialize', data: Object.fromEntries(left) };
}

describe.each(['json', 'bson'] as const)('a large %s message', (encoding) => {
  it.each([
    ['first', { input: [padding, { a: [1, '"]}\\'] }], jobId: 'j', info: { input: [1] } }],
    ['last', { jobId: 'j', info: { extraData: { input: ['not this one'], text: '}{][",' } }, input: [[padding]] }],
  ])('is read without its input, which stands %s; all else stays', async (_, data) => {
    expect(await readSealed(encoding, { command: 'initialize', data })).toEqual(sealed(encoding, data));
  });

  it.each([
    ['its input is no array', { command: 'initialize', data: { input: padding } }],
    ['it has none', { command: 'initialize', data: { jobId: padding } }],
    ['its data is an array', { command: 'x', data: [{ input: [padding] }] }],
    ['its data is text', { command: 'x', data: `{"input":[${padding}]}` }],
    ['it has no data', { command: 'x', input: [padding] }],
  ])('is read whole where %s', async (_, message) => {
    expect(await readSealed(encoding, message)).toEqual(message);
  });

  it('of any form is what it was, but for the input', async () => {
    const codec = await loadCodec(encoding);
    const field = fc.stringMatching(/^[a-z"\\{}[\],: é]{1,6}$/).filter((name) => name !== 'input' && name !== 'data');
    const value = fc.jsonValue({ maxDepth: 3 });
    const message = fc.record({
      before: fc.dictionary(field, value),
      input: fc.array(value),
      after: fc.dictionary(field, value),
    });
    fc.assert(
      fc.property(message, ({ before, input, after }) => {
        const written = { command: 'initialize', data: { ...before, input: [padding, ...input], ...after } };
        const bytes = bytesOf(codec, written);
        const whole = codec.decode(bytes, !isText(encoding));
        const data: object = Reflect.get(Object(whole), 'data');
        expect(sealing(codec).decode(bytes, !isText(encoding))).toEqual(sealed(encoding, data));
      }),
    );
  });

  it('that is cut or spoiled throws, or is read: it never hangs and never loses the rest', async () => {
    const codec = await loadCodec(encoding);
    const good = bytesOf(codec, { command: 'initialize', data: { input: [padding, { a: 'b' }], jobId: 'j' } });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean(), (at, byte, cut) => {
        const spoiled = cut ? good.subarray(0, at) : Buffer.from(good);
        if (!cut) spoiled[at] = byte;
        try {
          sealing(codec).decode(Buffer.from(spoiled), !isText(encoding));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});

it('in msgpack, and small messages in every encoding, are read whole', async () => {
  const large = { command: 'initialize', data: { input: [padding] } };
  expect(await readSealed('msgpack', large)).toEqual(large);
  for (const encoding of ['json', 'bson', 'msgpack'] as const) {
    const small = { command: 'initialize', data: { input: [1] } };
    expect(await readSealed(encoding, small)).toEqual(small);
  }
});
