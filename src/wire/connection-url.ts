// What a connection says about itself: the query parameters `encoding` and `storage` of the URL, on either side.

import * as z from 'zod/mini';
import { Encoding } from '#wire/codec';

/** Where inputs and results travel. v1: inside the messages. v2 and v3 keep them in a storage, and are not built yet. */
export const StorageProtocol = z.enum(['v1', 'v2', 'v3']);
export type StorageProtocol = z.output<typeof StorageProtocol>;

export interface ConnectionTerms {
  readonly encoding: Encoding;
  readonly storage: StorageProtocol;
}

/** `base` with the terms in its query; a query that is there already is kept. */
export function connectionUrl(base: string, terms: ConnectionTerms): string {
  const url = new URL(base);
  url.searchParams.set('encoding', terms.encoding);
  url.searchParams.set('storage', terms.storage);
  return url.href;
}

const Terms = z.object({ encoding: z._default(Encoding, 'json'), storage: z._default(StorageProtocol, 'v1') });

/** Reads the terms from a request's path. A parameter that is absent means what it means to a real worker: json, v1. */
export function readConnectionTerms(path: string): ConnectionTerms | undefined {
  if (!URL.canParse(path, 'ws://host')) return undefined;
  const { searchParams } = new URL(path, 'ws://host');
  // Empty means absent, too.
  const terms = Terms.safeParse(Object.fromEntries([...searchParams].filter(([, value]) => value !== '')));
  return terms.success ? terms.data : undefined;
}
