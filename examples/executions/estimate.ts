// One task asks other algorithms, all at once, and goes by what came in time. One that fails, or takes too long, fails nothing but
// itself; what becomes of the task is up to this code.

import { type AlgorithmApi, RuntimeError, type Task } from 'algorithm-actor';

export interface Estimate {
  readonly price: number;
  /** Why some did not answer. */
  readonly missing: readonly string[];
}

const EXPERTS = ['cautious', 'bold', 'careless', 'thorough'];

export async function start({ input: [price] }: Task<readonly [number]>, api: AlgorithmApi): Promise<Estimate> {
  const asked = EXPERTS.map((name) => api.startAlgorithm<number>({ name, input: [price] }, { timeoutMs: 3_000 }));
  const answers = await Promise.allSettled(asked);
  const prices = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const missing = answers.flatMap((answer) => (answer.status === 'rejected' ? [wordsOf(answer.reason)] : []));
  return { price: prices.reduce((sum, value) => sum + value, 0) / prices.length, missing };
}

/** An execution rejects with an error that says whose it is, and a code to test for. */
function wordsOf(reason: unknown): string {
  if (!(reason instanceof RuntimeError)) throw reason;
  return reason.code === 'EXECUTION_TIMED_OUT' ? `${reason.facts.algorithmName} took too long` : reason.message;
}
