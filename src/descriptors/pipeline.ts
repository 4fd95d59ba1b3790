// Pipeline documents: their schema, the defaults that HKube fills in, and words for all that is wrong with one, at once. What a
// reference in an `input` means, and whether the nodes make a graph, is the affair of `pipeline`.

import { inspect } from 'node:util';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { RuntimeError } from '#errors';

const text = (rule: string) => z.string(rule).check(z.minLength(1, rule));

/** HKube takes numbers as text too, and its documentation writes them so. */
const numeric = (from: number, to: number, rule: string) =>
  z.pipe(
    z.transform((value: number | string) =>
      typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value,
    ),
    z.number(rule).check(z.minimum(from, rule), z.maximum(to, rule)),
  );
const percent = numeric(0, 100, 'expected a number from 0 to 100');
const seconds = numeric(0, Number.MAX_SAFE_INTEGER, 'expected a number of seconds');
const priority = numeric(1, 5, 'expected a number from 1 to 5');
const record = z.record(z.string(), z.unknown(), 'expected an object');
const url = z.url({ protocol: /^(https?|ftp)$/, error: 'expected an http, https or ftp URL' });

/** A node: one algorithm, and the arguments it is run with. Unknown keys are kept. */
export const PipelineNode = z.looseObject(
  {
    nodeName: text('expected a name that is not empty'),
    kind: z._default(z.literal('algorithm', 'expected algorithm: other kinds of nodes are not built yet'), 'algorithm'),
    algorithmName: text('please provide algorithm name'),
    /** Arguments, with references (`@flowInput.a`, `#@flowInput.list`, `@node`) anywhere inside. */
    input: z._default(z.array(z.unknown(), 'expected an array'), []),
    batchOperation: z.optional(z.enum(['indexed', 'cartesian'], 'expected indexed or cartesian')),
    /** Puts the node among the results also when others depend on it. HKube's schema and its engine spell it differently. */
    includeInResult: z.optional(z.boolean('expected true or false')),
    includeInResults: z.optional(z.boolean('expected true or false')),
    metrics: z.optional(record),
    retry: z.optional(record),
    ttl: z.optional(seconds),
    extraData: z.optional(z.unknown()),
  },
  'expected a node: an object with nodeName, algorithmName and input',
);
export type PipelineNode = z.output<typeof PipelineNode>;

const Options = z.looseObject(
  {
    /** In seconds. */
    ttl: z._default(seconds, 3600),
    /** From how many percent of failed items on a batch fails its pipeline. */
    batchTolerance: z._default(percent, 80),
    progressVerbosityLevel: z._default(z.string('expected text'), 'info'),
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
/** A pipeline in full, as `exec/raw` and raw sub-pipelines take it. Unknown keys are kept. */
export const RawPipeline = z.looseObject(
  {
    name: text('please provide pipeline name').check(
      z.regex(/^[:\-_.A-Za-z0-9]+$/, 'expected letters, digits and : - _ . only'),
    ),
    kind: z._default(z.literal('batch', 'expected batch: streams are not built yet'), 'batch'),
    experimentName: z._default(z.string('expected text'), 'main'),
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
  },
  'expected a pipeline: an object with name and nodes',
);
export type RawPipeline = z.output<typeof RawPipeline>;
/** A pipeline as people write it: what has a default may be left out. */
export type RawPipelineInput = z.input<typeof RawPipeline>;

/** Checks a pipeline and fills in HKube's defaults. Throws `INVALID_DESCRIPTOR` with every problem; `where` says whose they are. */
export function checkPipeline(value: unknown, where: string): RawPipeline {
  const parsed = RawPipeline.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.') || 'the document';
    return `${path}: ${issue.message}, got ${show(valueAt(value, issue.path))}`;
  });
  throw invalidDescriptor(where, problems);
}

/** Reads a pipeline from YAML or JSON text. Throws `INVALID_DESCRIPTOR`, for text that is neither with line and column. */
export function parsePipeline(source: string, where: string): RawPipeline {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return `line ${line}, column ${col}: ${error.message}`;
    });
    throw invalidDescriptor(where, problems);
  }
  return checkPipeline(valueOf(document, where), where);
}

/** One error for any number of problems. */
export function invalidDescriptor(where: string, problems: readonly string[]): RuntimeError {
  return new RuntimeError('INVALID_DESCRIPTOR', `${where}: ${problems.join('; ')}.`, {
    facts: { problems: problems.length },
  });
}

/** Aliases can make a small document enormous; the parser bounds that, and throws. */
function valueOf(document: ReturnType<typeof parseDocument>, where: string): unknown {
  try {
    const value: unknown = document.toJS();
    return value;
  } catch (cause) {
    throw invalidDescriptor(where, [cause instanceof Error ? cause.message : String(cause)]);
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (owner, key) =>
      typeof owner === 'object' && owner !== null && Object.hasOwn(owner, key) ? Reflect.get(owner, key) : undefined,
    value,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  return inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 5, maxStringLength: 60 });
}
