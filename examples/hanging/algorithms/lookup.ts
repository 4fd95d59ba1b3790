// Looks up a word. The words of its meaning may have to be explained in turn, by the algorithm `explain`.

import type { AlgorithmApi, Task } from 'algorithm-actor';

/** An item for each task of the nodes that nobody waits for. */
type Answer = readonly { readonly result?: string }[];

const meanings: Readonly<Record<string, string>> = { leviathan: 'a large whale', mast: 'a tall pole' };

export async function start(
  { input: [word = ''] }: Task<readonly [word?: string]>,
  api: AlgorithmApi,
): Promise<string | undefined> {
  const meaning = meanings[word] ?? 'a word';
  const nodes = [{ nodeName: 'explain', algorithmName: 'explain', input: [meaning] }];
  const [found] = await api.startRawSubPipeline<Answer>({ name: `words-of-${word}`, nodes });
  return found?.result;
}
