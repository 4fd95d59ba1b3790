// Pipeline documents: their schema, the defaults that HKube fills in, and words for all that is wrong with one, at once. What a
// reference in an `input` means, and whether the nodes make a graph, is the affair of `pipeline`.

import * as z from 'zod/mini';
import { checkBy, copyDocument, isFields, show, valueAt } from '#descriptors/document';
import { invalidDescriptor, readYaml } from '#descriptors/yaml';

const text = (rule: string) => z.string(rule).check(z.minLength(1, rule));

/** HKube takes numbers as text too, and its documentation writes them so. */
const numeric = <Schema extends z.ZodMiniType<number, number>>(schema: Schema) =>
  z.pipe(
    z.transform((value: number | string) =>
      typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value,
    ),
    schema,
  );
const number = (from: number, to: number, rule: string) =>
  numeric(z.number(rule).check(z.minimum(from, rule), z.maximum(to, rule)));
const whole = (from: number, to: number, rule: string) =>
  numeric(z.int(rule).check(z.minimum(from, rule), z.maximum(to, rule)));

const percent = number(0, 100, 'expected a number from 0 to 100');
const seconds = number(0, Number.MAX_SAFE_INTEGER, 'expected a number of seconds');
const count = whole(0, Number.MAX_SAFE_INTEGER, 'expected a whole number, 0 or more');
const priority = whole(1, 5, 'expected a whole number from 1 to 5');
const flag = z.pipe(
  z.transform((value: boolean | 'true' | 'false') => (value === 'true' ? true : value === 'false' ? false : value)),
  z.boolean('expected true or false'),
);
const record = z.record(z.string(), z.unknown(), 'expected an object');
const url = z.url({ protocol: /^(https?|ftp)$/, error: 'expected an http, https or ftp URL' });

export const RetryPolicy = z.enum(
  ['Never', 'Always', 'OnError', 'OnCrash'],
  'expected Never, Always, OnError or OnCrash',
);
export type RetryPolicy = z.output<typeof RetryPolicy>;

export const DEFAULT_RETRY = { policy: 'OnCrash', limit: 3 } as const;

/** When a task is run again, and how often. */
export const Retry = z.looseObject(
  {
    policy: z._default(RetryPolicy, DEFAULT_RETRY.policy),
    limit: z._default(whole(1, Number.MAX_SAFE_INTEGER, 'expected a whole number, 1 or more'), DEFAULT_RETRY.limit),
  },
  'expected {policy, limit}',
);
export type Retry = z.output<typeof Retry>;

const NodeKind = z.enum(
  ['algorithm', 'pipeline', 'debug', 'dataSource', 'gateway', 'output', 'hyperparamsTuner'],
  'expected algorithm, pipeline, output, debug, dataSource, gateway or hyperparamsTuner',
);

/** A rule of more than one field also holds for a node that is wrong in other places. */
const isObject = ({ value }: { readonly value: unknown }): boolean => isFields(value);

/** A node: one algorithm, and the arguments it is run with. Unknown keys are kept. */
export const PipelineNode = z
  .looseObject(
    {
      nodeName: text('expected a name that is not empty'),
      kind: z._default(NodeKind, 'algorithm'),
      /** Empty where the kind of the node has none. */
      algorithmName: z._default(z.string('expected the name of an algorithm'), ''),
      /** Arguments, with references (`@flowInput.a`, `#@flowInput.list`, `@node`, `*@node`, `#[1...5]`) anywhere inside. */
      input: z._default(z.array(z.unknown(), 'expected an array'), []),
      batchOperation: z.optional(z.enum(['indexed', 'cartesian'], 'expected indexed or cartesian')),
      /** Puts the node among the results also when others depend on it. HKube's schema and its engine spell it differently. */
      includeInResult: z.optional(flag),
      includeInResults: z.optional(flag),
      metrics: z.optional(z.looseObject({ tensorboard: z.optional(flag) }, 'expected {tensorboard}')),
      retry: z.optional(Retry),
      ttl: z.optional(seconds),
      minStatelessCount: z._default(count, 0),
      maxStatelessCount: z.optional(count),
      stateType: z.optional(z.enum(['stateless', 'stateful'], 'expected stateless or stateful')),
      /** For nodes that are no algorithm; of a `pipeline`, `name` is the stored pipeline. */
      spec: z.optional(record),
      extraData: z.optional(z.unknown()),
    },
    'expected a node: an object with nodeName, algorithmName and input',
  )
  .check(
    z.refine(({ kind, algorithmName }) => kind !== 'algorithm' || algorithmName !== '', {
      path: ['algorithmName'],
      error: 'please provide algorithm name',
      when: isObject,
    }),
    z.refine(({ kind, spec }) => kind !== 'pipeline' || (typeof spec?.name === 'string' && spec.name !== ''), {
      path: ['spec', 'name'],
      error: 'please provide pipeline name',
      when: isObject,
    }),
  );
export type PipelineNode = z.output<typeof PipelineNode>;

const ConcurrentPipelines = z.strictObject(
  {
    /** How many runs of one pipeline may be on their way at once. */
    amount: whole(1, 10_000, 'expected a whole number from 1 to 10000'),
    /** Refuse one too many; otherwise it waits. */
    rejectOnFailure: z._default(flag, true),
  },
  'expected {amount, rejectOnFailure}',
);

const Options = z.looseObject(
  {
    /** In seconds. */
    ttl: z._default(seconds, 3600),
    activeTtl: z.optional(whole(1, Number.MAX_SAFE_INTEGER, 'expected a whole number of seconds, 1 or more')),
    /** From how many percent of failed items on a batch fails its pipeline. */
    batchTolerance: z._default(percent, 80),
    concurrentPipelines: z.optional(ConcurrentPipelines),
    progressVerbosityLevel: z._default(
      z.enum(
        ['trace', 'debug', 'info', 'warn', 'error', 'critical'],
        'expected trace, debug, info, warn, error or critical',
      ),
      'info',
    ),
    debugOverride: z.optional(z.array(text('expected the name of a node'), 'expected an array of node names')),
  },
  'expected an object',
);

const Edge = z.looseObject(
  {
    source: text('expected the name of a node'),
    target: text('expected the name of a node'),
  },
  'expected {source, target}',
);
const Streaming = z.looseObject(
  { flows: z.optional(z.record(z.string(), z.string('expected a flow such as A >> B'), 'expected an object')) },
  'expected an object',
);
const Triggers = z.strictObject(
  {
    pipelines: z.optional(z.array(text('expected the name of a pipeline'), 'expected an array of pipeline names')),
    cron: z.optional(
      z.strictObject(
        { pattern: text('expected a cron pattern'), enabled: z._default(flag, false) },
        'expected {pattern, enabled}',
      ),
    ),
  },
  'expected pipelines and cron only',
);
const tag = z
  .string('expected text')
  .check(z.minLength(1, 'expected 1 to 32 characters'), z.maxLength(32, 'expected 1 to 32 characters'));

/** A pipeline in full, as `exec/raw` and raw sub-pipelines take it. Unknown keys are kept. */
export const RawPipeline = z.looseObject(
  {
    name: text('please provide pipeline name').check(
      z.regex(/^[:\-_.A-Za-z0-9]+$/, 'expected letters, digits and : - _ . only'),
    ),
    kind: z._default(z.enum(['batch', 'stream'], 'expected batch or stream'), 'batch'),
    experimentName: z._default(z.string('expected text'), 'main'),
    description: z.optional(z.string('expected text')),
    tags: z.optional(z.array(tag, 'expected an array of text')),
    priority: z._default(priority, 3),
    nodes: z
      .array(PipelineNode, 'expected an array of nodes')
      .check(z.minLength(1, 'pipeline must have at least one node')),
    /** Order without data: `target` starts after `source` has ended. */
    edges: z._default(z.array(Edge, 'expected an array of {source, target}'), []),
    flowInput: z.nullish(record),
    options: z.prefault(Options, {}),
    webhooks: z.optional(
      z.strictObject({ progress: z.optional(url), result: z.optional(url) }, 'expected progress and result only'),
    ),
    streaming: z.optional(Streaming),
    triggers: z.optional(Triggers),
  },
  'expected a pipeline: an object with name and nodes',
);
export type RawPipeline = z.output<typeof RawPipeline>;
/** A pipeline as people write it: what has a default may be left out. */
export type RawPipelineInput = z.input<typeof RawPipeline>;

/**
 * Checks a pipeline and fills in HKube's defaults; the result shares nothing with `value`. Throws `INVALID_DESCRIPTOR` with every
 * problem; `where` says whose they are.
 */
export function checkPipeline(value: unknown, where: string): RawPipeline {
  const document = copyDocument(value, where);
  const parsed = checkBy(RawPipeline, document, where);
  if (parsed.success) return nameOutputs(parsed.data);
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.') || 'the document';
    return `${path}: ${issue.message}, got ${show(valueAt(document, issue.path))}`;
  });
  throw invalidDescriptor(where, problems);
}

/** The algorithm of an `output` node is its pipeline's, by HKube's own name for it. */
function nameOutputs(pipeline: RawPipeline): RawPipeline {
  if (pipeline.nodes.every(({ kind }) => kind !== 'output')) return pipeline;
  const algorithmName = `${pipeline.name}-output`;
  return {
    ...pipeline,
    nodes: pipeline.nodes.map((node) => (node.kind === 'output' ? { ...node, algorithmName } : node)),
  };
}

/** Reads a pipeline from YAML or JSON text. Throws `INVALID_DESCRIPTOR`, for text that is neither with line and column. */
export function parsePipeline(source: string, where: string): RawPipeline {
  return checkPipeline(readYaml(source, where), where);
}
