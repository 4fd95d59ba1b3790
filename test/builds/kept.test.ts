// What is kept of builds: so many, those that are needed, their logs within bounds, and no secret.

import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBuildLog } from '#builds/build-log';
import { filesOf, START, startBuilder, untilLogged } from '#test/support/builds';
import { temporaryFolder } from '#test/support/temporary';

const WAIT = `console.log('begun'); for (;;);`;

describe('builds', () => {
  it('that are over are kept, the last twenty, and those that are needed', async () => {
    const { builder, build, folder } = await startBuilder({ check: async () => null, atOnce: 4 });
    const images: string[] = [];
    for (let count = 0; count < 30; count += 1) {
      const { algorithmImage = '' } = await build({ 'index.js': START });
      images.push(algorithmImage);
    }
    const other = await build({ 'index.js': START }, { name: 'words-2' });
    await builder.prune('words', (image) => image === images[3]);
    const kept = await builder.list('words');
    expect(kept.map(({ algorithmImage }) => algorithmImage).toReversed()).toEqual([images[3], ...images.slice(10)]);
    expect(filesOf(folder, '.')).toHaveLength(22);
    expect(images.filter((image) => builder.runnable(image))).toEqual([images[3], ...images.slice(10)]);
    expect(builder.runnable(other.algorithmImage ?? '')).toBeDefined();
  });

  it('of one algorithm are removed, those on their way, too, and the others stay', async () => {
    const { builder, build, begin, folder } = await startBuilder();
    const { algorithmImage = '' } = await build({ 'index.js': START });
    const active = await begin({ 'index.js': WAIT });
    const other = await build({ 'index.js': START }, { name: 'words-2' });
    await untilLogged(builder, active.buildId, 'begun');
    expect(await builder.removeOf('words')).toBe(2);
    expect(filesOf(folder, '.')).toEqual([other.buildId]);
    expect(await builder.list('words')).toEqual([]);
    expect(builder.runnable(algorithmImage)).toBeUndefined();
    await expect(builder.ended(active.buildId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await builder.removeOf('words')).toBe(0);
  });

  it('whose code somebody has removed cannot be run, and what is not ours is passed over', async () => {
    const { builder, build, folder } = await startBuilder();
    const { algorithmImage = '', buildId } = await build({ 'index.js': START });
    rmSync(join(folder, buildId, 'code'), { recursive: true });
    expect(builder.runnable(algorithmImage)).toBeUndefined();
    mkdirSync(join(folder, 'words-abcdef'));
    expect(await builder.list('words')).toHaveLength(1);
  });

  it('cannot be kept where nothing can be written', async () => {
    const file = join(temporaryFolder({ taken: '' }), 'taken');
    await expect(startBuilder({ folder: join(file, 'builds') })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('builds cannot be kept there'),
    });
  });
});

describe('a log', () => {
  function newLog(half: number, secrets: readonly string[] = []) {
    const file = join(temporaryFolder(), 'log.txt');
    return { log: createBuildLog({ file, secrets, half }), read: () => readFileSync(file, 'utf8') };
  }

  it('that grows too long loses its middle, with words, in the file as in what is told', async () => {
    const { log, read } = newLog(40);
    for (let count = 0; count < 1_000; count += 1) log.add(`line ${count}`);
    await log.close();
    expect(read()).toBe(
      'line 0\nline 1\nline 2\nline 3\nline 4\n… (991 lines are cut here)\nline 996\nline 997\nline 998\nline 999\n',
    );
    expect(log.text).toBe(read());
    expect(log.tail).toBe(read().trimEnd());
  });

  it('that is flooded with lines is kept as fast as it comes', async () => {
    const file = join(temporaryFolder(), 'log.txt');
    const log = createBuildLog({ file, secrets: [] });
    for (let count = 0; count < 1_200_000; count += 1) log.add('');
    log.add('the last');
    await log.close();
    expect(log.text).toMatch(/… \(200009 lines are cut here\)\n\n+the last\n$/);
    expect(readFileSync(file, 'utf8')).toBe(log.text);
  });

  it('is bounded also where a line is longer than all of it', async () => {
    const { log, read } = newLog(10);
    log.add('x'.repeat(100));
    log.add('end');
    await log.close();
    expect(read()).toBe('… (1 line is cut here)\nend\n');
  });

  it('tells warnings and errors apart, the first hundred of each', async () => {
    const { log } = newLog(10_000);
    for (const line of [
      'npm warn deprecated a',
      'WARNING: b',
      'x.py:1: DeprecationWarning: c',
      'warned',
      'npm error d',
    ])
      log.add(line);
    for (let count = 0; count < 200; count += 1) log.add('ERROR: e');
    expect(log.warnings).toEqual(['npm warn deprecated a', 'WARNING: b', 'x.py:1: DeprecationWarning: c']);
    expect(log.errors).toHaveLength(100);
    await log.close();
  });

  it('shows no secret: neither those of the build, nor what is named like one', async () => {
    const { log, read } = newLog(10_000, ['s3cr3t', '']);
    log.add('cloning https://x:s3cr3t@host/ with s3cr3t, npm_token=abcdefgh');
    await log.close();
    expect(read()).not.toMatch(/s3cr3t|abcdefgh/);
    expect(log.text).toBe(read());
  });

  it('that cannot be written is told all the same, and says so in the end', async () => {
    const log = createBuildLog({ file: join(temporaryFolder(), 'gone', 'log.txt'), secrets: [] });
    log.add('a');
    await expect(log.close()).rejects.toThrow('ENOENT');
    expect(log.text).toBe('a\n');
  });

  it('whose folder is removed meanwhile harms no build', async () => {
    const { builder, begin, warnings, folder } = await startBuilder();
    const { buildId } = await begin({ 'index.js': WAIT });
    await untilLogged(builder, buildId, 'begun');
    rmSync(join(folder, buildId), { recursive: true });
    await builder.stop(buildId);
    expect(await builder.status(buildId)).toMatchObject({ status: 'stopped' });
    expect(warnings).toEqual([]);
  });

  it('of a build of many lines is bounded on the disk', async () => {
    const { build, folder } = await startBuilder();
    const script = `for (let i = 0; i < 40_000; i++) console.log('a line that is printed again and again', i)`;
    const { buildId, status, result } = await build({
      'index.js': START,
      'package.json': `{"scripts":{"prepare":"node many.cjs"}}`,
      'many.cjs': script,
    });
    expect(status).toBe('completed');
    expect(statSync(join(folder, buildId, 'log.txt')).size).toBeLessThan(1_100_000);
    expect(result?.data).toMatch(/again 0\n[^]*lines are cut here[^]*again 39999\n[^]*Built\.\n$/);
  });
});
