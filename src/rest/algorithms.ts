// Algorithms: applied, listed, deleted; and their processes ended.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { rule, whole } from '#descriptors/algorithm-values';
import { describeFailure } from '#model/failure';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { bySchema, type Endpoint, type Incoming, type Reading, text } from '#rest/endpoint';
import { answerTo } from '#rest/errors';
import { inHKubesWords, yesOrNo } from '#rest/hkube-reading';
import { isForm, type ReceivedForm, withForm } from '#rest/receive';
import type { Applied } from '#store/apply';

const Algorithm = z.looseObject({ name: z.string() });
const AppliedAnswer = z.object({
  buildId: z.optional(z.string()),
  messages: z.array(z.string()),
  messagesCode: z.array(z.number()),
  algorithm: Algorithm,
});
const Message = z.object({ message: z.string() });
/** Texts hold JSON. */
const Form = z.object({ payload: z.string(), options: z.optional(z.string()), file: z.optional(z.string()) });
const anything: Reading<unknown> = { schema: z.unknown(), read: (given) => given };

const sort = z.optional(z.enum(['asc', 'desc'], rule('should be equal to one of the allowed values (asc,desc)')));
const List = inHKubesWords(z.object({ name: z.optional(text), sort, limit: z.optional(whole()) }), 'query');
const Search = inHKubesWords(
  z.object({
    name: z.optional(text),
    kind: z.optional(text),
    algorithmImage: yesOrNo,
    pending: yesOrNo,
    cursor: z.optional(text),
    page: z.optional(whole()),
    sort,
    limit: z.optional(whole()),
    /** `name:true,kind:true` */
    fields: z.optional(text),
  }),
  'query',
);
const Insert = inHKubesWords(z.object({ overwrite: yesOrNo }), 'query');
const Update = inHKubesWords(z.object({ forceStopAndApplyVersion: yesOrNo }), 'query');
const Delete = inHKubesWords(z.object({ force: yesOrNo, keepOldVersions: yesOrNo }), 'query');
const Options = inHKubesWords(
  z.looseObject({ allowOverwrite: yesOrNo, forceUpdate: yesOrNo, forceBuild: yesOrNo }, rule('should be object')),
  'options',
);
type Options = ReturnType<(typeof Options)['read']>;

const ALGORITHMS = '/store/algorithms';

export function algorithmEndpoints(hkube: LocalHKube): Endpoint[] {
  return [...readEndpoints(hkube), ...writeEndpoints(hkube), ...processEndpoints(hkube)];
}

function readEndpoints({ store }: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'get', path: ALGORITHMS, summary: 'the algorithms', query: List, answer: z.array(Algorithm) },
      handle: (request) => store.list(request.query(List)),
    },
    {
      ...{ method: 'get', path: `${ALGORITHMS}Filter`, summary: 'algorithms, page by page', query: Search },
      answer: z.object({ hits: z.array(z.looseObject({})), cursor: z.nullable(z.string()) }),
      handle: (request) => {
        const { cursor, page, sort: order, limit, fields, ...filter } = request.query(Search);
        return store.search(filter, { cursor, page, sort: order, limit, fields: fieldsIn(fields) });
      },
    },
    {
      ...{ method: 'get', path: `${ALGORITHMS}/:name`, summary: 'an algorithm', answer: Algorithm },
      handle: (request) => store.get(request.param('name')),
    },
  ];
}

function writeEndpoints(hkube: LocalHKube): Endpoint[] {
  const { store } = hkube;
  return [
    {
      ...{
        method: 'post',
        path: ALGORITHMS,
        summary: 'stores an algorithm',
        query: Insert,
        form: Form,
        body: anything,
      },
      ...{ status: 201, answer: z.union([AppliedAnswer, Algorithm, z.array(z.looseObject({}))]) },
      handle: (request) => insert(hkube, request),
    },
    {
      ...{
        method: 'put',
        path: ALGORITHMS,
        summary: 'changes an algorithm',
        query: Update,
        form: Form,
        body: anything,
      },
      answer: z.union([AppliedAnswer, Algorithm]),
      handle: async (request) => {
        const { forceStopAndApplyVersion: forceUpdate } = request.query(Update);
        if (!isForm(request.message))
          return (await store.update(await request.body(anything), { forceUpdate })).algorithm;
        return inForm(hkube, request, ({ payload, options, archive }) =>
          store.update(payload, { ...options, archive }),
        );
      },
    },
    {
      ...{ method: 'post', path: `${ALGORITHMS}/apply`, summary: 'applies an algorithm', form: Form },
      answer: AppliedAnswer,
      handle: (request) =>
        inForm(hkube, request, ({ payload, options, archive }) => store.apply(payload, { ...options, archive })),
    },
    {
      ...{ method: 'delete', path: `${ALGORITHMS}/:name`, summary: 'deletes an algorithm', query: Delete },
      answer: Message,
      handle: async (request) => ({ message: await store.delete(request.param('name'), request.query(Delete)) }),
    },
  ];
}

/** What HKube does to the pods and jobs of an algorithm is done to its processes. */
function processEndpoints(hkube: LocalHKube): Endpoint[] {
  return ['pods', 'jobs'].map((what) => ({
    ...({ method: 'delete', path: `/kubernetes/algorithms/${what}/:name` } as const),
    summary: 'ends the processes of an algorithm; others are started',
    query: bySchema(z.object({ selector: z.optional(text) })),
    answer: z.union([Message, z.string()]),
    handle: async (request: Incoming) => {
      const name = request.param('name');
      await hkube.store.get(name);
      const found = hkube.workers().filter(({ algorithm }) => algorithm === name);
      if (found.length === 0) return `No ${what} found with selector algorithm-name=${name}`;
      hkube.restart(name);
      return { message: `Deleting ${what}: ${found.map(({ worker }) => worker).join(', ')}` };
    },
  }));
}

interface Sent {
  readonly payload: unknown;
  readonly options: Options;
  readonly archive: ReceivedForm['file'];
}

/** A request without a form has no payload, and that is what is wrong with it. */
async function inForm<Result>(
  { store }: LocalHKube,
  { message }: Incoming,
  use: (sent: Sent) => Promise<Result>,
): Promise<Result> {
  if (!isForm(message)) return use({ payload: {}, options: {}, archive: undefined });
  return withForm(message, { part: 'file', place: store.placeForUpload }, (form) =>
    use({
      payload: json(form, 'payload'),
      options: Options.read(json(form, 'options')),
      archive: form.file,
    }),
  );
}

/** HKube answers with 500 and the words of its parser. */
function json(form: ReceivedForm, name: string): unknown {
  try {
    return JSON.parse(form.text(name) || '{}');
  } catch (cause) {
    const hkube = describeFailure(cause).message;
    throw new RuntimeError('INVALID_DESCRIPTOR', `the part "${name}" is no JSON: ${hkube}`, {
      cause,
      facts: { status: 500, hkube },
    });
  }
}

/** One, or many of them: then each has an answer of its own. */
async function insert(hkube: LocalHKube, request: Incoming): Promise<unknown> {
  const { store } = hkube;
  if (isForm(request.message))
    return inForm<unknown>(hkube, request, async ({ payload, options: { allowOverwrite }, archive }) => {
      if (!Array.isArray(payload)) return store.insert(payload, { archive, allowOverwrite });
      if (archive) throw new RuntimeError('INVALID_DESCRIPTOR', 'a file belongs to one algorithm: send one at a time.');
      return each(payload, (one) => store.insert(one, { allowOverwrite }));
    });
  const { overwrite: allowOverwrite } = request.query(Insert);
  const body = await request.body(anything);
  const bare = async (one: unknown): Promise<Applied['algorithm']> =>
    (await store.insert(one, { allowOverwrite })).algorithm;
  return Array.isArray(body) ? each(body, bare) : bare(body);
}

async function each(items: readonly unknown[], insertOne: (item: unknown) => Promise<unknown>): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const item of items) {
    const name: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, 'name') : undefined;
    answers.push(await insertOne(item).catch((error: unknown) => ({ error: { name, ...answerTo(error).body.error } })));
  }
  return answers;
}

/** `name:true,kind:true`: those that are wanted. */
function fieldsIn(given: string | undefined): ReadonlySet<string> {
  const pairs = (given ?? '').split(',').map((pair) => pair.split(':').map((part) => part.trim()));
  return new Set(pairs.flatMap(([name = '', value]) => (name !== '' && value === 'true' ? [name] : [])));
}
