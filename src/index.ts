// The public door of the runtime.

export { RuntimeError, type ErrorCode, type ErrorFacts } from '#errors';
export type { AlgorithmHandlers, Task } from '#handlers/algorithm-handlers';
export type { AlgorithmApi } from '#handlers/api';
export type { TaskMetrics } from '#handlers/metric-calls';
export { createLogger, type Logger, type LogLevel } from '#handlers/logger';
export type { Execution, SubPipeline } from '#handlers/child';
export type { AlgorithmRequest, ExecutionOptions, SubPipelineOptions } from '#handlers/child-calls';
export type { AlgorithmEmitted } from '#machines/algorithm.events';
export type { Failure } from '#model/failure';
export type { Json } from '#model/json';
export type { SpanTags } from '#model/span-stack';
export type { TaskIds, TaskOutcome } from '#model/task';
export { createAlgorithmActor, type AlgorithmActor, type EntryOptions } from '#runtime/create-algorithm-actor';
export type { AlgorithmOptions } from '#runtime/options';
export type { RawSubPipeline, StoredSubPipeline } from '#wire/outgoing';
export type { TaskData } from '#wire/task-data';
