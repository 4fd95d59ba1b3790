// The author's scalars: curves that TensorBoard, and the inspector, draw. What is wrong with one is said at the author's line; a
// value that no curve can have is left out, with a warning, because a training that diverges is not to die of its own report.

import { RuntimeError } from '#errors';
import type { Logger } from '#handlers/logger';
import type { ApiCall } from '#model/api-call';
import { fitsInFile, LONGEST_TAG } from '#model/scalar';

/** What is written of a task beside its result. */
export interface TaskMetrics {
  /**
   * Writes one point of a curve into a TensorBoard file below ALGO_METRICS_DIR: `scalar('train/loss', 0.25, epoch)`. The value is
   * kept with 32 bits; one that is no number, or too large, is left out with a warning. Throws `INVALID_CALL` for a wrong tag or step.
   */
  scalar(tag: string, value: number, step: number): void;
}

export interface MetricCalls {
  readonly metrics: TaskMetrics;
}

interface MetricCallOptions {
  readonly call: (call: ApiCall) => void;
  readonly logger: Logger;
}

/** Of tags that were warned about. */
const REMEMBERED = 1_000;

export function createMetricCalls({ call, logger }: MetricCallOptions): MetricCalls {
  const warned = new Set<string>();

  function warnOnce(tag: string, value: number): void {
    if (warned.has(tag) || warned.size >= REMEMBERED) return;
    warned.add(tag);
    logger.warn(`api.metrics.scalar: "${tag}" was ${value}, which no curve can show: such points are left out`);
  }

  return {
    metrics: {
      scalar: (tag, value, step) => {
        checkTag(tag);
        if (typeof value !== 'number') throw wrong('the value as a number', value);
        if (!Number.isSafeInteger(step) || step < 0) throw wrong('the step as a whole number, 0 or more', step);
        if (fitsInFile(value)) call({ kind: 'scalar', tag, value, step, at: Date.now() });
        else warnOnce(tag, value);
      },
    },
  };
}

function checkTag(tag: unknown): void {
  if (typeof tag !== 'string' || tag === '') throw wrong('the tag as a string that is not empty', tag);
  if (tag.length > LONGEST_TAG)
    throw wrong(`a tag of ${LONGEST_TAG} characters at most`, `one of ${tag.length} characters`);
}

function wrong(what: string, got: unknown): RuntimeError {
  const shown = typeof got === 'number' || typeof got === 'string' ? String(got) || 'an empty one' : typeof got;
  return new RuntimeError('INVALID_CALL', `api.metrics.scalar(tag, value, step): expected ${what}, got ${shown}.`);
}
