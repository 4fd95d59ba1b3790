// An algorithm whose handler waits, and gives its api to the test: for what an author may call in mid-task.

import { type AlgorithmApi, RuntimeError, type SubPipeline } from 'algorithm-actor';
import { connectAlgorithm, type ConnectedAlgorithm, gate } from '#test/support/algorithm';

export interface Asking extends ConnectedAlgorithm {
  readonly api: AlgorithmApi;
  finish(): void;
}

/** A task that waits, and its api, for the test to call. */
export async function asking(): Promise<Asking> {
  const [api, done] = [gate<AlgorithmApi>(), gate()];
  const algorithm = await connectAlgorithm({
    start: (_, given) => {
      api.open(given);
      return done.promise;
    },
  });
  await algorithm.connection.begin();
  return { ...algorithm, api: await api.promise, finish: () => done.open() };
}

/** A stored sub-pipeline of that name. */
export const stored = (api: AlgorithmApi, name = 'child'): SubPipeline<unknown> =>
  api.startStoredSubPipeline({ name, flowInput: { data: [1] } });
/** What a promise rejects with. */
export const failureOf = (sub: Promise<unknown>): Promise<RuntimeError> =>
  sub.then(
    (value) => Promise.reject(new RangeError(`resolved with ${JSON.stringify(value)}`)),
    (error: unknown) => {
      if (error instanceof RuntimeError) return error;
      throw error;
    },
  );
