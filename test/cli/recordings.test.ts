// A run, recorded as a user does; and what can be made of the recording: a page, a file, a test, a replay.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readRecording } from '#inspector/recording';
import { begun, algorithm, framesOf, opened, textOf, worker } from '#test/support/recordings';
import { project, untilSaid } from '#test/support/projects';

const root = fileURLToPath(new URL('../..', import.meta.url));

const COUNT = `
export const start = async ({ input }, api) => {
  api.progress({ progress: 50 });
  const sub = await api.startStoredSubPipeline({ name: 'merge', flowInput: { words: input } }).catch(({ code }) => code);
  return { words: input.join(' ').split(' ').length, sub };
};`;

const frames = framesOf([
  opened(),
  ...begun(['one two', "it's"]),
  algorithm('progress', { progress: 50 }),
  algorithm('startStoredSubPipeline', {
    subPipelineId: 'then-1',
    subPipeline: { name: 'merge', flowInput: { words: ['one two', "it's"] } },
    includeResult: true,
  }),
  worker('subPipelineStarted', { subPipelineId: 'then-1' }),
  worker('subPipelineDone', { subPipelineId: 'then-1', response: [{ nodeName: 'last', result: 3 }] }),
  algorithm('done', { words: 3, sub: [{ nodeName: 'last', result: 3 }] }),
]);
const RECORDING = textOf(frames);

describe('a run that is recorded', { timeout: 60_000 }, () => {
  it('can be replayed, and looked at', async () => {
    const here = project({ 'count.mjs': COUNT });
    const recorded = await here.run('dev', './count.mjs', '--input', '["a b", "c"]', '--once', '--record', 'run.jsonl');
    expect(recorded.stderr).not.toContain('cannot be written');
    const recording = readRecording(readFileSync(here.path('run.jsonl'), 'utf8'));
    expect(recording.problems).toEqual([]);
    expect(recording.frames.length).toBeGreaterThan(20);
    const same = await here.run('replay', 'run.jsonl', '--entry', './count.mjs');
    expect(same).toMatchObject({ code: 0, stderr: expect.stringMatching(/same: \d messages/) });
  });
});

describe('algorithm-actor inspect', { timeout: 60_000 }, () => {
  it('serves the page and the recording until Ctrl-C, and says what is wrong with it', async () => {
    const here = project({ 'run.jsonl': RECORDING.slice(0, -10) });
    const running = here.start('inspect', 'run.jsonl', '--port', '0');
    await untilSaid(running, 'Ctrl-C ends it');
    expect(running.stderr()).toContain('warning: run.jsonl: Line 11 is cut off.\n');
    expect(running.stderr()).toContain('run.jsonl: word-count, recorded 2026-01-05T09:00:00.000Z, 9 frames\n');
    const [link = ''] = /http:\S+/.exec(running.stderr()) ?? [];
    expect(await (await fetch(link)).text()).toContain('./page.js');
    const saved = await fetch(link.replace('/?', '/recording.jsonl?'));
    expect(readRecording(await saved.text()).frames).toEqual(frames.slice(0, 9));
    const html = await fetch(link.replace('/?', '/recording.html?'));
    expect(await html.text()).toContain('id="recording"');
    running.process.kill('SIGINT');
    expect(await running.exited).toBe(130);
  });

  it('writes one file that opens from disk', async () => {
    const here = project({ 'run.jsonl': RECORDING });
    const { code, stdout } = await here.run('inspect', 'run.jsonl', '--html', 'out/run.html', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ written: ['out/run.html'], frames: 10, problems: [] });
    expect(readFileSync(here.path('out/run.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  it('says that the page has not been built where it has not, and only there', async () => {
    // Below this folder, where the packages are that it imports.
    const folder = mkdtempSync(join(root, '.test-build/made-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const name of readdirSync(join(root, '.test-build')))
      if (!name.startsWith('made-')) cpSync(join(root, '.test-build', name), join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'run.jsonl'), RECORDING);
    const make = () =>
      spawnSync(process.execPath, [join(folder, 'cli.js'), 'inspect', 'run.jsonl', '--html', 'run.html'], {
        cwd: folder,
        encoding: 'utf8',
      });
    rmSync(join(folder, 'inspector/page.css'));
    expect(make()).toMatchObject({ status: 2, stderr: expect.stringContaining('has not been built: npm run build.') });
    mkdirSync(join(folder, 'inspector/page.css'));
    expect(make()).toMatchObject({ status: 2, stderr: expect.stringContaining('run.html: cannot be made: EISDIR') });
  });

  it('writes a test that passes with the same algorithm, and fails with another one', async () => {
    // Below this folder, where the packages are that it imports.
    const folder = mkdtempSync(join(root, '.test-build/made-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'run.jsonl'), RECORDING);
    writeFileSync(join(folder, 'count.mjs'), COUNT);
    const here = project({});
    const made = await here.run(
      ...['inspect', join(folder, 'run.jsonl'), '--as-test', join(folder, 'count.test.ts')],
      ...['--entry', join(folder, 'count.mjs')],
    );
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('written: ') });
    const text = readFileSync(join(folder, 'count.test.ts'), 'utf8');
    expect(text).toContain("join(import.meta.dirname, 'count.mjs')");
    expect(text).toContain("merge: () => [{ nodeName: 'last', result: 3 }],");
    expect(vitest(folder)).toMatchObject({ status: 0, output: expect.stringContaining('1 passed') });
    writeFileSync(join(folder, 'count.mjs'), COUNT.replace(".split(' ')", ''));
    expect(vitest(folder)).toMatchObject({ status: 1, output: expect.stringContaining('1 failed') });
    const again = await here.run(
      ...['inspect', join(folder, 'run.jsonl'), '--as-test', join(folder, 'count.test.ts'), '--entry', 'count.mjs'],
    );
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('EEXIST') });
  });

  it.each([
    [['inspect', 'nowhere.jsonl'], /^algorithm-actor: nowhere\.jsonl: cannot be read: ENOENT/],
    [
      ['inspect', 'notes.txt'],
      /^algorithm-actor: notes\.txt: No line of it is a header or a frame\. A recording is what/,
    ],
    [['inspect', 'run.jsonl', '--as-test', 'a.test.ts'], /--as-test wants --entry, too/],
    // Its name was forgotten: nothing may be written into a file that is called like a flag.
    [
      ['dev', './a.mjs', '--once', '--record', '--json'],
      /'--record <file>' argument '--json' is invalid\. Expected a file/,
    ],
    [['inspect', 'run.jsonl', '--html', '--json'], /'--html <file>' argument '--json' is invalid\. Expected a file/],
    [['inspect', 'run.jsonl', '--as-test', '-x', '--entry', 'a'], /'--as-test <file>' argument '-x' is invalid/],
    [['dev', './a.mjs', '--once', '--record', 'folder'], /folder: cannot be recorded to: it is a folder, and no file/],
    [['replay', 'run.jsonl'], /required option '--entry <entry>' not specified/],
    [['replay', 'empty.jsonl', '--entry', 'a.mjs'], /empty\.jsonl: It holds no messages/],
    [['replay', 'run.jsonl', '--entry', 'a.mjs', '--actor', 'x'], /run\.jsonl: There is no one conversation of "x"/],
  ])('%j is bad input', async (args, words) => {
    const files = {
      'notes.txt': 'dear diary',
      'run.jsonl': RECORDING,
      'empty.jsonl': textOf([]),
      'folder/a': '',
      'a.mjs': COUNT,
    };
    const here = project(files);
    const { code, stderr } = await here.run(...args);
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
    expect(readdirSync(here.folder).filter((name) => name.startsWith('-'))).toEqual([]);
  });
});

describe('algorithm-actor replay', { timeout: 60_000 }, () => {
  it('shows the first message that differs', async () => {
    const files = { 'run.jsonl': RECORDING, 'count.mjs': COUNT, 'other.mjs': COUNT.replace(".split(' ')", '') };
    const here = project(files);
    expect(await here.run('replay', 'run.jsonl', '--entry', './count.mjs')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('same: 4 messages\n'),
    });
    const other = await here.run('replay', 'run.jsonl', '--entry', './other.mjs');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('different at frame 9, 0.008 s, connection 1, after 3 messages that are the same\n');
    expect(other.stderr).toContain('  data.words: 3 → 12\n');
    const json = await here.run('replay', 'run.jsonl', '--entry', './other.mjs', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'diverged',
      actor: 'p1/x:1',
      differences: [{ path: 'data.words', expected: 3, came: 12 }],
    });
  });

  it('gives up after its time', async () => {
    const here = project({ 'run.jsonl': RECORDING, 'hangs.mjs': 'export const start = () => new Promise(() => {});' });
    const { code, stderr } = await here.run('replay', 'run.jsonl', '--entry', './hangs.mjs', '--timeout', '1');
    expect(code).toBe(5);
    expect(stderr).toContain('startStoredSubPipeline of the algorithm did not come within 1 s');
  });
});

/** Runs the tests of a folder with what has been built. */
function vitest(folder: string): { readonly status: number | null; readonly output: string } {
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, '--config', 'none.config.js'];
  const alias = { 'algorithm-actor/testing': join(root, '.test-build/testing.js') };
  const config = { test: { include: ['*.test.ts'], alias } };
  writeFileSync(join(folder, 'none.config.js'), `export default ${JSON.stringify(config)};`);
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 50_000,
    env: { ...process.env, NO_COLOR: '1', HKUBE_LOG_LEVEL: 'error' },
  });
  return { status, output: stdout + stderr };
}
