// Stands for the sub-pipelines and the executions of a task: who is asked for is looked up by name, answered, and written down.

import { RuntimeError } from '#errors';
import type { ExecutionOrder, SubPipelineOrder } from '#machines/session.events';
import { describeFailure } from '#model/failure';
import type { Json } from '#model/json';
import type { ChildEnd, ChildRun } from '#worker/children';
import type { RunExecution } from '#worker/executions';
import type { RunSubPipeline } from '#worker/sub-pipelines';

/** A sub-pipeline that the algorithm asks for, with the fields that it gave the pipeline. */
export interface AskedSubPipeline {
  readonly kind: 'raw' | 'stored';
  readonly name: string;
  readonly flowInput: Readonly<Record<string, unknown>>;
  /** Of a raw one. */
  readonly nodes?: unknown;
  readonly options?: unknown;
  readonly webhooks?: unknown;
  readonly includeResult: boolean;
  /** Fires when nobody waits for it any more: the algorithm has stopped it, or its task is over. */
  readonly signal: AbortSignal;
}

/** An algorithm that the algorithm asks for (`api.startAlgorithm`). */
export interface AskedExecution {
  readonly kind: 'algorithm';
  readonly name: string;
  readonly input: readonly unknown[];
  readonly includeResult: boolean;
  /** Fires when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

const isEnd = Symbol('how a sub-pipeline ends');

/** What a fake returns in place of a response. */
export interface FakeEnd {
  readonly [isEnd]: ChildEnd | 'never';
}

/** How a fake can end what was asked for, other than with a response or a throw. */
export interface FakeEnds {
  /** It is stopped from outside: a sub-pipeline rejects with `SUB_PIPELINE_STOPPED`, an execution with `EXECUTION_FAILED`, as HKube has it. */
  stopped(reason: string): FakeEnd;
  /** It is never answered. */
  never(): FakeEnd;
}

/**
 * A response as it is, or a function that returns one, or a promise of one. HKube responds with an array, an item for each node
 * without successors: `[{ nodeName, algorithmName, result }]`. A throw fails the sub-pipeline.
 */
export type SubPipelineFake = Json | ((asked: AskedSubPipeline, ends: FakeEnds) => unknown);

/** By the name of the pipeline, stored or raw; `*` is any other. */
export type SubPipelineFakes = Readonly<Record<string, SubPipelineFake>>;

/** A response as it is, or a function of the asked algorithm's input. A throw fails the execution. */
export type ExecutionFake = Json | ((asked: AskedExecution, ends: FakeEnds) => unknown);

/** By the name of the algorithm; `*` is any other. */
export type ExecutionFakes = Readonly<Record<string, ExecutionFake>>;

/** How what was asked for has ended; null as long as nothing was answered. */
export interface RequestEnd {
  readonly end:
    | { readonly kind: 'done'; readonly response: unknown }
    | { readonly kind: 'failed'; readonly error: string }
    /** `by`: the algorithm, its task's end included; or the fake. */
    | { readonly kind: 'stopped'; readonly by: 'algorithm' | 'fake'; readonly reason: string }
    | null;
}

/** A sub-pipeline or an execution that was asked for, and how it ended. */
export type RequestRecord = (Omit<AskedSubPipeline, 'signal'> | Omit<AskedExecution, 'signal'>) & RequestEnd;

const ends: FakeEnds = {
  stopped: (reason) => ({ [isEnd]: { kind: 'stopped', reason } }),
  never: () => ({ [isEnd]: 'never' }),
};

export interface Fakes {
  readonly runSubPipeline: RunSubPipeline;
  readonly runExecution: RunExecution;
  /** In the order in which they were asked for. */
  readonly records: readonly RequestRecord[];
}

/** Who stands for whom. */
export interface FakesByKind {
  readonly subPipelines: SubPipelineFakes;
  readonly executions: ExecutionFakes;
}

/** What both kinds of fakes have in common: it is known whom they are given. */
type Fake<Asked> = Json | ((asked: Asked, ends: FakeEnds) => unknown);
type Unsigned = Omit<AskedSubPipeline, 'signal'> | Omit<AskedExecution, 'signal'>;

export function createFakes({ subPipelines, executions }: FakesByKind): Fakes {
  const records: RequestRecord[] = [];

  function play<Asked extends Unsigned>(
    asked: Asked,
    fakes: Readonly<Record<string, Fake<Asked & { readonly signal: AbortSignal }>>>,
  ): ChildRun {
    const abort = new AbortController();
    const at = records.length;
    const note = (end: RequestEnd['end']): void => {
      if (records[at]?.end === null) records[at] = { ...asked, end };
    };
    records.push({ ...asked, end: null });
    return {
      ended: answer(fakes, { ...asked, signal: abort.signal }).then((end) => {
        note(recordOf(end));
        return end;
      }),
      stop: (reason) => {
        note({ kind: 'stopped', by: 'algorithm', reason });
        const what = asked.kind === 'algorithm' ? 'execution' : 'sub-pipeline';
        abort.abort(new RuntimeError('ABORTED', `The ${what} was stopped: ${reason}.`, { facts: { reason } }));
      },
    };
  }

  return {
    records,
    runSubPipeline: (order) => play(askedBy(order), subPipelines),
    runExecution: (order) => play(executionAskedBy(order), executions),
  };
}

function executionAskedBy({ algorithmName, input, includeResult }: ExecutionOrder): Omit<AskedExecution, 'signal'> {
  return { kind: 'algorithm', name: algorithmName, input, includeResult };
}

function askedBy({ kind, pipeline, includeResult }: SubPipelineOrder): Omit<AskedSubPipeline, 'signal'> {
  const { name, flowInput } = pipeline;
  return {
    ...pipeline,
    kind,
    name: String(name),
    flowInput: typeof flowInput === 'object' && flowInput !== null ? { ...flowInput } : {},
    includeResult,
  };
}

async function answer<Asked extends Unsigned>(
  fakes: Readonly<Record<string, Fake<Asked>>>,
  asked: Asked,
): Promise<ChildEnd> {
  const { name } = asked;
  try {
    const fake = fakes[Object.hasOwn(fakes, name) ? name : '*'];
    if (fake === undefined) throw new RuntimeError('INVALID_OPTIONS', missing(asked, Object.keys(fakes)));
    const given: unknown = typeof fake === 'function' ? await fake(asked, ends) : fake;
    const end = isFakeEnd(given) ? given[isEnd] : undefined;
    if (end !== 'never') return end ?? { kind: 'done', response: given, storedAt: `test/${name}` };
  } catch (error) {
    return { kind: 'failed', error: describeFailure(error).message };
  }
  return new Promise(() => undefined);
}

function isFakeEnd(given: unknown): given is FakeEnd {
  return typeof given === 'object' && given !== null && isEnd in given;
}

function recordOf(end: ChildEnd): RequestEnd['end'] {
  switch (end.kind) {
    case 'done':
      return { kind: 'done', response: end.response };
    case 'failed':
      return end;
    case 'stopped':
      return { ...end, by: 'fake' };
  }
}

function missing({ kind, name }: Unsigned, known: readonly string[]): string {
  const others = known.length === 0 ? 'There are no fakes' : `The fakes are ${known.join(', ')}`;
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  const [what, remedy] =
    kind === 'algorithm'
      ? ['execution of', `executions: { ${key}: ({ input }) => response }`]
      : [`${kind} sub-pipeline`, `subPipelines: { ${key}: ({ flowInput }) => response }`];
  return `The ${what} "${name}" has no fake: give testAlgorithm the option ${remedy}, or one named "*" for any. ${others}.`;
}
