// A large archive on its way to HKube: in flat memory, and it says how far it is.

import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { serve } from '#test/support/fake-api-server';
import { DOCUMENT } from '#test/support/fake-hkube';
import { project } from '#test/support/projects';

const MB = 1024 * 1024;
const SIZE = 200 * MB;
const applied = JSON.stringify({ messages: [], algorithm: { name: 'count-words' } });

/** The most memory that a process has had, in bytes. */
function mostOf(pid: number | undefined): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

it.skipIf(process.platform !== 'linux')('passes through a small process', async () => {
  const here = project({ 'algorithm.yml': DOCUMENT });
  // It begins as a zip, and nobody looks further before it is there.
  writeFileSync(here.path('large.zip'), 'PK\u0003\u0004');
  const file = await open(here.path('large.zip'), 'r+');
  await file.truncate(SIZE);
  await file.close();
  const seen = { bytes: 0, first: 0, last: 0 };
  const { url } = await serve((request, response) => {
    request.on('data', (chunk: Buffer) => {
      if (seen.bytes === 0) seen.first = mostOf(running.process.pid);
      seen.bytes += chunk.length;
    });
    void once(request, 'end').then(() => {
      seen.last = mostOf(running.process.pid);
      response.end(applied);
    });
  });
  const running = here.start('apply', '--code-path', 'large.zip', '--endpoint', url);
  expect(await running.exited).toBe(0);
  expect(seen.bytes).toBeGreaterThan(SIZE);
  expect(seen.bytes - SIZE).toBeLessThan(2_000);
  expect(seen.last - seen.first).toBeLessThan(60 * MB);
});

it('says how far it is where it takes longer than two seconds', async () => {
  const here = project({ 'algorithm.yml': DOCUMENT });
  writeFileSync(here.path('large.zip'), Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(50 * MB)]));
  let take = (): void => undefined;
  let takeAll = (): void => undefined;
  const { url } = await serve((request, response) => {
    request.pause().on('end', () => response.end(applied));
    take = () => void request.read();
    takeAll = () => request.resume();
  });
  const running = here.start('apply', '--code-path', 'large.zip', '--endpoint', url);
  await expect
    .poll(() => {
      take();
      return running.stderr();
    })
    .toMatch(/^sending: [\d.]+ MB of 52\.4 MB\n/);
  takeAll();
  expect(await running.exited).toBe(0);
});
