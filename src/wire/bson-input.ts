// Finds where `data.input` stands in a BSON frame, without reading it: every element says how long it is. What looks odd is not
// found; then the frame is read whole. Pure.

const ARRAY = 0x04;
const DOCUMENT = 0x03;

/** An element of a document: its bytes from the type on, and the value's among them. */
interface Element {
  readonly type: number;
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

/** Bytes of a value by its type; those not here say their length themselves, or are too rare to matter. */
const fixedSizes: Readonly<Record<number, number>> = {
  0x01: 8,
  0x06: 0,
  0x07: 12,
  0x08: 1,
  0x09: 8,
  0x0a: 0,
  0x10: 4,
  0x11: 8,
  0x12: 8,
  0x13: 16,
};

function sizeOf(bytes: Buffer, type: number, value: number): number {
  switch (type) {
    case DOCUMENT:
    case ARRAY:
      return bytes.readInt32LE(value);
    case 0x02:
      return 4 + bytes.readInt32LE(value);
    case 0x05:
      return 5 + bytes.readInt32LE(value);
    default:
      return fixedSizes[type] ?? Number.NaN;
  }
}

/** An element of the document that begins at `start`. */
function findElement(bytes: Buffer, start: number, name: string): Element | undefined {
  let at = start + 4;
  for (let type = bytes[at]; type !== undefined && type !== 0; type = bytes[at]) {
    const nameEnd = bytes.indexOf(0, at + 1);
    const value = nameEnd + 1;
    const end = value + sizeOf(bytes, type, value);
    if (Number.isNaN(end) || end <= at || end > bytes.length) return undefined;
    if (bytes.toString('latin1', at + 1, nameEnd) === name) return { type, start: at, value, end };
    at = end;
  }
  return undefined;
}

/** The frame without the array `data.data.input`, or undefined if there is none to be found. */
export function withoutBsonInput(bytes: Buffer): Buffer | undefined {
  const message = findElement(bytes, 0, 'data');
  const data = message?.type === DOCUMENT ? findElement(bytes, message.value, 'data') : undefined;
  const input = data?.type === DOCUMENT ? findElement(bytes, data.value, 'input') : undefined;
  if (!message || !data || input?.type !== ARRAY) return undefined;
  const rest = Buffer.concat([bytes.subarray(0, input.start), bytes.subarray(input.end)]);
  for (const document of [0, message.value, data.value]) {
    rest.writeInt32LE(bytes.readInt32LE(document) - (input.end - input.start), document);
  }
  return rest;
}
