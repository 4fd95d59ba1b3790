// `algorithm-actor new` as a user types it. What it has written is run as it is: by `dev`, by `exec`, and by its own test, which
// finds this package by a link, in its source. An installed copy is tried by test/package; Python by test/hosts.

import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Project, project } from '#test/support/projects';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const INPUT = '["to be or not to be", 2]';

interface Manifest {
  readonly version?: string;
  readonly engines?: object;
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** `npm test` there, as if `npm install` had been run. */
async function ownTest({ path }: Project, name: string): Promise<string> {
  mkdirSync(path(`${name}/node_modules`));
  symlinkSync(root, path(`${name}/node_modules/algorithm-actor`), 'junction');
  symlinkSync(join(root, 'node_modules/tsx'), path(`${name}/node_modules/tsx`), 'junction');
  const { stdout } = await promisify(execFile)('npm', ['test'], {
    cwd: path(name),
    env: { ...process.env, NODE_OPTIONS: `--conditions=algorithm-actor-source --import=${tsx}` },
  });
  return stdout;
}

describe('new', () => {
  it.each([
    ['TypeScript', [], 'ts', 'tsconfig.json'],
    ['JavaScript', ['--js'], 'js', 'pipeline.yml'],
  ])('writes an algorithm in %s that runs, in a pipeline and in its own test, too', async (_, args, end, last) => {
    const here = project({});
    const written = await here.run('new', 'count-words', ...args);
    expect(written).toMatchObject({ code: 0, stdout: '' });
    expect(written.stderr).toMatch(
      /Next:\n {2}cd count-words\n {2}npm install && npm test\n {2}npx algorithm-actor dev/,
    );
    const files = readdirSync(here.path('count-words'));
    expect(files).toEqual(expect.arrayContaining(['.gitignore', '.hkubeignore', `algorithm.${end}`, last]));
    const [dev, exec, tested] = await Promise.all([
      here.run('dev', 'count-words', '--input', INPUT, '--once', '--workers-port', '0'),
      here.run('exec', 'raw', '-f', 'count-words/pipeline.yml', '--algorithms', '.'),
      ownTest(here, 'count-words'),
    ]);
    expect(dev).toMatchObject({ code: 0, stdout: expect.stringMatching(/"to","times":2.*"be","times":2/) });
    expect(exec).toMatchObject({ code: 0, stdout: expect.stringMatching(/count +1 .*"to".*\ncount +2 .*"tomorrow"/) });
    expect(tested).toMatch(/pass 3\n/);
  });

  it('tells programs what it has written, and makes the folder that it is to be in', async () => {
    const { run, path } = project({});
    const { stdout } = await run('new', 'count-words', '--env', 'python', '--dir', 'my/algorithms', '--json');
    const folder = path('my/algorithms/count-words');
    expect(JSON.parse(stdout)).toEqual({
      folder: expect.stringMatching(/my.algorithms.count-words$/),
      files: readdirSync(folder).toSorted(),
    });
    expect(readdirSync(dirname(folder))).toEqual(['count-words']);
    // Open to whom other folders are.
    expect(statSync(folder).mode).toBe(statSync(dirname(folder)).mode);
  });

  it('fills an empty folder', async () => {
    const { run, path } = project({});
    mkdirSync(path('count-words'));
    expect((await run('new', 'count-words')).code).toBe(0);
    expect(readdirSync(path('count-words'))).toContain('algorithm.ts');
  });

  it.each(['true', '1.50', 'algorithm', 'v1.test.ts'])('takes the name %s', async (name) => {
    const { run } = project({});
    await run('new', name, '--js');
    const { code, stdout } = await run('exec', 'raw', '-f', `${name}/pipeline.yml`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pipeline: name, data: [{ algorithmName: name }, {}] });
  });

  it.each<[args: string[], words: string[]]>([
    [['Count-Words'], ['"Count-Words": algorithm name must contain only lower-case', 'Give another name']],
    [['../count'], ['"../count": algorithm name must contain only lower-case']],
    [['a'.repeat(33)], ['should NOT be longer than 32 characters']],
    [[''], ['"": should NOT be shorter than 1 characters']],
    [['a'], ['algorithm name must contain only']],
    [[], ["missing required argument 'name'"]],
    [['taken'], ['taken is there already, and not empty (notes.txt). Give another name, or another --dir']],
    [['file'], ['file is there already, and not empty (it is a file)']],
    [
      ['count', '--dir', 'file'],
      ['cannot be written: ', 'Give another --dir'],
    ],
    [['count', '--env', 'ruby'], ['--env ruby: expected nodejs (TypeScript, or --js) or python']],
    [['count', '--env', 'java'], ['--env java: Java cannot run here yet. Give nodejs or python']],
    [['count', '--env', 'python', '--js'], ['--js goes with --env nodejs']],
  ])('%j ends with words, and nothing is left behind', async (args, words) => {
    const { run, folder, path } = project({ 'taken/notes.txt': 'mine', file: 'mine, too' });
    const { code, stdout, stderr } = await run('new', ...args);
    for (const word of words) expect(stderr).toContain(word);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(['file', 'taken', join('taken', 'notes.txt')]);
    expect(readFileSync(path('taken/notes.txt'), 'utf8')).toBe('mine');
  });

  it('asks for the versions that this repository is tested with', async () => {
    const { run, path } = project({});
    await run('new', 'count-words');
    const own = manifestOf(root);
    const { dependencies, devDependencies, engines } = manifestOf(path('count-words'));
    expect(dependencies).toEqual({ 'algorithm-actor': `^${own.version}` });
    expect({ ...own.dependencies, ...own.devDependencies }).toMatchObject(devDependencies ?? {});
    expect(engines).toEqual(own.engines);
  });

  it('teaches with --help', async () => {
    const { stdout } = await project({}).run('new', '--help');
    expect(stdout).toContain('new count-words --env python --dir algorithms');
  });
});
