// A scalar that an author has written: one point of one curve. Pure.

export interface Scalar {
  /** The name of the curve; `train/loss` stands beside `train/accuracy`. */
  readonly tag: string;
  readonly value: number;
  readonly step: number;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
}

/** Event files keep 32 bits of a value: what is no number there, or has no end, would spoil the curve. */
export const fitsInFile = (value: number): boolean => Number.isFinite(Math.fround(value));

/** In characters. */
export const LONGEST_TAG = 500;
