// The copies that a frame is made of, and how large they are together.

import { BRIEF, createShorten, type Redact, type Shortened, WHOLE } from '#inspector/shorten';
import { describeFailure } from '#model/failure';
import type { Json } from '#model/json';

export interface Copies {
  brief(value: unknown): Json;
  /** Of what might not be there any more. */
  briefOf(value: () => unknown): Json;
  whole(value: unknown): Shortened;
  /** How many characters were copied since this was asked last. */
  takeChars(): number;
}

export function createCopies(redact?: Redact): Copies {
  const shorten = createShorten(redact);
  let chars = 0;
  const counted = (short: Shortened): Shortened => {
    chars += short.chars;
    return short;
  };
  const brief = (value: unknown): Json => counted(shorten(value, BRIEF)).value;
  return {
    brief,
    briefOf: (value) => {
      try {
        return brief(value());
      } catch (error) {
        return `⟨cannot be shown: ${describeFailure(error).message}⟩`;
      }
    },
    whole: (value) => counted(shorten(value, WHOLE)),
    takeChars: () => {
      const taken = chars;
      chars = 0;
      return taken;
    },
  };
}
