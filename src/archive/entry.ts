// What the readers of both kinds of archive give: entries that have been checked, one after the other.

export type ArchiveEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly isExecutable: boolean;
      /** To be read to its end before the next entry is asked for: only there it is known to be sound. */
      readonly content: AsyncIterable<Buffer>;
    };
