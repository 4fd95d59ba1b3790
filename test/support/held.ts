// A door at which algorithms of other processes wait until a test lets them through.

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Held {
  /** Whoever asks here is answered when the door is open. */
  readonly url: string;
  /** How many wait. */
  readonly waiting: number;
  open(): void;
}

export async function hold(): Promise<Held> {
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const server = createServer((_, response) => {
    if (isOpen) response.end('open');
    else waiting.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${isInternet(address) ? address.port : 0}`,
    get waiting() {
      return waiting.length;
    },
    open: () => {
      isOpen = true;
      for (const response of waiting.splice(0)) response.end('open');
    },
  };
}

const isInternet = (address: AddressInfo | string | null): address is AddressInfo => typeof address === 'object';
