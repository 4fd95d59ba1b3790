// What `algorithm-actor dockerfile` writes, and where, and what it refuses. Whether it runs: dockerfile.test.ts.

import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { sentFiles } from '#test/support/image';
import { type Project, project } from '#test/support/projects';

const START = 'export const start = ({ input }) => input.length;';
const DOCUMENT = 'name: count\nenv: nodejs\ncode: {path: ., entryPoint: index.js}\n';
const PYTHON = { 'main.py': 'def start(args): pass\n', 'algorithm.yml': 'name: count\nenv: python\n' };
const WRITTEN = ['.dockerignore', 'Dockerfile'];

const textOf = ({ path }: Project, name = 'Dockerfile'): string => readFileSync(path(name), 'utf8');
const basesOf = (text: string): (string | null)[] =>
  DockerfileParser.parse(text)
    .getFROMs()
    .map((from) => from.getImage());

async function written(files: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
  const here = project(files);
  expect(await here.run('dockerfile', ...args)).toMatchObject({ code: 0 });
  return textOf(here);
}

describe('what goes into the image', () => {
  it('is no secret, no test, and nothing that is made there anew', async () => {
    const kept = ['data/test/one.csv', 'index.js', 'lib/deep/module.js', 'package.json'];
    const secrets = [
      '.env',
      '.env.local',
      '.hkuberc',
      '.npmrc',
      'deep/.npmrc',
      'deep/.env',
      '.git/config',
      '.hkube/local/server.json',
    ];
    const others = [
      'index.test.js',
      'tests/all.js',
      'node_modules/a/index.js',
      'deep/node_modules/b.js',
      'Dockerfile',
      'lib/__pycache__/m.pyc',
    ];
    const here = project(
      Object.fromEntries([...kept, ...secrets, ...others].map((path) => [path, path.endsWith('.json') ? '{}' : START])),
    );
    expect(await here.run('dockerfile', 'index.js', '--force')).toMatchObject({ code: 0 });
    expect(sentFiles(here.folder)).toEqual(kept);
  });

  it('is nothing that a .hkubeignore keeps from a cluster, in folders below, too', async () => {
    const here = project({
      'index.js': START,
      '.hkubeignore': '# notes\n*.log\n/only-here/\nkey.pem\n!kept.log\nsome/deep/*.bin\n[!a]z\n',
      'a.log': '',
      'kept.log': '',
      'below/b.log': '',
      'only-here/a': '',
      'below/only-here/a': '',
      'below/key.pem': '',
      'some/deep/x.bin': '',
      'some/deeper/x.bin': '',
      az: '',
      bz: '',
      'below/.hkubeignore': 'mine\n/first\n',
      'below/mine': '',
      'below/more/mine': '',
      'below/first': '',
      'below/more/first': '',
      mine: '',
    });
    await here.run('dockerfile', 'index.js');
    expect(sentFiles(here.folder).filter((path) => !path.includes('ignore'))).toEqual([
      'az',
      'below/more/first',
      'below/only-here/a',
      'index.js',
      'kept.log',
      'mine',
      'some/deeper/x.bin',
    ]);
  });

  it('a negation in a .hkubeignore asks back no secret', async () => {
    const here = project({ 'index.js': START, '.hkubeignore': '!.env\n!*\n', '.env': 'TOKEN=1' });
    await here.run('dockerfile', 'index.js');
    expect(sentFiles(here.folder)).not.toContain('.env');
  });

  it('is the entry, although it is called as a test is', async () => {
    const here = project({ 'v1.test.js': START, 'v1.spec.js': START });
    await here.run('dockerfile', 'v1.test.js');
    expect(sentFiles(here.folder)).toContain('v1.test.js');
    expect(sentFiles(here.folder)).not.toContain('v1.spec.js');
  });
});

describe('the Dockerfile', () => {
  it.each<[what: string, files: Readonly<Record<string, string>>]>([
    ['JavaScript', { 'index.js': START, 'algorithm.yml': DOCUMENT }],
    ['a project', { 'index.js': START, 'algorithm.yml': DOCUMENT, 'package.json': '{}', '.npmrc': 'x=1' }],
    ['Python', PYTHON],
    ['Python with packages', { ...PYTHON, 'requirements.txt': 'numpy\n' }],
    ['Python with packages of the folder', { ...PYTHON, 'requirements.txt': '-e .\n' }],
  ])('of %s is clean to a linter, and no root runs it', async (_, files) => {
    const text = await written(files);
    expect(validate(text)).toEqual([]);
    const instructions = DockerfileParser.parse(text)
      .getInstructions()
      .map((one) => one.toString());
    expect(instructions.slice(-2)[0]).toBe('USER 1000:1000');
    expect(text).toMatch(/^ENTRYPOINT \["\/app\/node_modules\/\.bin\/algorithm-actor", "run", ".*"\]\n$/m);
  });

  it('lends an .npmrc to the build, and says so', async () => {
    const here = project({
      'index.js': START,
      'package.json': '{"dependencies": {"algorithm-actor": "1"}}',
      '.npmrc': 'token',
    });
    const { stderr } = await here.run('dockerfile', 'index.js');
    expect(textOf(here)).toContain('RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm install --omit=dev\n');
    expect(stderr).toContain('docker build --secret id=npmrc,src=.npmrc -t ');
  });

  it('begins with what is asked for: the flag, then baseImage, then Node’s LTS or Python', async () => {
    const files = { 'index.js': START, 'algorithm.yml': `${DOCUMENT}baseImage: node:24\n` };
    expect(basesOf(await written(files))).toEqual(['node:24', 'node:24']);
    const image = 'registry:5000/team/node@sha256:abc';
    expect(basesOf(await written(files, '--base-image', image))).toEqual([image, image]);
    expect(basesOf(await written({ 'index.js': START }, 'index.js'))).toEqual(['node:26', 'node:26-slim']);
    expect(basesOf(await written({ ...PYTHON, 'requirements.txt': '' }))).toEqual([
      'node:26-slim',
      'python:3.13',
      'python:3.13-slim',
    ]);
    expect(basesOf(await written(PYTHON, '--base-image', 'python:3.8-slim'))).toEqual([
      'node:26-slim',
      'python:3.8-slim',
    ]);
  });

  it.each([
    ['numpy==2.0\n# -r no.txt\n', 'COPY requirements.txt ./'],
    ['-r more.txt\n', 'COPY . .'],
    ['-e .\n', 'COPY . .'],
    ['.[all]\n', 'COPY . .'],
    ['./wheels/mine.whl\n', 'COPY . .'],
    ['--find-links wheels\nmine\n', 'COPY . .'],
    ['mine @ file:///app/code/mine\n', 'COPY . .'],
  ])('gives pip the files that %j needs', async (requirements, copies) => {
    const text = await written({ ...PYTHON, 'requirements.txt': requirements });
    expect(text).toContain(
      `FROM python:3.13 AS packages\nWORKDIR /app/code\n${copies}\nRUN python3 -m venv /app/venv && `,
    );
  });
});

describe('dockerfile', () => {
  it('writes into another folder, with the context where the code is', async () => {
    const here = project({ 'my code/index.js': START });
    const { stderr } = await here.run('dockerfile', 'my code/index.js', '--out', 'build/docker');
    expect(readdirSync(here.path('build/docker')).toSorted()).toEqual(['Dockerfile', 'Dockerfile.dockerignore']);
    expect(readdirSync(here.path('my code'))).toEqual(['index.js']);
    expect(stderr).toContain("  docker build -f build/docker/Dockerfile -t registry.example.com/index:1 'my code'\n");
  });

  it('replaces nothing that is there, and of two files writes none', async () => {
    const here = project({ 'index.js': START, '.dockerignore': 'mine' });
    const { code, stderr } = await here.run('dockerfile', 'index.js');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/\.dockerignore is there already\. Nothing was written: --force/),
    });
    expect(readdirSync(here.folder).toSorted()).toEqual(['.dockerignore', 'index.js']);
    expect(await here.run('dockerfile', 'index.js', '--force')).toMatchObject({ code: 0 });
    expect(textOf(here, '.dockerignore')).not.toBe('mine');
    // What it has written itself is in nobody's way.
    expect(await here.run('dockerfile', 'index.js')).toMatchObject({ code: 0 });
    expect(readdirSync(here.folder).toSorted()).toEqual([...WRITTEN, 'index.js']);
  });

  it('brings back what was there when the second file cannot be written', async () => {
    const here = project({ 'index.js': START, Dockerfile: 'mine', '.dockerignore/in the way': '' });
    const { code, stderr } = await here.run('dockerfile', 'index.js', '--force');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be written: ') });
    expect(textOf(here)).toBe('mine');
    expect(readdirSync(here.folder).toSorted()).toEqual([...WRITTEN, 'index.js']);
  });

  it('replaces a link, and not what it leads to', async () => {
    const here = project({ 'index.js': START, elsewhere: 'theirs' });
    symlinkSync('elsewhere', here.path('Dockerfile'));
    expect((await here.run('dockerfile', 'index.js')).code).toBe(2);
    await here.run('dockerfile', 'index.js', '--force');
    expect(textOf(here, 'elsewhere')).toBe('theirs');
    expect(textOf(here)).toContain('FROM node');
  });

  it('prints and writes nothing', async () => {
    const here = project({ 'index.js': START });
    const { stdout, stderr } = await here.run('dockerfile', 'index.js', '--print');
    expect(stdout).toMatch(/^==> Dockerfile <==\n# The image[\s\S]*\n\n==> \.dockerignore <==\n# /);
    expect(stderr).toBe('');
    expect(readdirSync(here.folder)).toEqual(['index.js']);
  });

  it('tells programs what it has written, and what comes next', async () => {
    const here = project({ 'index.js': START });
    const { stdout } = await here.run('dockerfile', 'index.js', '--json');
    expect(JSON.parse(stdout)).toEqual({
      folder: expect.any(String),
      context: expect.any(String),
      files: { Dockerfile: textOf(here), '.dockerignore': textOf(here, '.dockerignore') },
      next: [
        expect.stringMatching(/^docker build/),
        expect.stringMatching(/^docker push/),
        expect.stringMatching(/ apply /),
      ],
    });
  });
});
