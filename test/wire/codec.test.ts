import { Packr } from 'msgpackr';
import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Encoding, loadCodec } from '#wire/codec';
import { encodeMessage, frameSize } from '#wire/encode';

const bytes = (frame: string | Uint8Array) => Buffer.from(frame);

describe('framing, as the real worker frames', () => {
  it('json is the text of the message, undefined fields dropped', async () => {
    const codec = await loadCodec('json');
    expect(codec.encode({ command: 'done', data: undefined })).toBe('{"command":"done"}');
  });

  it('bson is a document {data: message}', async () => {
    const codec = await loadCodec('bson');
    const frame = bytes(codec.encode({ command: 'done', data: [1, 'x'], error: undefined }));
    expect(deserialize(frame)).toEqual({ data: { command: 'done', data: [1, 'x'] } });
    expect(codec.decode(bytes(serialize({ data: { command: 'start' } })), true)).toEqual({ command: 'start' });
  });

  it('msgpack is the message itself, undefined as nil', async () => {
    const codec = await loadCodec('msgpack');
    const frame = bytes(codec.encode({ command: 'done', data: undefined }));
    // {"command": "done", "data": nil}
    expect(frame.toString('hex')).toBe('82a7636f6d6d616e64a4646f6e65a464617461c0');
  });

  it('msgpack reads what other libraries write: typed integers, binary, strings', async () => {
    const codec = await loadCodec('msgpack');
    const foreign = new Packr({ useRecords: false }).pack({ command: 'x', data: [2 ** 40, Buffer.from([1, 2])] });
    expect(codec.decode(foreign, true)).toEqual({ command: 'x', data: [2 ** 40, Buffer.from([1, 2])] });
  });

  it('msgpack carries a typed array as its bytes, at any depth, and leaves the rest as it is', async () => {
    const codec = await loadCodec('msgpack');
    const floats = new Float64Array([1.5, 2.5]);
    const decoded = codec.decode(bytes(codec.encode({ command: 'x', data: [{ floats }, Buffer.from([7])] })), true);
    expect(decoded).toEqual({ command: 'x', data: [{ floats: Buffer.from(floats.buffer) }, Buffer.from([7])] });
    expect([...floats]).toEqual([1.5, 2.5]);
  });

  it.each(['bson', 'msgpack'] as const)('%s refuses text frames', async (encoding) => {
    const codec = await loadCodec(encoding);
    expect(() => codec.decode(Buffer.from('{}'), false)).toThrow(`a text frame came where ${encoding} is spoken`);
  });

  it('bson carries more than the buffer that its library starts with', async () => {
    const codec = await loadCodec('bson');
    const message = {
      command: 'done',
      data: Array.from({ length: 200_000 }, (_, id) => ({
        id,
        name: `item ${id}`,
        tags: ['a', 'b'],
        big: 'x'.repeat(60),
      })),
    };
    const frame = bytes(codec.encode(message));
    expect(frame.length).toBeGreaterThan(17 * 2 ** 20);
    expect(codec.decode(frame, true)).toEqual(message);
  });

  it('a frame keeps its bytes while later ones are encoded', async () => {
    for (const encoding of Encoding.options) {
      const codec = await loadCodec(encoding);
      const first = codec.encode({ command: 'progress', data: 'first' });
      codec.encode({ command: 'progress', data: 'second' });
      expect(codec.decode(bytes(first), typeof first !== 'string')).toEqual({ command: 'progress', data: 'first' });
    }
  });

  it.each(Encoding.options)('%s brings JSON back as it was', async (encoding) => {
    const codec = await loadCodec(encoding);
    // JSON has no -0; BSON ends keys at a zero byte; "__proto__" is nobody's friend.
    const key = fc.string({ maxLength: 8 }).filter((name) => !name.includes('\0') && name !== '__proto__');
    const value = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, false, 0, 1, -1, 2 ** 31, -(2 ** 40), 1.5, Number.MAX_SAFE_INTEGER),
        fc.string(),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).json;
    fc.assert(
      fc.property(value, (data) => {
        const message = { command: 'done', data };
        const frame = codec.encode(message);
        expect(codec.decode(bytes(frame), typeof frame !== 'string')).toEqual(message);
      }),
    );
  });
});

describe('encoding with words', () => {
  it('L6: says where in a result the encoder stopped', async () => {
    const codec = await loadCodec('json');
    const loop: unknown[] = [];
    loop.push({ back: loop });
    expect(() => encodeMessage(codec, { command: 'done', data: { rows: [1n] } })).toThrow(
      'result.rows[0] is a BigInt (1n)',
    );
    expect(() => encodeMessage(codec, { command: 'done', data: loop })).toThrow('result[0].back is a reference back');
  });

  it.each(['bson', 'msgpack'] as const)('L6: says so in %s too', async (encoding) => {
    const codec = await loadCodec(encoding);
    const loop: Record<string, unknown> = {};
    loop.back = { loop };
    expect(() => encodeMessage(codec, { command: 'done', data: loop })).toThrow('result.back.loop is a reference back');
  });

  it('L6: refuses a frame over the limit, naming both sizes', async () => {
    const codec = await loadCodec('json');
    const message = { command: 'done', data: 'ä'.repeat(600) };
    expect(() => encodeMessage(codec, message, 1_000)).toThrow(/is 1\d{3} bytes, over the limit of 1000 bytes/);
    expect(frameSize(encodeMessage(codec, message, 1_300))).toBeLessThanOrEqual(1_300);
  });
});
