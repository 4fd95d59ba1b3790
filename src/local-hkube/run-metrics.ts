// Where the metrics of a run's tasks are kept, as its graph shows it.

import { dirname } from 'node:path';
import type { GraphNodeState } from '#descriptors/run';
import type { KeptMetrics } from '#local-hkube/metrics';

export interface RunMetrics {
  note(nodeName: string, kept: KeptMetrics): void;
  /** The node, and where its metrics are: of a batch, the folder of all its tasks. */
  shownOn(node: GraphNodeState): GraphNodeState;
}

export function createRunMetrics(): RunMetrics {
  const byNode = new Map<string, KeptMetrics>();
  return {
    note: (nodeName, kept) => {
      const before = byNode.get(nodeName);
      // What could be kept is more than what could not, and says where the rest would be.
      if (kept.path !== null || !before) byNode.set(nodeName, kept);
    },
    shownOn: (node) => {
      const kept = byNode.get(node.nodeName);
      if (!kept) return node;
      const path = kept.path !== null && node.batchInfo ? dirname(dirname(kept.path)) : kept.path;
      return { ...node, metricsPath: { tensorboard: { ...kept, path } } };
    },
  };
}
