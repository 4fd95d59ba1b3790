// `algorithm-actor local --host`: a local HKube for more than this machine asks for its token.

import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ADD, project, untilSaid } from '#test/support/projects';

// An address of this machine that is not called as this machine usually is.
it.skipIf(process.platform !== 'linux')('is asked by its folder, and by whoever has the token', async () => {
  const here = project({ 'add.mjs': ADD });
  const server = here.start('local', '--port', '0', '--workers-port', '0', '--host', '127.0.0.2');
  await untilSaid(server, 'Ctrl-C ends it');
  const token = /other machines log in to it as anybody, with the password (\S+):/.exec(server.stderr())?.[1] ?? '';
  const { url }: { url: string } = JSON.parse(readFileSync(here.path('.hkube/local/server.json'), 'utf8'));
  expect(new URL(url).hostname).toBe('127.0.0.2');
  expect(statSync(here.path('.hkube/local/server.json')).mode & 0o777).toBe(0o600);
  expect((await fetch(`${url}/api/v1/store/algorithms`)).status).toBe(401);
  expect(await here.run('exec', 'algorithm', 'add', '--input', '[1, 2]')).toMatchObject({ code: 0 });

  const guest = project({}, { HKUBE_PASSWORD: token });
  const list = ['algorithms', '--endpoint', url, '--username', 'ann'];
  expect(await guest.run(...list)).toMatchObject({ code: 0, stdout: expect.stringContaining('add') });
  const stranger = project({}, { HKUBE_PASSWORD: `${token}x` });
  expect(await stranger.run(...list)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('refuses the login of ann'),
  });
});

it('is open to this machine alone where nobody says otherwise', async () => {
  const here = project({ 'add.mjs': ADD });
  const server = here.start('local', '--port', '0', '--workers-port', '0');
  await untilSaid(server, 'Ctrl-C ends it');
  expect(server.stderr()).not.toContain('other machines');
  expect(server.stderr()).toMatch(/local HKube: http:\/\/127\.0\.0\.1:\d+\n/);
});
