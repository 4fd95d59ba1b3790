// What the cluster, or what stands before it, says instead of an answer: each becomes an error that says what to do.

import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#errors';
import { createHKubeApi } from '#cluster/hkube-api';
import { fakeApiServer, type Reply, simulatedWorld } from '#test/support/fake-api-server';

const error = (code: number, message: string, details?: unknown) => ({ error: { code, message, details } });

/** Each message of the api-server's that a call can meet is passed on as it is. */
const ofHKube: readonly [number, string, ErrorCode][] = [
  [400, 'data.name should be string', 'INVALID_CALL'],
  [400, 'cannot apply algorithm due to missing image url or build data', 'INVALID_CALL'],
  [400, 'unable to stop build because its in completed status', 'INVALID_CALL'],
  [400, 'unable to get results for pipeline x because its in active status', 'INVALID_CALL'],
  [400, 'there is a running pipeline which depends on "green" algorithm', 'INVALID_CALL'],
  [404, 'algorithm green Not Found', 'NOT_FOUND'],
  [404, 'No jobs found matching criteria (pipelineName: p)', 'NOT_FOUND'],
  [405, 'Method Not Allowed', 'INVALID_CALL'],
  [409, 'algorithm green already exists', 'INVALID_CALL'],
  [500, 'Unexpected token } in JSON', 'REQUEST_FAILED'],
];

interface Other {
  readonly reply: Reply;
  readonly code: ErrorCode;
  readonly words: readonly string[];
}

/** What is not in HKube's shape, or says too little. */
const others: Readonly<Record<string, Other>> = {
  'no login, where one is needed': {
    reply: { status: 401, body: { error: 'Unauthorized' } },
    code: 'INVALID_CALL',
    words: ['asks for a login (HTTP status 401)', 'HKUBE_USERNAME and HKUBE_PASSWORD'],
  },
  'a role that is missing': {
    reply: { status: 403, body: 'Access denied' },
    code: 'INVALID_CALL',
    words: ['may not do this (HTTP status 403)', 'hkube_api_execute'],
  },
  'a path that is not HKube’s': {
    reply: { status: 404, body: 'default backend - 404' },
    code: 'NOT_FOUND',
    words: ['/exec/stored: nothing is there (HTTP status 404)', 'check the endpoint and its pathPrefix'],
  },
  'an archive that is too large for the ingress': {
    reply: { status: 413, body: '<html>413</html>' },
    code: 'INVALID_CALL',
    words: ['too large (HTTP status 413)', 'have its limit raised'],
  },
  'another place': {
    reply: { status: 308, headers: { location: 'https://there/x' } },
    code: 'INVALID_CALL',
    words: ['it is elsewhere (HTTP status 308): https://there/x', 'Give the endpoint of that place'],
  },
  'a gateway that has nobody behind it': {
    reply: { status: 502, body: '<html>Bad Gateway</html>' },
    code: 'REQUEST_FAILED',
    words: ['HTTP status 502: <html>Bad Gateway</html>'],
  },
  'no words at all': {
    reply: { status: 400, body: '' },
    code: 'INVALID_CALL',
    words: ['/exec/stored: HTTP status 400'],
  },
  'HKube’s shape without words': {
    reply: { status: 500, body: error(500, '') },
    code: 'REQUEST_FAILED',
    words: ['/exec/stored: HTTP status 500'],
  },
  'a page in place of an answer': {
    reply: { body: '<html>Log in</html>' },
    code: 'REQUEST_FAILED',
    words: ['the answer is not HKube’s: <html>Log in</html>'],
  },
  'an answer without what is needed of it': {
    reply: { body: { jobId: 5 } },
    code: 'REQUEST_FAILED',
    words: ['the answer is not HKube’s: {"jobId":5}'],
  },
  'an answer with a secret': {
    reply: { body: { password: 'hunter2' } },
    code: 'REQUEST_FAILED',
    words: ['the answer is not HKube’s: {"password":"***"}'],
  },
};

describe('a refusal', () => {
  it.each(ofHKube)('%i with the words %s keeps them', async (status, message, code) => {
    const { url } = await fakeApiServer(() => ({ status, body: error(status, message) }));
    await expect(createHKubeApi(url).exec.stored({ name: 'x' })).rejects.toMatchObject({
      code,
      message,
      facts: { status },
    });
  });

  it('keeps HKube’s details, too', async () => {
    const { url } = await fakeApiServer(() => ({
      status: 400,
      body: error(400, 'board: already started', { id: 'a' }),
    }));
    await expect(createHKubeApi(url).boards.start({ taskId: 'a' })).rejects.toMatchObject({
      facts: { status: 400, details: '{"id":"a"}' },
    });
  });

  it.each(Object.entries(others))('of another kind is explained: %s', async (_, { reply, code, words }) => {
    const { url } = await fakeApiServer(() => reply);
    const failed = await createHKubeApi(url)
      .exec.stored({ name: 'x' })
      .catch((cause: unknown) => cause);
    expect(failed).toMatchObject({ code });
    for (const word of words) expect(failed).toMatchObject({ message: expect.stringContaining(word) });
  });

  it('by silence comes to an end', async () => {
    const { url } = await fakeApiServer(() => 'silence');
    const { time, world } = simulatedWorld();
    const failed = createHKubeApi({ endpoint: url, timeoutMs: 5_000, tries: 1 }, world).pipelines.list();
    const caught = failed.catch((cause: unknown) => cause);
    await time.advance(5_000);
    expect(await caught).toMatchObject({
      code: 'CANNOT_CONNECT',
      message: `${url}/hkube/api-server/api/v1/store/pipelines: no HKube answers: nothing moved for 5 s.`,
    });
  });
});

describe('a cluster that is not there', () => {
  it('is named, with what went wrong', async () => {
    const api = createHKubeApi({ endpoint: 'http://127.0.0.1:1', tries: 1 });
    await expect(api.exec.list()).rejects.toMatchObject({
      code: 'CANNOT_CONNECT',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/.*: no HKube answers: connect ECONNREFUSED/),
    });
  });

  it('by a name that nobody knows is asked for once', async () => {
    await expect(createHKubeApi('http://nowhere.invalid').exec.list()).rejects.toMatchObject({
      code: 'CANNOT_CONNECT',
      message: expect.stringMatching(
        /no HKube answers: getaddrinfo (ENOTFOUND nowhere\.invalid\. Check the name|EAI_AGAIN)/,
      ),
    });
  });
});
