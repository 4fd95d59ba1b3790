// How easily a text reads, after Rudolf Flesch: short sentences of short words score high. 60 is plain English.

import type { Task } from 'algorithm-actor';

export interface Readability {
  readonly words: number;
  readonly sentences: number;
  readonly ease: number;
}

export function start({ input: [text] }: Task<readonly [string]>): Readability {
  const words = text.match(/\p{L}+/gu) ?? [];
  const sentences = text.match(/[.!?]+/g)?.length ?? 1;
  if (words.length === 0) throw new RangeError('there is no word in this text');
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const ease = 206.835 - 1.015 * (words.length / sentences) - 84.6 * (syllables / words.length);
  return { words: words.length, sentences, ease: Math.round(ease) };
}

/** About right for English: groups of vowels, but for a silent e. */
function syllablesOf(word: string): number {
  const sounded = word.toLowerCase().replace(/(?<=[^l])e$/, '');
  return Math.max(1, sounded.match(/[aeiouy]+/g)?.length ?? 0);
}
