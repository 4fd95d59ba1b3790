// Stands for the sub-pipelines of a task: who is asked for is looked up by name, answered, and written down.

import { RuntimeError } from '#errors';
import type { SubPipelineOrder } from '#machines/session.events';
import { describeFailure } from '#model/failure';
import type { Json } from '#model/json';
import type { RunSubPipeline, SubPipelineEnd } from '#worker/sub-pipelines';

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

const isEnd = Symbol('how a sub-pipeline ends');

/** What a fake returns in place of a response. */
export interface FakeEnd {
  readonly [isEnd]: SubPipelineEnd | 'never';
}

/** How a fake can end a sub-pipeline other than with a response or a throw. */
export interface FakeEnds {
  /** It is stopped from outside: the handle rejects with `SUB_PIPELINE_STOPPED`. */
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

/** A sub-pipeline that was asked for, and how it ended; `end` is null as long as nothing was answered. */
export interface SubPipelineRecord extends Omit<AskedSubPipeline, 'signal'> {
  readonly end:
    | { readonly kind: 'done'; readonly response: unknown }
    | { readonly kind: 'failed'; readonly error: string }
    /** `by`: the algorithm, its task's end included; or the fake. */
    | { readonly kind: 'stopped'; readonly by: 'algorithm' | 'fake'; readonly reason: string }
    | null;
}

type Writing = { -readonly [Field in keyof SubPipelineRecord]: SubPipelineRecord[Field] };

const ends: FakeEnds = {
  stopped: (reason) => ({ [isEnd]: { kind: 'stopped', reason } }),
  never: () => ({ [isEnd]: 'never' }),
};

export interface Fakes {
  readonly run: RunSubPipeline;
  /** In the order in which they were asked for. */
  readonly records: readonly SubPipelineRecord[];
}

export function createFakes(fakes: SubPipelineFakes): Fakes {
  const records: Writing[] = [];
  return {
    records,
    run: (order) => {
      const abort = new AbortController();
      const asked = askedBy(order);
      const record: Writing = { ...asked, end: null };
      records.push(record);
      return {
        ended: answer(fakes, { ...asked, signal: abort.signal }).then((end) => {
          record.end ??= recordOf(end);
          return end;
        }),
        stop: (reason) => {
          record.end ??= { kind: 'stopped', by: 'algorithm', reason };
          abort.abort(new RuntimeError('ABORTED', `The sub-pipeline was stopped: ${reason}.`, { facts: { reason } }));
        },
      };
    },
  };
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

async function answer(fakes: SubPipelineFakes, asked: AskedSubPipeline): Promise<SubPipelineEnd> {
  const { name } = asked;
  try {
    const fake = fakes[Object.hasOwn(fakes, name) ? name : '*'];
    if (fake === undefined) throw new RuntimeError('INVALID_OPTIONS', missing(asked, fakes));
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

function recordOf(end: SubPipelineEnd): SubPipelineRecord['end'] {
  switch (end.kind) {
    case 'done':
      return { kind: 'done', response: end.response };
    case 'failed':
      return end;
    case 'stopped':
      return { ...end, by: 'fake' };
  }
}

function missing({ kind, name }: AskedSubPipeline, fakes: SubPipelineFakes): string {
  const known = Object.keys(fakes);
  const others = known.length === 0 ? 'There are no fakes' : `The fakes are ${known.join(', ')}`;
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  return (
    `The ${kind} sub-pipeline "${name}" has no fake: give testAlgorithm the option ` +
    `subPipelines: { ${key}: ({ flowInput }) => response }, or one named "*" for any. ${others}.`
  );
}
