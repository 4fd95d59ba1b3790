// Algorithms in a list: filtered, sorted, page by page, and of each the fields that are asked for. Pure.

import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { type Fields } from '#descriptors/document';

export interface AlgorithmFilter {
  /** A part of it is enough. */
  readonly name?: string | undefined;
  readonly kind?: string | undefined;
  /** Whether it has an image. */
  readonly algorithmImage?: boolean | undefined;
  readonly pending?: boolean | undefined;
}

export interface Paging {
  /** By when it was changed. Default: desc. */
  readonly sort?: 'asc' | 'desc' | undefined;
  readonly limit?: number | undefined;
  /** Where the page before has ended. */
  readonly cursor?: string | undefined;
  /** Or its number, from 1. */
  readonly page?: number | undefined;
  /** All, if there are none. */
  readonly fields?: ReadonlySet<string> | undefined;
}

export interface Page {
  readonly hits: readonly Fields[];
  /** For the next one; null: this was the last. */
  readonly cursor: string | null;
}

export function matching(all: readonly StoredAlgorithm[], filter: AlgorithmFilter): StoredAlgorithm[] {
  const { name, kind, algorithmImage, pending } = filter;
  return all.filter(
    (one) =>
      (name === undefined || one.name.includes(name)) &&
      (kind === undefined || (one.kind ?? 'batch') === kind) &&
      (algorithmImage === undefined || Boolean(one.algorithmImage) === algorithmImage) &&
      (pending === undefined || (one.options.pending ?? false) === pending),
  );
}

export function sorted(all: readonly StoredAlgorithm[], sort: 'asc' | 'desc' = 'desc'): StoredAlgorithm[] {
  const direction = sort === 'asc' ? 1 : -1;
  return all.toSorted((one, other) => direction * (changed(one) - changed(other)) || (one.name < other.name ? -1 : 1));
}

const changed = ({ modified }: StoredAlgorithm): number => (typeof modified === 'number' ? modified : 0);

export function pageOf(all: readonly StoredAlgorithm[], { limit, cursor, page, fields }: Paging): Page {
  const size = limit ?? Math.max(all.length, 1);
  const from = cursor === undefined ? ((page ?? 1) - 1) * size : Number(cursor) || 0;
  const hits = all.slice(from, from + size).map((one) => (fields && fields.size > 0 ? only(one, fields) : one));
  return { hits, cursor: from + size < all.length ? String(from + size) : null };
}

const only = (algorithm: StoredAlgorithm, fields: ReadonlySet<string>): Fields =>
  Object.fromEntries(Object.entries(algorithm).filter(([key]) => fields.has(key)));
