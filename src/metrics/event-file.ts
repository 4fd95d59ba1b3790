// An event file as TensorBoard expects it, written to as a task goes on.
//
//   W1. The file comes into being with the first scalar; its name is nobody else's, whatever runs beside or after.
//   W2. What was flushed is in the file, as whole records: whoever reads it then misses nothing of what was added before.
//   W3. What waits is bounded: it is written when it is BUFFER_BYTES.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { encodeFileVersion, encodeScalar } from '#metrics/event';
import { FRAME_BYTES, writeRecord } from '#metrics/records';
import type { Scalar } from '#model/scalar';

const BUFFER_BYTES = 64 * 1024;

/** Every method throws what the file system says; then nothing more can be added. */
export interface EventFile {
  add(scalar: Scalar): void;
  flush(): void;
  close(): void;
}

/** TensorBoard reads what has `tfevents` in its name. */
export const isEventFile = (name: string): boolean => name.includes('tfevents');

/** Of all that this process has written. */
let written = 0;

/** W1. The moment comes first, so that files stand in the order of time. */
function nextName(now: number): string {
  const seconds = String(Math.floor(now / 1_000)).padStart(10, '0');
  const host = hostname().replace(/[^\w-]/g, '-') || 'localhost';
  return `events.out.tfevents.${seconds}.${host}.${process.pid}.${written++}`;
}

/** Opens a file in this folder, which is made if it is not there. Throws what the file system says. */
export function openEventFile(folder: string, now = Date.now()): EventFile {
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, nextName(now)), 'wx');
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let used = 0;

  function write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
  }

  function flush(): void {
    const waiting = buffer.subarray(0, used);
    used = 0;
    write(waiting);
  }

  function append(payload: Uint8Array): void {
    const size = payload.length + FRAME_BYTES;
    if (used + size > BUFFER_BYTES) flush();
    used = writeRecord(buffer, used, payload);
  }

  append(encodeFileVersion(now));
  return {
    add: (scalar) => append(encodeScalar(scalar)),
    flush,
    close: () => {
      try {
        flush();
      } finally {
        closeSync(file);
      }
    },
  };
}
