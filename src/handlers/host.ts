// Where an author's handlers run, as the runtime sees it: commands go in, reports come back. Inline is one such place; threads
// and processes are others.

import type { ApiPort } from '#handlers/api-port';
import type { ApiCall, ChildNews } from '#model/api-call';
import type { Failure } from '#model/failure';
import type { TraceAddress } from '#model/trace-carrier';
import type { Frame } from '#wire/codec';
import type { RawFrame } from '#wire/decoder';
import type { TaskData } from '#wire/task-data';

/** The span of a hook or handler, where the task is traced. */
export type Hook = TraceAddress | undefined;

/** Commands. `run` numbers the tasks; each report carries the number of the run that it is about. */
export interface HandlerHost {
  /** `frame` is the message that `data` came in, where handlers run elsewhere; a large input is only there. */
  initialize(run: number, data: TaskData, given?: { frame?: RawFrame | undefined; hook?: Hook }): void;
  start(run: number, hook?: Hook): void;
  stop(run: number, force: boolean): void;
  /** Aborts what runs, without asking it anything. */
  abandon(): void;
  exit(code: number): void;
  hearChild(id: string, news: ChildNews): void;
  /** Lets go of everything, at once. */
  close(): void;
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
  /** The author's code cannot be loaded: tasks will fail with these words, unless it is mended. */
  unloadable(failure: Failure): void;
  called(run: number, calls: readonly ApiCall[]): void;
}
