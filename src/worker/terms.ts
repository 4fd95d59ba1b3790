// What a new connection asks for in its URL, and what HKube's worker, or its debug sidecar, does not survive there.

import type { Refusal } from '#machines/session.refusals';
import { type ConnectionTerms, readConnectionTerms } from '#wire/connection-url';

export interface Terms extends ConnectionTerms {
  readonly kind: 'terms';
  /** Of the developer, where the client says it. */
  readonly hostname: string | undefined;
}

export type TermsRead = Terms | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Reads the terms of a connection. The debug sidecar wants an encoding, and does not look at the storage. */
export function readTerms(path: string, profile: 'worker' | 'debug'): TermsRead {
  const query = queryOf(path);
  if (query?.get('encoding') === 'protoc')
    return refuse({
      sent: 'a connection that asks for the encoding protoc',
      rule: 'HKube’s worker has it; this one does not, and refused the connection.',
      remedy: 'Ask for json, bson or msgpack: set WORKER_ALGORITHM_ENCODING for the algorithm.',
    });
  const terms = query && readConnectionTerms(path);
  if (!terms)
    return refuse({
      sent: 'a connection whose query asks for an encoding other than json, bson, msgpack, or a storage other than v1',
      rule: 'HKube’s worker crashes of one that it does not know.',
      remedy: 'Ask for ?encoding=json&storage=v1, or for nothing: that means the same.',
    });
  const hostname = query.get('hostname') ?? undefined;
  if (profile === 'worker' && terms.storage !== 'v1')
    return refuse({
      sent: `a connection that asks for storage ${terms.storage}`,
      rule: 'HKube’s worker has it; this one does not yet, and refused the connection.',
      remedy: 'Set STORAGE_PROTOCOL=v1 for the algorithm.',
    });
  if (profile === 'debug' && !query.has('encoding'))
    return refuse({
      sent: 'a connection without an encoding',
      rule: 'HKube’s debug sidecar crashes of it.',
      remedy: 'Ask for ?encoding=json, bson or msgpack.',
    });
  return { kind: 'terms', ...terms, hostname };
}

/** Not every path that HTTP lets through is a URL. */
function queryOf(path: string): URLSearchParams | undefined {
  return URL.canParse(path, 'ws://host') ? new URL(path, 'ws://host').searchParams : undefined;
}

function refuse(refusal: Omit<Refusal, 'consequence'>): TermsRead {
  return { kind: 'refused', refusal: { ...refusal, consequence: 'died' } };
}
