// algorithm-actor as a user has it: the built package, options from the environment.
import { createAlgorithmActor } from 'algorithm-actor';
import { workload } from '../workload.mjs';

createAlgorithmActor({
  start: ({ input }, api) =>
    workload(input, {
      sub: (name, flowInput) => api.startStoredSubPipeline({ name, flowInput }),
      progress: api.progress,
      startSpan: api.startSpan,
      finishSpan: api.finishSpan,
    }),
}).start();
