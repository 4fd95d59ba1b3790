// Stored pipelines: listed, sent, changed, deleted.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import { StoredPipeline } from '#descriptors/stored-pipeline';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { bySchema, type Endpoint, type Incoming, type Reading, text } from '#rest/endpoint';
import { answerTo } from '#rest/errors';
import { readmeEndpointsOf } from '#rest/readme';

const path = '/store/pipelines';
const DELETED = 'pipeline has been deleted';

const ListQuery = bySchema(
  z.looseObject({
    name: z.optional(text),
    sort: z.optional(z.enum(['asc', 'desc'], 'expected asc or desc')),
    limit: z.optional(z.string().check(z.regex(/^\d+$/, 'expected a whole number'))),
  }),
);
const InsertQuery = bySchema(z.looseObject({ overwrite: z.optional(text) }));
/** The store says what is wrong with it. */
const AnyBody: Reading<unknown> = { schema: z.looseObject({ name: z.string() }), read: (given) => given };
const OneOrMany: Reading<unknown> = {
  schema: z.union([AnyBody.schema, z.array(AnyBody.schema)]),
  read: (given) => given,
};
const Stored = z.looseObject({ name: StoredPipeline.shape.name });
const Refused = z.object({ error: z.object({ name: z.optional(z.string()), code: z.number(), message: z.string() }) });

export function pipelineEndpoints(hkube: LocalHKube): Endpoint[] {
  const { pipelineStore: store } = hkube;
  const readmes = {
    get: async (name: string) => ({ name, readme: await store.readme(name) }),
    put: (name: string, text: string) => store.writeReadme(name, text),
    delete: (name: string) => store.deleteReadme(name),
  };
  return [
    ...readEndpoints(hkube),
    {
      ...{ method: 'post', path, summary: 'stores a pipeline, or several', query: InsertQuery, body: OneOrMany },
      ...{ answer: z.union([Stored, z.array(z.union([Stored, Refused]))]), status: 201 },
      handle: (request) => insert(hkube, request),
    },
    {
      ...{ method: 'put', path, summary: 'changes a stored pipeline', body: AnyBody, answer: Stored },
      handle: async (request) => store.update(await request.body(AnyBody)),
    },
    {
      ...{ method: 'delete', path: `${path}/:name`, summary: 'deletes a stored pipeline, and stops its runs' },
      answer: z.object({ message: z.string() }),
      handle: async (request) => ({ message: await remove(hkube, request.param('name')) }),
    },
    ...readmeEndpointsOf('pipeline', readmes, hkube.store.placeForUpload),
  ];
}

function readEndpoints({ pipelineStore: store }: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'get', path, summary: 'the stored pipelines', query: ListQuery, answer: z.array(Stored) },
      handle: (request) => {
        const { name, sort, limit } = request.query(ListQuery);
        const all = [...store.values()].filter((one) => name === undefined || one.name.includes(name));
        const byName = (one: string, other: string): number => (one < other ? -1 : 1);
        const ordered = sort === undefined ? all : all.toSorted((one, other) => byName(one.name, other.name));
        return (sort === 'desc' ? ordered.toReversed() : ordered).slice(
          0,
          limit === undefined ? Infinity : Number(limit),
        );
      },
    },
    {
      ...{ method: 'get', path: `${path}/:name`, summary: 'a stored pipeline', answer: Stored },
      handle: (request) => {
        const name = request.param('name');
        const found = store.get(name);
        if (found) return found;
        throw new RuntimeError('NOT_FOUND', `pipeline ${name} Not Found`, { facts: { name } });
      },
    },
  ];
}

/** Of several, each has its answer. */
async function insert({ pipelineStore: store }: LocalHKube, request: Incoming): Promise<object> {
  const overwrite = request.query(InsertQuery).overwrite === 'true';
  const given = await request.body(OneOrMany);
  if (!Array.isArray(given)) return store.insert(given, { overwrite });
  const answers: object[] = [];
  for (const one of given)
    answers.push(await store.insert(one, { overwrite }).catch((error: unknown) => refused(one, error)));
  return answers;
}

function refused(one: unknown, error: unknown): object {
  const name: unknown = typeof one === 'object' && one !== null ? Reflect.get(one, 'name') : undefined;
  const { status, body } = answerTo(error);
  const message = body.error.message || describeFailure(error).message;
  return { error: { ...(typeof name === 'string' && { name }), code: status, message } };
}

/** HKube's words. */
async function remove({ pipelineStore: store, jobs }: LocalHKube, name: string): Promise<string> {
  await store.delete(name);
  const stopped = await jobs.stop({ pipelineName: name, pipelineType: 'stored' }, DELETED).catch(() => []);
  const also = stopped.length === 0 ? '' : `, stopped related running pipelines ${stopped.length}/${stopped.length}`;
  return `pipeline ${name} successfully deleted from store${also}`;
}
