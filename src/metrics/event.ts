// TensorBoard's events, as far as scalars go: what is in a record.
//
//   Event           1 wall_time double, in seconds · 2 step int64 · 3 file_version string · 5 summary
//   Summary         1 value, repeated
//   Value           1 tag · 2 simple_value float · 8 tensor · 9 metadata
//   Tensor          1 dtype · 2 shape · 4 content · 5 float_val · 6 double_val
//
// A scalar of ours is a `simple_value`. Those of others may be tensors of no dimensions, with the value in one of three places.

import type { BinaryReader, BinaryWriter, WireType as Wire } from '@bufbuild/protobuf/wire';
import { libraries } from '#metrics/libraries';
import { fitsInFile, type Scalar } from '#model/scalar';

/** The first record of each file. */
const FILE_VERSION = 'brain.Event:2';

/** The types of tensors that are numbers with a point. */
const FLOAT = 1;
const DOUBLE = 2;

/** One, over and over: it is made anew of nothing after each event. */
let writer: BinaryWriter | undefined;
function freshWriter(): BinaryWriter {
  writer ??= new (libraries().wire.BinaryWriter)();
  return writer;
}

export function encodeFileVersion(at: number): Uint8Array {
  const { WireType } = libraries().wire;
  return freshWriter()
    .tag(1, WireType.Bit64)
    .double(at / 1_000)
    .tag(3, WireType.LengthDelimited)
    .string(FILE_VERSION)
    .finish();
}

export function encodeScalar({ tag, value, step, at }: Scalar): Uint8Array {
  const { WireType } = libraries().wire;
  return freshWriter()
    .tag(1, WireType.Bit64)
    .double(at / 1_000)
    .tag(2, WireType.Varint)
    .int64(step)
    .tag(5, WireType.LengthDelimited)
    .fork()
    .tag(1, WireType.LengthDelimited)
    .fork()
    .tag(1, WireType.LengthDelimited)
    .string(tag)
    .tag(2, WireType.Bit32)
    .float(value)
    .join()
    .join()
    .finish();
}

/** Calls for each field until the message ends; what is not taken is passed over. Throws for what is no protobuf. */
function readFields(bytes: Uint8Array, take: (field: number, type: Wire, reader: BinaryReader) => boolean): void {
  const reader = new (libraries().wire.BinaryReader)(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (!take(field, type, reader)) reader.skip(type, field);
  }
}

/** The scalars of an event; none for what is no event, or one of pictures, texts, graphs. Never throws. */
export function decodeScalars(payload: Uint8Array): Scalar[] {
  try {
    return readEvent(payload);
  } catch {
    return [];
  }
}

function readEvent(payload: Uint8Array): Scalar[] {
  const { WireType } = libraries().wire;
  let at = 0;
  let step = 0;
  const values: { readonly tag: string; readonly value: number }[] = [];
  readFields(payload, (field, type, reader) => {
    if (field === 1 && type === WireType.Bit64) at = Math.round(reader.double() * 1_000);
    else if (field === 2 && type === WireType.Varint) step = Number(reader.int64());
    else if (field === 5 && type === WireType.LengthDelimited) values.push(...readSummary(reader.bytes()));
    else return false;
    return true;
  });
  if (!Number.isFinite(at)) return [];
  return values.map(({ tag, value }) => ({ tag, value, step, at }));
}

function readSummary(bytes: Uint8Array): { readonly tag: string; readonly value: number }[] {
  const { WireType } = libraries().wire;
  const values: { readonly tag: string; readonly value: number }[] = [];
  readFields(bytes, (field, type, reader) => {
    if (field !== 1 || type !== WireType.LengthDelimited) return false;
    const value = readValue(reader.bytes());
    if (value) values.push(value);
    return true;
  });
  return values;
}

function readValue(bytes: Uint8Array): { readonly tag: string; readonly value: number } | undefined {
  const { WireType } = libraries().wire;
  let tag = '';
  let value: number | undefined;
  let plugin = '';
  readFields(bytes, (field, type, reader) => {
    if (field === 1 && type === WireType.LengthDelimited) tag = reader.string();
    else if (field === 2 && type === WireType.Bit32) value = reader.float();
    else if (field === 8 && type === WireType.LengthDelimited) value = readTensor(reader.bytes());
    else if (field === 9 && type === WireType.LengthDelimited) plugin = readPlugin(reader.bytes());
    else return false;
    return true;
  });
  const isScalar = value !== undefined && fitsInFile(value) && (plugin === '' || plugin === 'scalars');
  return tag !== '' && isScalar && value !== undefined ? { tag, value } : undefined;
}

/** Metadata: 1 plugin data: 1 name. */
function readPlugin(bytes: Uint8Array): string {
  const { WireType } = libraries().wire;
  let name = '';
  readFields(bytes, (field, type, reader) => {
    if (field !== 1 || type !== WireType.LengthDelimited) return false;
    readFields(reader.bytes(), (inner, innerType, data) => {
      if (inner !== 1 || innerType !== WireType.LengthDelimited) return false;
      name = data.string();
      return true;
    });
    return true;
  });
  return name;
}

/** The value of a tensor that is one number. */
function readTensor(bytes: Uint8Array): number | undefined {
  const { WireType } = libraries().wire;
  let dtype = 0;
  let dimensions = 0;
  const found: number[] = [];
  let content: Uint8Array | undefined;
  readFields(bytes, (field, type, reader) => {
    if (field === 1 && type === WireType.Varint) dtype = reader.int32();
    else if (field === 2 && type === WireType.LengthDelimited) dimensions = reader.bytes().length;
    else if (field === 4 && type === WireType.LengthDelimited) content = reader.bytes();
    else if (field === 5 && type === WireType.Bit32) found.push(reader.float());
    else if (field === 6 && type === WireType.Bit64) found.push(reader.double());
    else if ((field === 5 || field === 6) && type === WireType.LengthDelimited)
      found.push(...readNumbers(reader.bytes(), field === 6));
    else return false;
    return true;
  });
  if (dimensions > 0 || (dtype !== FLOAT && dtype !== DOUBLE)) return undefined;
  const all = content && content.length > 0 ? readNumbers(content, dtype === DOUBLE) : found;
  return all.length === 1 ? all[0] : undefined;
}

/** Packed numbers; two are as good as a million: neither is a scalar. */
function readNumbers(bytes: Uint8Array, isDouble: boolean): number[] {
  const size = isDouble ? 8 : 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.min(2, Math.floor(bytes.length / size)) }, (_, index) =>
    isDouble ? view.getFloat64(index * size, true) : view.getFloat32(index * size, true),
  );
}
