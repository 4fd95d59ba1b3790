// Counts the words of a text, on top of a tally that is there already. In TypeScript.

import type { AlgorithmApi, Task } from 'algorithm-actor';

export type Tally = Readonly<Record<string, number>>;

export async function start(
  { input: [text, before = {}] }: Task<readonly [text: string, before?: Tally]>,
  api: AlgorithmApi,
): Promise<Tally> {
  const tally: Record<string, number> = { ...before };
  await api.span('count', { characters: text.length }, () => {
    for (const [word] of text.toLowerCase().matchAll(/[a-z]+/g)) tally[word] = (tally[word] ?? 0) + 1;
  });
  api.progress({ progress: 100, details: `${Object.keys(tally).length} words` });
  return tally;
}
