// Joins both branches: a line for each paragraph, with the words that set it apart from the others (tf-idf). For those it needs
// the frequencies of all, which is why it is one task, and no batch.

import type { Task } from 'algorithm-actor';
import type { Frequencies } from './frequencies.js';
import type { Readability } from './readability.js';

const OWN_WORDS = 3;
/** Shorter ones say little. */
const LETTERS = 4;

export function start({
  input: [frequencies, readability],
}: Task<readonly [readonly Frequencies[], readonly Readability[]]>): readonly string[] {
  const rows = readability.map(({ words, ease }, index) =>
    line(index + 1, words, ease, ownWords(frequencies[index] ?? {}, frequencies)),
  );
  return [line('paragraph', 'words', 'ease', 'its own words'), ...rows];
}

const line = (paragraph: number | string, words: number | string, ease: number | string, own: string): string =>
  `${String(paragraph).padStart(9)}  ${String(words).padStart(5)}  ${String(ease).padStart(4)}  ${own}`;

function ownWords(paragraph: Frequencies, all: readonly Frequencies[]): string {
  const words = Object.entries(paragraph).filter(([word]) => word.length >= LETTERS);
  const weights = words.map(([word, count]) => {
    const found = all.filter((other) => Object.hasOwn(other, word)).length;
    return { word, weight: count * Math.log(all.length / found) };
  });
  // Equal weights go by the alphabet, so that the table is always the same.
  weights.sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1));
  return weights
    .slice(0, OWN_WORDS)
    .map(({ word }) => word)
    .join(', ');
}
