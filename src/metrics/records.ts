// The framing of event files: one record after the other, each with its length and two checksums.
//
//   length     8 bytes, little endian
//   crc        4 bytes, of the length
//   payload    so many bytes
//   crc        4 bytes, of the payload
//
// A checksum is CRC-32C, rotated and offset ("masked"), because data that holds its own checksum is checked badly.
//
//   R1. What was cut is waited for: a file may grow. Nothing is told of a record that is not whole.
//   R2. A length that is not what its checksum says ends the reading: nobody knows where the next record begins.
//   R3. A payload that is not what its checksum says, or is larger than MOST_BYTES, is passed over, and memory is not spent on it.

import { libraries } from '#metrics/libraries';

const LENGTH_BYTES = 8;
const CRC_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + CRC_BYTES;

/** Around a payload. */
export const FRAME_BYTES = HEAD_BYTES + CRC_BYTES;
/** Pictures and graphs may be large, scalars are not. */
const MOST_BYTES = 1024 * 1024;

const MASK_DELTA = 0xa282ead8;

export function maskedCrc(bytes: Uint8Array): number {
  const crc = libraries().crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

/** Writes the record of this payload at `offset`, and says where the next one begins. There has to be room for it. */
export function writeRecord(into: Buffer, offset: number, payload: Uint8Array): number {
  into.writeUInt32LE(payload.length, offset);
  into.writeUInt32LE(0, offset + 4);
  into.writeUInt32LE(maskedCrc(into.subarray(offset, offset + LENGTH_BYTES)), offset + LENGTH_BYTES);
  into.set(payload, offset + HEAD_BYTES);
  const end = offset + HEAD_BYTES + payload.length;
  into.writeUInt32LE(maskedCrc(payload), end);
  return end + CRC_BYTES;
}

export interface RecordReader {
  /** Takes what comes next of the file, and gives the payloads that are whole now. They are valid until the next call. */
  take(bytes: Buffer): Uint8Array[];
  /** R2: nothing more can be read. */
  readonly isBroken: boolean;
  /** How many records were passed over. */
  readonly skipped: number;
}

const NOTHING = Buffer.alloc(0);

export function createRecordReader(): RecordReader {
  let rest: Buffer = NOTHING;
  /** R3: so much of a record that is passed over is still to come. */
  let toPass = 0;
  let isBroken = false;
  let skipped = 0;

  /** The length of the payload whose head begins here; undefined: the head cannot be read (R2). */
  function lengthAt(bytes: Buffer, offset: number): number | undefined {
    const crc = bytes.readUInt32LE(offset + LENGTH_BYTES);
    if (maskedCrc(bytes.subarray(offset, offset + LENGTH_BYTES)) !== crc) return undefined;
    return Number(bytes.readBigUInt64LE(offset));
  }

  function pass(bytes: Buffer): Buffer {
    const passed = Math.min(toPass, bytes.length);
    toPass -= passed;
    return bytes.subarray(passed);
  }

  function take(given: Buffer): Uint8Array[] {
    const payloads: Uint8Array[] = [];
    const bytes = pass(rest.length === 0 ? given : Buffer.concat([rest, given]));
    let offset = 0;
    while (!isBroken && bytes.length - offset >= HEAD_BYTES) {
      const length = lengthAt(bytes, offset);
      if (length === undefined) {
        isBroken = true;
        break;
      }
      const end = offset + HEAD_BYTES + length;
      if (length > MOST_BYTES) {
        skipped += 1;
        toPass = end + CRC_BYTES - bytes.length;
        offset = toPass > 0 ? bytes.length : end + CRC_BYTES;
        toPass = Math.max(toPass, 0);
        continue;
      }
      if (bytes.length < end + CRC_BYTES) break;
      const payload = bytes.subarray(offset + HEAD_BYTES, end);
      if (maskedCrc(payload) === bytes.readUInt32LE(end)) payloads.push(payload);
      else skipped += 1;
      offset = end + CRC_BYTES;
    }
    // A copy: what was given may be used again.
    rest = isBroken ? NOTHING : Buffer.from(bytes.subarray(offset));
    return payloads;
  }

  return {
    take: (bytes) => (isBroken ? [] : take(bytes)),
    get isBroken() {
      return isBroken;
    },
    get skipped() {
      return skipped;
    },
  };
}
