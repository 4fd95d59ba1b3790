// Where an author's handlers run, as the runtime sees it: commands go in, reports come back. Inline is the first such place;
// a thread and a process will be others.

import type { ApiPort } from '#handlers/api-port';
import type { ApiCall, SubPipelineNews } from '#model/api-call';
import type { Failure } from '#model/failure';
import type { Frame } from '#wire/codec';
import type { TaskData } from '#wire/task-data';

/** Commands. `run` numbers the tasks; each report carries the number of the run that it is about. */
export interface HandlerHost {
  initialize(run: number, data: TaskData): void;
  start(run: number): void;
  stop(run: number, force: boolean): void;
  /** Aborts what runs, without asking it anything. */
  abandon(): void;
  exit(code: number): void;
  hearSubPipeline(id: string, news: SubPipelineNews): void;
}

/** Reports. */
export interface HostReports extends Omit<ApiPort, 'called'> {
  initialized(run: number): void;
  /** `frame` is the whole `done` message. */
  returned(run: number, frame: Frame): void;
  failed(run: number, failure: Failure): void;
  /** The stop hook and the handler have both ended. */
  stopped(run: number): void;
  left(): void;
  called(run: number, calls: readonly ApiCall[]): void;
}
