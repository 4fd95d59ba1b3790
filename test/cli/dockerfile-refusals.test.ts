// What `algorithm-actor dockerfile` refuses, and what it only remarks on.

import { readdirSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { project } from '#test/support/projects';

const START = 'export const start = ({ input }) => input.length;';
const DOCUMENT = 'name: count\nenv: nodejs\ncode: {path: ., entryPoint: index.js}\n';
const PYTHON = { 'main.py': 'def start(args): pass\n', 'algorithm.yml': 'name: count\nenv: python\n' };

describe('dockerfile refuses, and leaves nothing behind:', () => {
  const files = {
    'index.js': START,
    'notes.txt': '',
    'code.jar': '',
    'none/README.md': '',
    'java.yml': 'name: count\nenv: java\ncode: {path: ., entryPoint: Count}\n',
    'jvm.yml': 'name: count\nenv: jvm\n',
    'image.yml': 'name: count\nimage: registry/count:1\n',
    'old.yml': 'name: count\nenv: nodejs\nbaseImage: node:14.5.0-slim\n',
    'away/algorithm.yml': 'name: count\nenv: nodejs\ncode: {path: ., entryPoint: ../index.js}\n',
    'broken/package.json': '{',
    'broken/index.js': START,
    'odd/package.json': '{"dependencies": {"algorithm-actor": 1}}',
    'odd/index.js': START,
    'local/package.json': '{"dependencies": {"mine": "file:../mine"}}',
    'local/index.js': START,
    'node_modules/a/index.js': START,
    'in.yml': 'name: count\nenv: nodejs\ncode: {path: ., entryPoint: node_modules/a/index.js}\n',
    'out/index.js': START,
    'out/.hkubeignore': 'index.js',
  };
  const before = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();

  it.each<[args: string[], words: string[]]>([
    [['missing.js'], ['missing.js: no such file']],
    [['notes.txt'], ['notes.txt: expected a module that has `start`: JavaScript, TypeScript or Python']],
    [['code.jar'], ['code.jar: Java cannot run here yet']],
    [['java.yml'], ['java.yml: Java has no runtime here yet. HKube builds it by itself: apply its code']],
    [['jvm.yml'], ['jvm.yml: Java has no runtime here yet']],
    [['image.yml'], ['algorithm "count" is an image', 'add code.path']],
    [['none'], ['none: this folder has none of main.py, index.js']],
    [['old.yml'], ['base image node:14.5.0-slim: the runtime needs Node 20.19 or later, such as node:26-slim']],
    [['index.js', '--base-image', 'docker.io/node:20.18-slim'], ['the runtime needs Node 20.19']],
    [['index.js', '--base-image', 'python:3.7'], ['the runtime needs Python 3.8 or later, such as python:3.13-slim']],
    [['index.js', '--base-image', 'node:26\nRUN harm'], ['base image "node:26\\nRUN harm": expected the name of one']],
    [['index.js', '--base-image', 'a b'], ['base image "a b": expected the name of one, such as node:26-slim']],
    [['index.js', '--base-image', '$IMAGE'], ['base image "$IMAGE": expected']],
    [['index.js', '--base-image', '--platform=x'], ['expected the name of one']],
    [['away'], ['index.js: it is outside of ', 'nothing from there goes into an image']],
    [['broken'], ['package.json: cannot be read: ']],
    [['odd'], ['package.json: dependencies.algorithm-actor: expected a text']],
    [['local'], ['package.json: mine is "file:../mine", outside of ', 'Pack it (`npm pack`)']],
    [['in.yml'], ['index.js: the image needs it, and what is called so does not go into an image']],
    [['out'], ['index.js: the image needs it, and a .hkubeignore leaves it out']],
    [
      ['index.js', '--out', 'notes.txt'],
      ['notes.txt: cannot be written: ', 'Give another --out'],
    ],
    [['index.js', '--tag', 'x'], ["unknown option '--tag'"]],
  ])('%j', async (args, words) => {
    const here = project(files);
    const { code, stdout, stderr } = await here.run('dockerfile', ...args);
    for (const word of words) expect(stderr).toContain(word);
    expect({ code, stdout }).toEqual({ code: words.some((word) => word.includes('written')) ? 1 : 2, stdout: '' });
    expect(before(here.folder)).toEqual(before(project(files).folder));
  });

  it('a link to code that lies elsewhere', async () => {
    const here = project({ 'elsewhere.js': START, 'code/package.json': '{}' });
    symlinkSync('../elsewhere.js', here.path('code/index.js'));
    const { code, stderr } = await here.run('dockerfile', 'code');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('index.js: it is outside of ') });
  });

  it.each<[files: Readonly<Record<string, string>>, remark: string]>([
    [{ 'package.json': '{}', 'yarn.lock': '' }, 'yarn.lock is not read: npm installs the newest versions'],
    [
      { 'algorithm.yml': `${DOCUMENT}dependencyInstallCmd: install.sh\n` },
      'dependencyInstallCmd is not run: what install.sh',
    ],
    [{ ...PYTHON, 'pyproject.toml': '' }, 'pyproject.toml is not read: there is no requirements.txt'],
  ])('but not %j: it says what does not count', async (own, remark) => {
    const here = project({ 'index.js': START, ...own });
    const { code, stderr } = await here.run('dockerfile', 'algorithm.yml' in own ? '.' : 'index.js');
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`dockerfile: ${remark}`) });
  });
});
