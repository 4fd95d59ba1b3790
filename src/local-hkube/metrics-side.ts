// All that a local HKube does with metrics: keeps them, shows them as curves, and on boards.

import type { Probe } from '#inspector/probe';
import { type Boards, createBoards } from '#local-hkube/boards';
import { createCurves } from '#local-hkube/curves';
import { createMetricsDesk, type MetricsDesk, type MetricsOptions } from '#local-hkube/metrics';

export interface MetricsSide {
  readonly desk: MetricsDesk;
  readonly boards: Boards;
  close(): Promise<void>;
}

/** `probe`: who looks, if anybody can. */
export function createMetricsSide(
  options: Pick<MetricsOptions, 'stateDir' | 'logger'>,
  probe: Probe | undefined,
): MetricsSide {
  const root = (): string => desk.root;
  const curves = probe && createCurves(probe, root);
  const desk = createMetricsDesk({ ...options, onGrown: (folder, owner) => curves?.grown(folder, owner) });
  const boards = createBoards({ root, logger: options.logger });
  return {
    desk,
    boards,
    close: async () => {
      curves?.close();
      await boards.close();
      await desk.close();
    },
  };
}
