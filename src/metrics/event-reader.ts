// Reads the scalars of an event file, and goes on where it stopped: the file may grow.

import { open } from 'node:fs/promises';
import { decodeScalars } from '#metrics/event';
import { createRecordReader } from '#metrics/records';
import type { Scalar } from '#model/scalar';

const PORTION_BYTES = 256 * 1024;

export interface EventReader {
  /** What has come since the last call, in portions of the file. What cannot be read gives nothing; never rejects. */
  read(take: (scalars: readonly Scalar[]) => void): Promise<void>;
}

export function createEventReader(path: string): EventReader {
  const records = createRecordReader();
  let position = 0;

  async function readOn(take: (scalars: readonly Scalar[]) => void): Promise<void> {
    const file = await open(path, 'r');
    try {
      const portion = Buffer.allocUnsafe(PORTION_BYTES);
      while (!records.isBroken) {
        const { bytesRead } = await file.read(portion, 0, PORTION_BYTES, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        take(records.take(portion.subarray(0, bytesRead)).flatMap(decodeScalars));
      }
    } finally {
      await file.close();
    }
  }

  return {
    read: async (take) => {
      if (!records.isBroken) await readOn(take).catch(() => undefined);
    },
  };
}
