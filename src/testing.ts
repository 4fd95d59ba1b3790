// The public door of the test kit: an author's handlers, run without a socket, a cluster or a container. It knows no test runner.

export { RuntimeError, type ErrorCode, type ErrorFacts } from '#errors';
export type { LogLevel } from '#handlers/logger';
export type { Refusal } from '#machines/session.refusals';
export type { TaskEnd, TaskError } from '#machines/session.events';
export type { EndedTask, TaskRecord } from '#testing/ended-task';
export type {
  AskedExecution,
  AskedSubPipeline,
  ExecutionFake,
  ExecutionFakes,
  FakeEnd,
  FakeEnds,
  SubPipelineFake,
  SubPipelineFakes,
  RequestRecord,
} from '#testing/fakes';
export type { RunOptions, TestEntry, TestOptions } from '#testing/options';
export type { RunningTask, Wanted } from '#testing/running-task';
export type { LogLine, TestScalar } from '#testing/scene';
export { simulateTime, type SimulatedTime } from '#testing/simulated-time';
export type { TestSpan } from '#testing/span-tree';
export type { Command, TestFrame } from '#testing/tape';
export type { TestTask } from '#testing/task-data';
export { type AlgorithmTest, testAlgorithm } from '#testing/test-algorithm';
export type { Fault } from '#worker/faults';
