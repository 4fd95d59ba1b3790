// A run as the task that asked for it hears of it.

import type { RunDocument } from '#descriptors/run';
import type { Run } from '#local-hkube/run';
import type { SubPipelineEnd, SubPipelineRun } from '#worker/sub-pipelines';

export function subPipelineRun({ jobId, done, stop }: Run): SubPipelineRun {
  const storedAt = `local-hkube-results/${jobId}/result.json`;
  return { jobId, ended: done.then((document) => subPipelineEnd(document, storedAt)), stop };
}

function subPipelineEnd(document: RunDocument, storedAt: string): SubPipelineEnd {
  switch (document.status) {
    case 'completed':
      return { kind: 'done', response: document.data, storedAt };
    case 'failed':
      return { kind: 'failed', error: document.error || 'subpipeline job failed' };
    case 'stopped':
      return { kind: 'stopped', reason: document.reason };
  }
}
