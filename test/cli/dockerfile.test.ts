// What `algorithm-actor dockerfile` writes for JavaScript and TypeScript, built by test/support/image and run against a worker: what the image
// would run, is run as it is. npm's part is tried by test/package; Python by test/hosts.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeWorker } from '#test/support/fake-worker';
import { buildImage, inStage, type Stage } from '#test/support/image';
import { type Project, project } from '#test/support/projects';
import { temporaryFolder } from '#test/support/temporary';

const built = fileURLToPath(new URL('../../.test-build/cli.js', import.meta.url));
const START = 'export const start = ({ input }) => input.length;';
const MODULE = '{"type": "module", "dependencies": {"algorithm-actor": "^0.1.0"}}';
const LOCK = '{"lockfileVersion": 3}';

/** The commands that were run, by stage; the runtime is the one that was built for the tests. */
function build(
  { folder }: Pick<Project, 'folder'>,
  dockerfile?: string,
): { image: Stage; ran: Record<string, string[]> } {
  const ran: Record<string, string[]> = {};
  const { image } = buildImage({
    context: folder,
    ...(dockerfile !== undefined && { dockerfile }),
    into: temporaryFolder(),
    run: (command, { name, root, workdir }) => {
      (ran[name] ??= []).push(command);
      if (command.includes('npm ')) installRuntime(join(root, workdir));
      if (command.includes(' -m venv ')) mkdirSync(join(root, 'app/venv/bin'), { recursive: true });
    },
  });
  return { image, ran };
}

function installRuntime(folder: string): void {
  const bin = join(folder, 'node_modules/.bin');
  if (existsSync(bin)) return;
  mkdirSync(bin, { recursive: true });
  symlinkSync(built, join(bin, 'algorithm-actor'));
}

/** Runs what the image runs, as it is: no shell, its environment, its folder. */
async function runOnce(image: Stage, input: readonly unknown[]): Promise<unknown> {
  const worker = await startFakeWorker();
  onTestFinished(() => worker.close());
  const [program = '', ...args] = image.entrypoint.map((one) => inStage(one, image));
  const child = spawn(program, args, {
    cwd: join(image.root, image.workdir),
    env: { PATH: process.env.PATH, ...image.env, WORKER_SOCKET_PORT: String(worker.port), ALGORITHM_TYPE: 'named' },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  const connection = await worker.connection();
  expect(Object.fromEntries(connection.query)).toEqual({ encoding: 'bson', storage: 'v1' });
  await connection.begin({ input });
  const { data } = await connection.next('done');
  child.kill('SIGTERM');
  expect(await exited).toBe(143);
  expect(worker.faults).toEqual([]);
  return data;
}

const textOf = ({ path }: Project, name = 'Dockerfile'): string => readFileSync(path(name), 'utf8');

describe('dockerfile', () => {
  it('writes an image of what `new` has written in TypeScript: it runs as somebody, and leaves on SIGTERM', async () => {
    const here = project({});
    await here.run('new', 'count-words');
    writeFileSync(here.path('count-words/.env'), 'TOKEN=secret');
    const { code, stdout, stderr } = await here.run('dockerfile', 'count-words');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/count-words: Dockerfile, \.dockerignore\n\nNext:\n {2}docker build -t (\S+) count-words\n/);
    expect(stderr).toMatch(/ {2}docker push (\S+)\n {2}npx algorithm-actor apply .*count-words.* --image \1\n/);
    const { image, ran } = build({ folder: here.path('count-words') });
    expect(ran).toEqual({ packages: ['npm install --omit=dev'] });
    expect(image).toMatchObject({ base: 'node:26-slim', user: '1000:1000', env: { NODE_ENV: 'production' } });
    expect(readdirSync(join(image.root, 'app')).toSorted()).toEqual([
      '.gitignore',
      '.hkubeignore',
      'README.md',
      'algorithm.ts',
      'algorithm.yml',
      'node_modules',
      'package.json',
      'pipeline.yml',
      'tsconfig.json',
    ]);
    expect(await runOnce(image, ['to be or not to be', 1])).toEqual([{ word: 'to', times: 2 }]);
  });

  it('runs a module of no project, too: the runtime lies above it', async () => {
    const here = project({ 'count.mjs': START });
    await here.run('dockerfile', 'count.mjs');
    const { image, ran } = build(here);
    expect(ran).toEqual({
      packages: [expect.stringMatching(/^npm install --omit=dev algorithm-actor@\d+\.\d+\.\d+$/)],
    });
    expect(existsSync(join(image.root, 'app/code/count.mjs'))).toBe(true);
    expect(await runOnce(image, [1, 2])).toBe(2);
  });

  it.each<[what: string, files: Record<string, string>, commands: string[]]>([
    ['keeps to the lock', { 'package.json': MODULE, 'package-lock.json': LOCK }, ['npm ci --omit=dev']],
    ['keeps to a shrinkwrap', { 'package.json': MODULE, 'npm-shrinkwrap.json': LOCK }, ['npm ci --omit=dev']],
    [
      'installs all, and then leaves the rest, where the code is built when it is installed',
      {
        'package.json': '{"dependencies": {"algorithm-actor": "1"}, "scripts": {"prepare": "tsc"}}',
        'package-lock.json': LOCK,
      },
      ['npm ci && npm prune --omit=dev --ignore-scripts'],
    ],
    [
      'installs what lies in the folder',
      { 'package.json': '{"dependencies": {"algorithm-actor": "file:runtime.tgz"}}', 'runtime.tgz': '' },
      ['npm install && npm prune --omit=dev --ignore-scripts'],
    ],
    [
      'installs the runtime where the project only develops with it',
      { 'package.json': '{"type": "module", "devDependencies": {"algorithm-actor": "^0.1.0"}}' },
      [expect.stringContaining('npm install --omit=dev algorithm-actor@'), 'npm install --omit=dev'],
    ],
    [
      'takes the runtime from a file that lies beside, where there is no registry',
      { 'algorithm-actor-0.1.0.tgz': '' },
      ['npm install --omit=dev ./algorithm-actor-0.1.0.tgz'],
    ],
  ])('%s', async (_, files, commands) => {
    const here = project({ 'index.js': START, 'algorithm.yml': 'name: count\nenv: nodejs\n', ...files });
    expect(await here.run('dockerfile')).toMatchObject({ code: 0 });
    const { image, ran } = build(here);
    expect(ran).toEqual({ packages: commands });
    expect(await runOnce(image, [1, 2, 3])).toBe(3);
  });

  it('finds packages that are listed above the code, beside algorithm.yml', async () => {
    const here = project({
      'my/algorithm.yml': 'name: count\nenv: nodejs\ncode: {path: src, entryPoint: main}\n',
      'my/package.json': MODULE,
      'my/src/main.js': `import { LENGTH } from '../shared.js'; export const start = () => LENGTH;`,
      'my/shared.js': 'export const LENGTH = 5;',
    });
    await here.run('dockerfile', 'my/algorithm.yml');
    const { image } = build({ folder: here.path('my') });
    expect(image.entrypoint.at(-1)).toBe('src/main.js');
    expect(await runOnce(image, [])).toBe(5);
  });

  it.each([
    'a b.mjs',
    'it\'s "quoted".mjs',
    '$HOME.mjs',
    'new\nRUN touch harm.mjs',
    '-e.mjs',
    '[glob]*.mjs',
    'größe ☃.mjs',
    '", "harm.mjs',
  ])('runs an entry called %j, which nobody takes for anything else', async (entry) => {
    const folder = 'in & out; $(x)';
    const document = JSON.stringify({ name: 'odd', env: 'nodejs', code: { path: '.', entryPoint: entry } });
    const here = project({ [`${folder}/algorithm.json`]: document, [`${folder}/${entry}`]: START });
    const { stderr } = await here.run('dockerfile', folder);
    expect(stderr).toContain(`docker build -t registry.example.com/odd:1 '${folder}'\n`);
    const text = textOf(here, `${folder}/Dockerfile`);
    const keywords = DockerfileParser.parse(text)
      .getInstructions()
      .map((one) => one.getKeyword());
    expect(keywords.join(' ')).toBe('FROM WORKDIR RUN WORKDIR FROM COPY WORKDIR COPY ENV USER ENTRYPOINT');
    expect(await runOnce(build({ folder: here.path(folder) }).image, [1])).toBe(1);
  });
});
