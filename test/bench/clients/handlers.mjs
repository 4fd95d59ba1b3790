// The workload as a module that a thread or a process loads.
import { workload } from '../workload.mjs';

export const start = ({ input }, api) =>
  workload(input, {
    sub: (name, flowInput) => api.startStoredSubPipeline({ name, flowInput }),
    progress: api.progress,
    startSpan: api.startSpan,
    finishSpan: api.finishSpan,
  });
