// Certificates: checked, unless somebody says that they need not be.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHKubeApi } from '#cluster/hkube-api';
import { serve, serveTls } from '#test/support/fake-api-server';
import { root } from '#test/support/source-files';

/** Made for these tests alone: it stands for nobody. */
const read = (name: string): string => readFileSync(join(root, 'test/fixtures/tls', name), 'utf8');
const identity = { key: read('key.pem'), cert: read('cert.pem') };

describe('a certificate that nobody vouches for', () => {
  it('is refused at once, with the ways out', async () => {
    let asked = 0;
    const { url } = await serveTls(identity, () => (asked += 1));
    await expect(createHKubeApi(url).pipelines.list()).rejects.toMatchObject({
      code: 'CANNOT_CONNECT',
      message: expect.stringMatching(
        /self-signed certificate\. Name its authority by NODE_EXTRA_CA_CERTS, or .*rejectUnauthorized false\.$/,
      ),
    });
    expect(asked).toBe(0);
  });

  it('is taken where the caller says so, by calls of each kind', async () => {
    const { url } = await serveTls(identity, (request, response) => {
      request.resume().on('end', () => response.end(request.method === 'GET' ? '[]' : '{"jobId":"j"}'));
    });
    const api = createHKubeApi({ endpoint: url, rejectUnauthorized: false });
    expect(await api.pipelines.list()).toEqual([]);
    expect(await api.exec.raw({ name: 'p' })).toBe('j');
    // What one client takes, another one does not get from the connections that are kept.
    await expect(createHKubeApi(url).pipelines.list()).rejects.toMatchObject({ code: 'CANNOT_CONNECT' });
  });
});

it('https asked of a server that speaks http says so', async () => {
  const { port } = await serve((_, response) => response.end('[]'));
  await expect(createHKubeApi(`https://127.0.0.1:${port}`).pipelines.list()).rejects.toMatchObject({
    code: 'CANNOT_CONNECT',
    message: expect.stringContaining('try http in place of https'),
  });
});
