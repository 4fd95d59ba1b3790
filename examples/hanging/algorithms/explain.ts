// Explains a sentence: words that it does not know are looked up, by the algorithm `lookup`.

import type { AlgorithmApi, Task } from 'algorithm-actor';

/** An item for each task of the nodes that nobody waits for. */
type Answer = readonly { readonly result?: string }[];

const known = new Set(['a', 'large', 'pole', 'swims', 'tall', 'the', 'whale']);

export async function start(
  { input: [sentence = ''] }: Task<readonly [sentence?: string]>,
  api: AlgorithmApi,
): Promise<string> {
  const words = sentence.split(' ');
  const explained = await Promise.all(words.map(async (word) => (known.has(word) ? word : lookUp(word, api))));
  return explained.join(' ');
}

async function lookUp(word: string, api: AlgorithmApi): Promise<string> {
  const nodes = [{ nodeName: 'lookup', algorithmName: 'lookup', input: [word] }];
  const [found] = await api.startRawSubPipeline<Answer>({ name: `meaning-of-${word}`, nodes });
  return `${word} (${found?.result ?? 'unknown'})`;
}
