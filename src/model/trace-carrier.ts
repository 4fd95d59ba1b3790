// Where a span stands in its trace, and the carrier by which HKube's messages say so. Pure.

/** A span by its ids, in lower-case hex: 32 digits for the trace, 16 for the span. */
export interface TraceAddress {
  readonly traceId: string;
  readonly spanId: string;
  /** False: whoever began the trace has decided that nobody records it. */
  readonly isSampled: boolean;
}

/** The carrier as HKube writes it (protocol.md §9.2). */
export interface TraceCarrier {
  readonly 'uber-trace-id': string;
}

const JAEGER = 'uber-trace-id';
const W3C = 'traceparent';
const SAMPLED = 1;

/** `<trace>:<span>:<parent>:<flags>`; ids come without their leading zeros, and some clients escape the colons. */
const JAEGER_FORM = /^([\da-f]{1,32}):([\da-f]{1,16}):[\da-f]{1,16}:([\da-f]{1,2})$/i;
const W3C_FORM = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/i;
const ONLY_ZEROS = /^0*$/;

/** The span of which a carrier tells: null where there is none, words where it cannot be read. */
export function readCarrier(carrier: unknown): TraceAddress | string | null {
  if (carrier === undefined || carrier === null) return null;
  if (typeof carrier !== 'object' || Array.isArray(carrier))
    return `spanId: expected an object, got ${nameOf(carrier)}`;
  const jaeger = field(carrier, JAEGER);
  const w3c = field(carrier, W3C);
  if (jaeger === undefined && w3c === undefined) return null;
  return jaeger === undefined ? addressIn(W3C_FORM, W3C, w3c) : addressIn(JAEGER_FORM, JAEGER, jaeger);
}

/** The span of which a carrier tells; null: none that can be read. */
export function addressOf(carrier: unknown): TraceAddress | null {
  const read = readCarrier(carrier);
  return typeof read === 'string' ? null : read;
}

/** The carrier that tells of this span. */
export function carrierOf({ traceId, spanId, isSampled }: TraceAddress): TraceCarrier {
  return { [JAEGER]: `${traceId}:${spanId}:0:${isSampled ? '1' : '0'}` };
}

function field(carrier: object, name: string): unknown {
  const found = Object.entries(carrier).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

function addressIn(form: RegExp, name: string, given: unknown): TraceAddress | string {
  const text = typeof given === 'string' ? given.trim().replaceAll(/%3a/gi, ':') : '';
  const [, trace = '', span = '', flags = ''] = form.exec(text) ?? [];
  if (ONLY_ZEROS.test(trace) || ONLY_ZEROS.test(span))
    return `spanId: "${name}" holds no trace: ${typeof given === 'string' ? JSON.stringify(given.slice(0, 100)) : nameOf(given)}`;
  return {
    traceId: trace.toLowerCase().padStart(32, '0'),
    spanId: span.toLowerCase().padStart(16, '0'),
    isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED,
  };
}

const nameOf = (value: unknown): string => (Array.isArray(value) ? 'an array' : typeof value);
