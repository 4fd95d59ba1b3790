// The one error class of the project. Every failure that reaches a person carries a code to test for and a message that
// says what happened, where, and what to do. What is expected (a closed peer, a malformed frame) is a value or an event
// instead. The codes are closed: a new way to fail gets a new line here, with the sentence that explains it.

/** What can go wrong, seen from the reader's side. */
export type ErrorCode =
  /** The handlers given to `createAlgorithmActor` (or exported by an entry) are not usable. */
  | 'INVALID_HANDLERS'
  /** An option, from code or environment, has a value that cannot be used. */
  | 'INVALID_OPTIONS'
  /** A flag or argument on the command line cannot be used. */
  | 'INVALID_USAGE'
  /** The entry module is missing, or threw while it was loaded. */
  | 'INVALID_ENTRY'
  /** The thread or process of the handlers ended in mid-task: it exited, was killed, or ran out of memory. */
  | 'HANDLER_CRASHED'
  /** A pipeline or algorithm document breaks a rule. */
  | 'INVALID_DESCRIPTOR'
  /** A file is no recording, or lacks what is needed of one. */
  | 'INVALID_RECORDING'
  /** An archive, or a folder to make one of, is missing, broken, or holds what is refused; `facts.reason` says which. */
  | 'INVALID_ARCHIVE'
  /** Code could not be made an algorithm that runs: it cannot be had, its dependencies cannot be installed, it has no `start`. */
  | 'BUILD_FAILED'
  /** Files could not be written: the place is taken, not there, somebody else's, or the disk is full. */
  | 'CANNOT_WRITE'
  /** There is no run, pipeline or algorithm of this name or id. */
  | 'NOT_FOUND'
  /** Something that exists in HKube is asked for, which this version does not do yet. */
  | 'UNSUPPORTED'
  /** An effect of a chart was not bound: a mistake inside this package. */
  | 'UNPROVIDED'
  /** An api call got an argument that would harm the worker, or came when it cannot be carried out. */
  | 'INVALID_CALL'
  /** `finishSpan` with no span open: usually an `await` is missing, or a finish stands twice. */
  | 'SPAN_NOT_OPEN'
  /** A value cannot cross the wire: a BigInt, a function, a cycle. The message says where in the value. */
  | 'NOT_ENCODABLE'
  /** A frame is larger than the limit that both ends keep. */
  | 'FRAME_TOO_LARGE'
  /** Too much waits for a worker that does not listen. */
  | 'OUTBOX_FULL'
  /** A sub-pipeline ended with an error; the message is HKube's. */
  | 'SUB_PIPELINE_FAILED'
  /** A sub-pipeline was stopped, by its algorithm or from outside; `facts.reason` says why. */
  | 'SUB_PIPELINE_STOPPED'
  /** A sub-pipeline took longer than its `timeoutMs`. */
  | 'SUB_PIPELINE_TIMED_OUT'
  /** An execution ended with an error; the message is HKube's. */
  | 'EXECUTION_FAILED'
  /** An execution was stopped; `facts.reason` says why. */
  | 'EXECUTION_STOPPED'
  /** An execution took longer than its `timeoutMs`. */
  | 'EXECUTION_TIMED_OUT'
  /** The `signal` given to a call was aborted. */
  | 'ABORTED'
  /** The task ended while a call was still waiting: usually a missing `await` in the handler. */
  | 'TASK_ENDED'
  /** A port could not be opened, or the other side could not be reached. */
  | 'CANNOT_CONNECT'
  /** HKube could not do what it was asked for, or its answer is none. */
  | 'REQUEST_FAILED'
  /** An algorithm process could not be started, or ended before it had connected. */
  | 'CANNOT_LAUNCH'
  /** A pipeline run ended with an error. */
  | 'RUN_FAILED'
  /** The result of a task was asked for that has none: it failed, was stopped, or crashed. Only in the test kit. */
  | 'TASK_FAILED'
  /** A test waited for a task longer than its `timeoutMs`; the message says where the task stands. */
  | 'TEST_TIMED_OUT';

/** Details a program can read: ids, reasons, limits. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean>>;

/**
 * An error of algorithm-actor. `code` is for programs, `message` for people, `cause` keeps what was underneath.
 *
 * @example
 * try { await api.startStoredSubPipeline({ name: 'merge' }); }
 * catch (error) { if (error instanceof RuntimeError && error.code === 'SUB_PIPELINE_STOPPED') … }
 */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, { cause, facts = {} }: { cause?: unknown; facts?: ErrorFacts } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}

/** Stands in a chart for an effect that `provide` binds; running a chart without it stops the actor with this error. */
export function unprovided(effect: string): () => never {
  return () => {
    throw new RuntimeError('UNPROVIDED', `The effect "${effect}" was not bound. Bind it with machine.provide().`);
  };
}

/** The same for an action: `Params` is what the chart gives it. */
export function unprovidedAction<Params>(effect: string): (_: unknown, params: Params) => void {
  return unprovided(effect);
}
