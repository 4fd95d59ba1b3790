// One algorithm that plays two parts. Given a list of files it cuts their text into chunks, has each chunk counted by a raw
// sub-pipeline of its own, and merges the counts. Given a chunk it counts the words.

import { readFile } from 'node:fs/promises';
import type { AlgorithmApi, Task } from 'algorithm-actor';

/** How often each word occurs. */
export type Counts = Readonly<Record<string, number>>;

export interface WordCount {
  readonly top: readonly { readonly word: string; readonly count: number }[];
  readonly words: number;
  readonly distinct: number;
  readonly files: number;
  readonly characters: number;
  readonly chunks: number;
}

type Input = readonly [job: { readonly files: readonly string[]; readonly top?: number }] | readonly [chunk: string];
type ChunkResult = readonly [{ readonly result: Counts }];

const CHUNK_CHARACTERS = 100_000;

export async function start({ input: [work] }: Task<Input>, api: AlgorithmApi): Promise<WordCount | Counts> {
  return typeof work === 'string' ? countWords(work) : countFiles(work.files, work.top ?? 15, api);
}

async function countFiles(files: readonly string[], top: number, api: AlgorithmApi): Promise<WordCount> {
  const texts = await api.span('read', { files: files.length }, () => readAll(files, api.signal));
  const chunks = await api.span('cut', () => cut(texts));
  const counts = await api.span('count', { chunks: chunks.length }, () => countChunks(chunks, api));
  return api.span('merge', () => {
    const merged = merge(counts);
    const ranked = [...merged].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return {
      top: ranked.slice(0, top).map(([word, count]) => ({ word, count })),
      words: ranked.reduce((sum, [, count]) => sum + count, 0),
      distinct: ranked.length,
      files: files.length,
      characters: texts.reduce((sum, text) => sum + text.length, 0),
      chunks: chunks.length,
    };
  });
}

const OPEN_FILES = 32;

/** Reads all files, a few at a time. */
async function readAll(files: readonly string[], signal: AbortSignal): Promise<string[]> {
  const texts: string[] = [];
  const queue = files.entries();
  const read = async (): Promise<void> => {
    for (const [index, file] of queue) texts[index] = await readFile(file, { encoding: 'utf8', signal });
  };
  await Promise.all(Array.from({ length: OPEN_FILES }, read));
  return texts;
}

/** Joins the texts into chunks of about the same size. A text that is larger is cut between two words. */
export function cut(texts: readonly string[], size = CHUNK_CHARACTERS): string[] {
  const chunks: string[] = [];
  let current: string[] = [];
  let length = 0;
  const close = (): void => {
    if (current.length > 0) chunks.push(current.join('\n'));
    current = [];
    length = 0;
  };
  for (const piece of texts.flatMap((text) => pieces(text, size))) {
    if (length + piece.length > size) close();
    current.push(piece);
    length += piece.length;
  }
  close();
  return chunks;
}

function pieces(text: string, size: number): string[] {
  const found: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + size, text.length);
    // Between two words: a cut inside one would make two others of it.
    while (to < text.length && to > from + size / 2 && !/\s/.test(text.charAt(to))) to -= 1;
    found.push(text.slice(from, to));
    from = to;
  }
  return found;
}

/** One sub-pipeline a chunk, all at once; HKube gives them to whichever process is free. */
async function countChunks(chunks: readonly string[], api: AlgorithmApi): Promise<Counts[]> {
  let done = 0;
  return Promise.all(
    chunks.map(async (chunk, index) => {
      const [{ result }] = await api.startRawSubPipeline<ChunkResult>({
        name: `count-${index + 1}`,
        nodes: [{ nodeName: 'count', algorithmName: 'word-count', input: ['@flowInput.chunk'] }],
        flowInput: { chunk },
      });
      done += 1;
      api.progress({
        progress: Math.round((100 * done) / chunks.length),
        details: `${done} of ${chunks.length} chunks`,
      });
      return result;
    }),
  );
}

const address = /\b(?:https?|git|mailto):\S+/g;
const word = /\p{L}[\p{L}\p{M}'’]*/gu;

/** Counts the words of a text, in lower case; addresses are not words. */
export function countWords(text: string): Counts {
  const counts = new Map<string, number>();
  for (const [found] of text.toLowerCase().replace(address, ' ').matchAll(word))
    counts.set(found, (counts.get(found) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function merge(counts: readonly Counts[]): Map<string, number> {
  const merged = new Map<string, number>();
  for (const part of counts)
    for (const [found, count] of Object.entries(part)) merged.set(found, (merged.get(found) ?? 0) + count);
  return merged;
}
