// Ports for workers: the first one that is free, so that one that was given back is used again.

import { RuntimeError } from '#errors';

const PORTS_TO_TRY = 1_000;

/** Opens the first port that is free, from `first` on; 0 is any. `open` rejects with `CANNOT_CONNECT` where a port is taken. */
export async function openPort<Opened>(first: number, open: (port: number) => Promise<Opened>): Promise<Opened> {
  for (let port = first; ; port++) {
    try {
      return await open(port);
    } catch (error) {
      const isTaken = error instanceof RuntimeError && error.code === 'CANNOT_CONNECT';
      if (!isTaken || first === 0 || port === first + PORTS_TO_TRY || port === 65_535) throw error;
    }
  }
}
