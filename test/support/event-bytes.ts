// The curves of an event file, read by the framing and the field numbers that TensorBoard publishes (tsl/lib/io/record_writer.h,
// event.proto, summary.proto). None of our code.

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** A length, and its checksum. */
const HEAD_BYTES = 12;
const CRC_BYTES = 4;

/** The values of each tag, in the order of the file. */
export function curvesIn(file: Buffer): Readonly<Record<string, readonly number[]>> {
  const curves: Record<string, number[]> = {};
  for (const event of recordsOf(file)) {
    const [value] = fieldOf(fieldOf(event, 5)[0], 1);
    const [tag] = fieldOf(value, 1);
    const [simple] = fieldOf(value, 2);
    if (tag && simple) (curves[Buffer.from(tag).toString()] ??= []).push(Buffer.from(simple).readFloatLE());
  }
  return curves;
}

function* recordsOf(file: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < file.length;) {
    const end = at + HEAD_BYTES + Number(file.readBigUInt64LE(at));
    yield file.subarray(at + HEAD_BYTES, end);
    at = end + CRC_BYTES;
  }
}

/** What a message has in this field, as bytes. */
function fieldOf(message: Uint8Array = new Uint8Array(), wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    const from = reader.pos;
    const bytes = wire === WireType.LengthDelimited ? reader.bytes() : undefined;
    if (!bytes) reader.skip(wire);
    if (field === wanted) found.push(bytes ?? message.subarray(from, reader.pos));
  }
  return found;
}
