// An algorithm that asks a sub-pipeline, and has an answer of its own when that does not work out.

import type { AlgorithmApi, Task } from 'algorithm-actor';

export async function start({ input: [word] }: Task<readonly [string]>, api: AlgorithmApi): Promise<unknown> {
  try {
    const [first] = await api.startStoredSubPipeline<{ result: string }[]>({ name: 'dictionary', flowInput: { word } });
    return first?.result;
  } catch (error) {
    return `no entry for ${word}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
