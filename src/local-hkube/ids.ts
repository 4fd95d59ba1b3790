// The ids of runs: twelve characters for a job, eight for a task.

import { randomBytes } from 'node:crypto';
import { createId } from '#model/create-id';

export const createJobId = (): string => createId(12);
export const createTaskId = (): string => createId(8);

/**
 * A carrier as HKube's tracer writes it, where nothing is traced here. The flag 1 says that somebody may record the trace: an algorithm
 * that exports its spans by itself then does.
 */
export function createTraceCarrier(): { readonly 'uber-trace-id': string } {
  const id = randomBytes(8).toString('hex');
  return { 'uber-trace-id': `${id}:${id}:0:1` };
}
