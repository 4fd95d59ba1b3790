// Runs are found. A search looks at the small part of each run only, and gives it, however large their inputs and results are; those are
// asked for by the id.

import * as z from 'zod/mini';
import type { JobEntry } from '#descriptors/job';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { type Criteria, matches } from '#local-hkube/job-criteria';
import { Dates, datesOf, listOf, moment } from '#rest/criteria';
import { bySchema, type Endpoint, text } from '#rest/endpoint';

const LIMIT = 100;
const whole = z.pipe(
  z.transform((given: string | number) => (typeof given === 'string' && given.trim() !== '' ? Number(given) : given)),
  z.int('expected a whole number').check(z.minimum(0, 'expected 0 or more')),
);
const order = z.enum(['asc', 'desc'], 'expected asc or desc');
const flags = z.record(z.string(), z.boolean('expected true or false'), 'expected an object of true and false');

const Query = bySchema(
  z.looseObject({
    ...{ experimentName: z.optional(text), pipelineName: z.optional(text), pipelineType: z.optional(text) },
    ...{ algorithmName: z.optional(text), pipelineStatus: z.optional(text), tags: z.optional(text) },
    ...{ from: z.optional(moment), to: z.optional(moment), cursor: z.optional(text), page: z.optional(whole) },
    ...{ sort: z.optional(order), limit: z.optional(whole), fields: z.optional(text), exists: z.optional(text) },
  }),
);
const tagList = z.optional(z.array(text, 'expected an array of text'));
const Body = bySchema(
  z.looseObject(
    {
      query: z.optional(
        z.looseObject(
          {
            ...{ experimentName: z.nullish(text), pipelineName: z.nullish(text), pipelineType: z.nullish(text) },
            ...{ algorithmName: z.nullish(text), pipelineStatus: z.nullish(text), tags: tagList },
            datesRange: z.optional(Dates),
          },
          'expected an object',
        ),
      ),
      ...{ cursor: z.nullish(text), pageNum: z.nullish(whole), sort: z.nullish(order), limit: z.nullish(whole) },
      ...{ fields: z.optional(flags), exists: z.optional(flags), tags: tagList },
    },
    'expected an object with query',
  ),
);

const Hits = z.object({
  hits: z.array(z.looseObject({})),
  cursor: z.nullable(z.string()),
  timeTook: z.string(),
});

interface Search {
  readonly criteria: Criteria;
  readonly cursor?: string | null | undefined;
  /** From 1. */
  readonly page?: number | null | undefined;
  readonly sort?: 'asc' | 'desc' | null | undefined;
  readonly limit?: number | null | undefined;
  /** Which parts of a hit are given, or left out. */
  readonly fields?: Readonly<Record<string, boolean>> | undefined;
  /** Which parts of a hit have to be there, or must not. */
  readonly exists?: Readonly<Record<string, boolean>> | undefined;
}

export function searchEndpoints({ jobs }: LocalHKube): Endpoint[] {
  const path = '/exec/search';
  const find = async (search: Search): Promise<object> => found(await jobs.entries(), search);
  return [
    {
      ...{ method: 'get', path, summary: 'runs, newest first', query: Query, answer: Hits },
      handle: (request) => {
        const { fields, exists, tags, pipelineStatus, from, to, ...rest } = request.query(Query);
        const criteria = {
          ...namesIn(rest),
          ...datesOf({ from, to }),
          statuses: listOf(pipelineStatus),
          tags: listOf(tags),
        };
        return find({ ...rest, criteria, fields: flagsIn(fields), exists: flagsIn(exists) });
      },
    },
    {
      ...{ method: 'post', path, summary: 'runs, newest first', body: Body, answer: Hits },
      handle: async (request) => {
        const { query = {}, pageNum: page, tags, ...rest } = await request.body(Body);
        const { pipelineStatus, datesRange } = query;
        const criteria = {
          ...namesIn(query),
          ...datesOf(datesRange),
          ...{ statuses: listOf(pipelineStatus ?? undefined), tags: query.tags ?? tags },
        };
        return find({ ...rest, page, criteria });
      },
    },
  ];
}

type Names = Pick<Criteria, 'experimentName' | 'pipelineName' | 'pipelineType' | 'algorithmName'>;

/** Nothing is not asked for. */
function namesIn(query: { readonly [Name in keyof Names]?: Names[Name] | null }): Names {
  const { experimentName, pipelineName, pipelineType, algorithmName } = query;
  return {
    experimentName: experimentName ?? undefined,
    pipelineName: pipelineName ?? undefined,
    pipelineType: pipelineType ?? undefined,
    algorithmName: algorithmName ?? undefined,
  };
}

/** `a:true,b:false` */
function flagsIn(given: string | undefined): Readonly<Record<string, boolean>> | undefined {
  const pairs = (given ?? '').split(',').flatMap((pair): [string, boolean][] => {
    const [name = '', value = ''] = pair.split(':').map((part) => part.trim());
    return name === '' ? [] : [[name, value !== 'false']];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

function found(entries: readonly JobEntry[], { criteria, ...search }: Search): object {
  const begun = performance.now();
  const { cursor, page, sort, limit, fields, exists } = search;
  const size = Math.max(1, limit ?? LIMIT);
  const ordered = sort === 'asc' ? entries.toReversed() : entries;
  const hits = ordered
    .filter((entry) => matches(entry, criteria))
    .map(hitOf)
    .filter((hit) => hasParts(hit, exists));
  const after = cursor ? hits.findIndex(({ jobId }) => jobId === cursor) + 1 : 0;
  const first = after + size * Math.max(0, (page ?? 1) - 1);
  const shown = hits.slice(first, first + size);
  return {
    hits: shown.map((hit) => partsOf(hit, fields)),
    // What comes next is what stands behind this one.
    cursor: first + size < hits.length ? (shown.at(-1)?.jobId ?? null) : null,
    timeTook: ((performance.now() - begun) / 1_000).toFixed(4),
  };
}

type Hit = ReturnType<typeof hitOf>;

function hitOf({ jobId, pipeline, status, startTime, timeTook, facets, state, auditTrail }: JobEntry) {
  const { error, nodeName, reason, timestamp } = state ?? {};
  const ended = { jobId, startTime, pipeline, status, timestamp, timeTook, error, nodeName, reason };
  return {
    jobId,
    pipeline: { name: pipeline, startTime, ...facets },
    status: state ?? { jobId, pipeline, status },
    ...(timeTook !== undefined && { result: ended }),
    completion: timeTook !== undefined,
    auditTrail: (auditTrail ?? []).toReversed(),
  };
}

function hasParts(hit: Hit, exists: Search['exists']): boolean {
  return Object.entries(exists ?? {}).every(([name, isWanted]) => name in hit === isWanted);
}

/** With a part that is wanted, only those that are; else all but those that are not. */
function partsOf(hit: Hit, fields: Search['fields']): object {
  if (fields === undefined) return hit;
  const isList = Object.values(fields).includes(true);
  const wanted = new Map(Object.entries(fields).map(([name, isWanted]) => [name.split('.')[0], isWanted]));
  return Object.fromEntries(Object.entries(hit).filter(([name]) => name === 'jobId' || (wanted.get(name) ?? !isList)));
}
