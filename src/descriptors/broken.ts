// A document that is there and cannot be used. Types only.

/** A document that cannot be used. */
export interface BrokenDocument {
  readonly kind: 'algorithm' | 'pipeline';
  /** What it says of itself; otherwise its file's name. */
  readonly name: string;
  readonly file: string;
  readonly problem: string;
}
