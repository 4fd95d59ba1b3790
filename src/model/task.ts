// Which task is meant: the ids by which people and logs know it, and how it ended. Pure.

/** The ids of a task, null where the host sent none. */
export interface TaskIds {
  readonly jobId: string | null;
  readonly taskId: string | null;
  readonly attempts: number | null;
  readonly nodeName: string | null;
  readonly algorithmName: string | null;
  readonly pipelineName: string | null;
}

/**
 * How a task ended. `done`, `failed` and `stopped` were answered to the host; `replaced` (the host began another) and
 * `interrupted` (the process is leaving) were not.
 */
export type TaskOutcome = 'done' | 'failed' | 'stopped' | 'replaced' | 'interrupted';

/** Picks the ids out of a task's data. */
export function taskIds(data: { readonly [Id in keyof TaskIds]?: TaskIds[Id] | undefined }): TaskIds {
  return {
    jobId: data.jobId ?? null,
    taskId: data.taskId ?? null,
    attempts: data.attempts ?? null,
    nodeName: data.nodeName ?? null,
    algorithmName: data.algorithmName ?? null,
    pipelineName: data.pipelineName ?? null,
  };
}

/** The same attempt of the same task: its ids are there and equal; attempts that are absent are equal too. */
export function isSameTask(one: TaskIds, other: TaskIds): boolean {
  const named = one.jobId !== null && one.taskId !== null;
  return named && one.jobId === other.jobId && one.taskId === other.taskId && one.attempts === other.attempts;
}
