// A local HKube that serves, in a process of its own: what it has built outlives it, also if it is killed; and its memory stays what it
// is while large archives come.

import { randomBytes } from 'node:crypto';
import { existsSync, openAsBlob, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { at, clientOf, saying, zipOf } from '#test/support/applied';
import { hold } from '#test/support/held';
import { zipBytes } from '#test/support/archive-bytes';
import type { Running } from '#test/support/cli';
import { type Project, project, untilSaid } from '#test/support/projects';
import { temporaryFolder } from '#test/support/temporary';

const payload = { name: 'greet', env: 'nodejs', entryPoint: 'index.mjs' };

async function serve(here: Project) {
  const running = here.start('local', '--port', '0', '--workers-port', '0');
  await untilSaid(running, 'Ctrl-C ends it');
  const url = /local HKube: (\S+)/.exec(running.stderr())?.[1] ?? '';
  return { running, ...clientOf(url) };
}

async function kill({ process: child, exited }: Running): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

describe('a local HKube that is killed', () => {
  it('in the middle of a build comes back with that build failed, and the former version runs', async () => {
    const here = project({});
    const first = await serve(here);
    await first.applied({ payload, file: saying('former') });
    expect(await first.exec('greet')).toEqual(['former']);
    const door = await hold();
    // While it is looked at.
    const file = zipOf({ 'index.mjs': `await fetch('${door.url}'); export const start = () => 'new';` });
    const { body } = await first.send({ payload, file });
    const buildId = String(at(body, 'buildId'));
    await expect.poll(() => door.waiting, { timeout: 20_000 }).toBe(1);
    await kill(first.running);

    const second = await serve(here);
    expect(await second.ask(`GET builds/status/${buildId}`)).toMatchObject({
      body: {
        status: 'failed',
        error: expect.stringMatching(/was ended while this build was on its way.*builds rerun greet-/),
      },
    });
    expect(await second.exec('greet')).toEqual(['former']);
    expect(await second.ask('GET versions/algorithms/greet')).toMatchObject({ body: [{ semver: '1.0.0' }] });
    // As HKube does; and then it comes to its end.
    door.open();
    await second.ask('POST builds/rerun', { buildId });
    await expect
      .poll(async () => at((await second.ask(`GET builds/status/${buildId}`)).body, 'status'), { timeout: 20_000 })
      .toBe('completed');
    expect(await second.exec('greet')).toBe('new');
  });

  it('between two changes has the former algorithm or the next one, whole, and all that was answered', async () => {
    const here = project({});
    const first = await serve(here);
    const image = { name: 'remote', algorithmImage: 'registry/remote' };
    await first.ask('POST store/algorithms', image);
    let answered = 0;
    const changing = (async () => {
      for (let cpu = 1; ; cpu++) {
        const changed = { name: 'remote', cpu };
        await first.ask('PUT store/algorithms?forceStopAndApplyVersion=true', changed);
        answered = cpu;
      }
    })().catch(() => 'broken off');
    await expect.poll(() => answered).toBeGreaterThan(20);
    await kill(first.running);
    expect(await changing).toBe('broken off');
    const second = await serve(here);
    const { body } = await second.ask('GET store/algorithms/remote');
    expect(body).toMatchObject({ ...image, type: 'Image', version: expect.any(String) });
    expect([answered, answered + 1]).toContain(at(body, 'cpu'));
    const versions = (await second.ask('GET versions/algorithms/remote')).body;
    const current = { version: at(body, 'version'), algorithm: { cpu: at(body, 'cpu') } };
    expect(versions).toEqual(expect.arrayContaining([expect.objectContaining({ version: current.version })]));
    expect(versions).toHaveProperty('length', expect.any(Number));
    expect([answered + 1, answered + 2]).toContain(at(versions, 'length'));
  });

  it('while an archive comes has nothing of it left', async () => {
    const here = project({});
    const first = await serve(here);
    const form = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nPK\x03\x04`;
    const sending = fetch(`${first.url}/api/v1/store/algorithms/apply`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(form)) }),
      duplex: 'half',
    }).catch(() => 'broken off');
    const uploads = join(here.folder, '.hkube/local/uploads');
    await expect.poll(() => (existsSync(uploads) ? readdirSync(uploads) : [])).toHaveLength(1);
    await kill(first.running);
    expect(await sending).toBe('broken off');
    await serve(here);
    expect(readdirSync(uploads)).toEqual([]);
  });
});

const MB = 2 ** 20;
const LARGE_MB = 500;

/** An archive of one entry and this many megabytes that cannot be packed any smaller, written piece by piece. */
async function largeArchive(): Promise<string> {
  const path = join(temporaryFolder(), 'large.zip');
  const piece = randomBytes(MB);
  let crc = 0;
  for (let count = 0; count < LARGE_MB; count++) crc = crc32(piece, crc);
  // As it would be with the whole content: what stands before it, and what comes behind.
  const size = LARGE_MB * MB;
  const entry = { name: 'data.bin', method: 0, crc, size };
  const small = zipBytes([
    { name: 'index.mjs', content: 'export const start = () => 1;', method: 0 },
    { ...entry, packed: Buffer.alloc(0) },
  ]);
  const file = await open(path, 'w');
  const list = small.indexOf('PK\x01\x02');
  const [head, tail] = [Buffer.from(small.subarray(0, list)), Buffer.from(small.subarray(list))];
  const local = head.lastIndexOf('PK\x03\x04');
  head.writeUInt32LE(size, local + 18);
  const second = tail.indexOf('PK\x01\x02', 4);
  tail.writeUInt32LE(size, second + 20);
  tail.writeUInt32LE(head.length + size, tail.length - 6);
  await file.write(head);
  for (let count = 0; count < LARGE_MB; count++) await file.write(piece);
  await file.write(tail);
  await file.close();
  return path;
}

/** The most memory that it has ever had, in megabytes. */
const peakOf = ({ process: { pid } }: Running): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

describe('an archive of 500 MB', () => {
  it.skipIf(!existsSync('/proc/self/status'))(
    'is received, looked through and built in flat memory',
    async () => {
      const path = await largeArchive();
      const { running, applied, ask } = await serve(project({}));
      await applied({ payload: { ...payload, name: 'small' }, file: saying('warm') });
      const before = peakOf(running);
      const { status, body } = await applied({ payload, file: await openAsBlob(path) });
      expect({ status, body }).toMatchObject({ status: 200, body: { algorithm: { fileInfo: { fileExt: 'zip' } } } });
      expect(at(body, 'algorithm', 'fileInfo', 'fileSize')).toBeGreaterThan(LARGE_MB * MB);
      expect(await ask('GET store/algorithms/greet')).toMatchObject({ body: { buildStats: { completed: 1 } } });
      expect(peakOf(running) - before).toBeLessThan(100);
    },
    120_000,
  );
});
