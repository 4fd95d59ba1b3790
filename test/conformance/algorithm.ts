// The algorithm of the recordings, said in our api. Operations are named in the inputs.

import type { AlgorithmHandlers } from 'algorithm-actor';
import * as z from 'zod';

const Operation = z.looseObject({
  op: z.string().optional(),
  message: z.unknown().optional(),
  name: z.string().default(''),
  flowInput: z.record(z.string(), z.unknown()).optional(),
  includeResult: z.boolean().default(true),
  algorithmName: z.string().default(''),
  input: z.array(z.unknown()).optional(),
  ms: z.number().default(0),
  ignoreStop: z.boolean().default(false),
  tag: z.string().optional(),
  wrongId: z.string().optional(),
  useLast: z.boolean().default(false),
});

/** The recordings slept for seconds. */
const FASTER = 100;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / FASTER));
const settled = (promise: Promise<unknown>) =>
  promise.then(
    (ok) => ({ ok }),
    (error: unknown) => ({ err: error instanceof Error ? error.message : error }),
  );

export const recorded: AlgorithmHandlers = {
  start: async ({ input }, api) => {
    const parsed = Operation.safeParse(input[0]);
    if (!parsed.success) return { echo: input };
    const { op, name, flowInput, includeResult, ms, ignoreStop, tag, wrongId, useLast, message } = parsed.data;
    const { algorithmName, input: given } = parsed.data;
    switch (op) {
      case 'error':
        throw new Error(String(message));
      case 'undef':
        return undefined;
      case 'sleep': {
        const end = performance.now() + ms / FASTER;
        while (performance.now() < end && (ignoreStop || !api.signal.aborted)) await sleep(20);
        return { slept: ms, stopped: api.signal.aborted, tag };
      }
      case 'sub':
        return settled(api.startStoredSubpipeline(name, flowInput, includeResult));
      case 'raw': {
        const nodes = [{ nodeName: 'n1', algorithmName: 'eval-alg', input: ['@flowInput.x'] }];
        return settled(api.startRawSubpipeline(name, nodes, flowInput, {}, {}, includeResult));
      }
      case 'exec':
        return settled(api.startAlgorithm(algorithmName, given, includeResult));
      case 'subthrow':
        return api.startStoredSubpipeline(name, flowInput);
      case 'stopsub': {
        const sub = api.startStoredSubPipeline({ name, flowInput: flowInput ?? {} });
        let outcome: unknown = 'pending';
        void settled(sub).then((result) => (outcome = result));
        while (sub.state === 'requested') await sleep(20);
        if (wrongId !== undefined) api.stopSubPipeline(wrongId, 'because');
        if (useLast) sub.stop('because');
        await sleep(1_500);
        return { settled: outcome };
      }
      case 'subleave': {
        const sub = api.startStoredSubPipeline({ name, flowInput: flowInput ?? {} });
        while (sub.state === 'requested') await sleep(20);
        return 'left it running';
      }
      case 'span':
        api.startSpan('my-span', { a: 1 });
        api.startSpan('inner');
        api.finishSpan({ error: 'inner failed' });
        api.finishSpan({ tags: { b: 2 } });
        api.progress({ progress: 50 });
        return 'spanned';
      case 'bad':
        await sleep(500);
        return 'bad sent';
      case undefined:
      default:
        return { echo: input };
    }
  },
};
