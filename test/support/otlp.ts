// Reads what an exporter of OpenTelemetry sends: the protobuf messages of OTLP, by the field numbers that opentelemetry-proto
// publishes (trace/v1/trace.proto, common/v1/common.proto). None of our code, and none of the exporter's.

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

export type OtlpValue = string | number | boolean | null | readonly OtlpValue[] | OtlpAttributes;
export interface OtlpAttributes {
  readonly [name: string]: OtlpValue;
}

export interface OtlpSpan {
  /** The resource's `service.name`. */
  readonly service: string;
  readonly resource: OtlpAttributes;
  readonly scope: string;
  readonly name: string;
  readonly kind: string;
  /** In hex. */
  readonly traceId: string;
  readonly spanId: string;
  /** Null: it is a root. */
  readonly parentSpanId: string | null;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: OtlpAttributes;
  readonly events: readonly { readonly name: string; readonly attributes: OtlpAttributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message: string };
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const CODES = ['unset', 'ok', 'error'] as const;
const SIGN_BITS = 64;

/** A message by its field numbers, each with all of its values. */
type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const values = fields.get(number) ?? [];
    fields.set(number, values);
    values.push(valueOf(reader, wire));
  }
  return fields;
}

function valueOf(reader: BinaryReader, wire: WireType): bigint | Uint8Array {
  if (wire === WireType.LengthDelimited) return reader.bytes();
  if (wire === WireType.Varint) return BigInt(reader.uint64());
  if (wire === WireType.Bit64) return BigInt(reader.fixed64());
  if (wire === WireType.Bit32) return BigInt(reader.fixed32());
  throw new TypeError(`OTLP has no fields of wire type ${wire}`);
}

const messages = (fields: Fields, number: number): readonly Fields[] =>
  (fields.get(number) ?? []).flatMap((value) => (typeof value === 'bigint' ? [] : [fieldsOf(value)]));
const message = (fields: Fields, number: number): Fields => messages(fields, number).at(-1) ?? new Map();

function bytes(fields: Fields, number: number): Buffer {
  const value = fields.get(number)?.at(-1);
  return Buffer.from(value === undefined || typeof value === 'bigint' ? [] : value);
}
const text = (fields: Fields, number: number): string => bytes(fields, number).toString();
const hex = (fields: Fields, number: number): string => bytes(fields, number).toString('hex');

function integer(fields: Fields, number: number): bigint {
  const value = fields.get(number)?.at(-1);
  return typeof value === 'bigint' ? value : 0n;
}

function double(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** An AnyValue: one of its fields is there, also where it has the default. */
function anyValue(fields: Fields): OtlpValue {
  if (fields.has(1)) return text(fields, 1);
  if (fields.has(2)) return integer(fields, 2) !== 0n;
  if (fields.has(3)) return Number(BigInt.asIntN(SIGN_BITS, integer(fields, 3)));
  if (fields.has(4)) return double(integer(fields, 4));
  if (fields.has(5)) return messages(message(fields, 5), 1).map(anyValue);
  if (fields.has(6)) return attributesOf(message(fields, 6), 1);
  return null;
}

function attributesOf(fields: Fields, number: number): OtlpAttributes {
  return Object.fromEntries(messages(fields, number).map((pair) => [text(pair, 1), anyValue(message(pair, 2))]));
}

function spanOf(span: Fields, facts: Pick<OtlpSpan, 'service' | 'resource' | 'scope'>): OtlpSpan {
  const status = message(span, 15);
  return {
    ...facts,
    name: text(span, 5),
    kind: KINDS[Number(integer(span, 6))] ?? 'unknown',
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentSpanId: hex(span, 4) || null,
    start: integer(span, 7),
    end: integer(span, 8),
    attributes: attributesOf(span, 9),
    events: messages(span, 11).map((event) => ({ name: text(event, 2), attributes: attributesOf(event, 3) })),
    links: messages(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2) })),
    status: { code: CODES[Number(integer(status, 3))] ?? 'unset', message: text(status, 2) },
  };
}

/** The spans of an ExportTraceServiceRequest. Throws what explains why it is none. */
export function decodeOtlp(body: Uint8Array): OtlpSpan[] {
  return messages(fieldsOf(body), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(message(resourceSpans, 1), 1);
    const service = typeof resource['service.name'] === 'string' ? resource['service.name'] : '';
    return messages(resourceSpans, 2).flatMap((scopeSpans) => {
      const scope = text(message(scopeSpans, 1), 1);
      return messages(scopeSpans, 2).map((span) => spanOf(span, { service, resource, scope }));
    });
  });
}
