// Builds: how they stand, stopped, run again, and begun by a push.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { BuildDocument } from '#builds/build';
import type { Builder } from '#builds/builder';
import { githubPush, gitlabPush, type Push } from '#builds/push';
import { ONE_OF, rule, text } from '#descriptors/algorithm-values';
import { describeFailure } from '#model/failure';
import type { Endpoint, Incoming, Reading } from '#rest/endpoint';
import { inHKubesWords, required } from '#rest/hkube-reading';
import { bytesOf } from '#rest/json-body';

/** What the endpoints need of local HKube. */
export interface BuildsSide extends Pick<Builder, 'status' | 'list' | 'stop' | 'rerun'> {
  /** Begins a build of each algorithm that follows the branch; resolves with their ids. */
  onPush(push: Push): Promise<readonly string[]>;
}

const MOST = 100_000;

const ListQuery = inHKubesWords(
  z.object({
    sort: z.optional(z.enum(['asc', 'desc'], rule(`${ONE_OF} (asc,desc)`))),
    order: z.optional(text()),
    limit: z._default(
      z.pipe(
        z.transform((given: unknown) => (typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given)),
        z.int('should be integer').check(z.minimum(1, 'should be >= 1'), z.maximum(MOST, `should be <= ${MOST}`)),
      ),
      1,
    ),
  }),
  'builds/list',
);
const buildId = z.object({ buildId: required }, rule('should be object'));
const StopBody = inHKubesWords(buildId, 'builds/stop');
const RerunBody = inHKubesWords(buildId, 'builds/rerun');
const AnyBody: Reading<unknown> = { schema: z.looseObject({}), read: (given) => given };

const Done = z.object({ message: z.literal('OK') });
const OK = { message: 'OK' } as const;
const Begun = z.object({ message: z.literal('OK'), builds: z.array(z.string()) });

export function buildEndpoints(side: BuildsSide): Endpoint[] {
  return [
    {
      ...{ method: 'get', path: '/builds/status/:buildId', summary: 'how a build stands', answer: BuildDocument },
      handle: (request) => side.status(request.param('buildId')),
    },
    {
      ...{ method: 'get', path: '/builds/list/:name', summary: 'the builds of an algorithm', query: ListQuery },
      answer: z.array(BuildDocument),
      handle: (request) => side.list(request.param('name'), request.query(ListQuery)),
    },
    {
      ...{ method: 'post', path: '/builds/stop', summary: 'stops a build', body: StopBody, answer: Done },
      handle: async (request) => {
        await side.stop((await request.body(StopBody)).buildId);
        return OK;
      },
    },
    {
      ...{ method: 'post', path: '/builds/rerun', summary: 'runs a build again', body: RerunBody, answer: Done },
      handle: async (request) => {
        await side.rerun((await request.body(RerunBody)).buildId);
        return OK;
      },
    },
    pushEndpoint('github', { side, read: githubPush }),
    pushEndpoint('gitlab', { side, read: gitlabPush }),
  ];
}

interface PushReading {
  readonly side: BuildsSide;
  readonly read: (event: unknown) => Push | undefined;
}

/** Other events than pushes are answered, and begin nothing. */
function pushEndpoint(kind: string, { side, read }: PushReading): Endpoint {
  return {
    ...{ method: 'post', path: `/builds/webhook/${kind}`, summary: `hears of a push from ${kind}` },
    ...{ body: AnyBody, answer: Begun },
    handle: async (request) => {
      const push = read(await eventOf(request));
      return { ...OK, builds: push ? await side.onPush(push) : [] };
    },
  };
}

/** GitHub sends it as JSON, as a form with JSON in it, or HKube's way: JSON in JSON. */
async function eventOf(request: Incoming): Promise<unknown> {
  const isForm = request.message.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const body = isForm
    ? { payload: new URLSearchParams(await textOf(request)).get('payload') }
    : await request.body(AnyBody);
  const payload: unknown = Reflect.get(Object(body), 'payload') ?? body;
  if (typeof payload !== 'string') return payload;
  try {
    const event: unknown = JSON.parse(payload);
    return event;
  } catch (cause) {
    throw new RuntimeError('INVALID_DESCRIPTOR', `payload is no JSON: ${describeFailure(cause).message}`, { cause });
  }
}

/** As large as GitHub's may be. */
const LONGEST_FORM = 25 * 2 ** 20;

const textOf = async ({ message }: Incoming): Promise<string> =>
  new TextDecoder().decode(await bytesOf(message, LONGEST_FORM));
