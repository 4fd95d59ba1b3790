// What is wrong with what `apply` is given: words that say what to write, before anything is sent; and HKube's own words, with what to
// do, where only HKube can know.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { built, CODE, DOCUMENT, fakeHKube, refusal } from '#test/support/fake-hkube';
import { project } from '#test/support/projects';

const files = {
  'good/algorithm.yml': DOCUMENT,
  'good/src/index.js': '',
  'none/readme.md': '',
  'wrong.yml': 'name: Words\nenv: ruby\ncpu: -1\nmem: 3Mi\nimage: "a b"',
  'nameless.yml': 'env: nodejs\ncode: { path: good/src }',
  'broken.yml': 'name: [',
  'list.yml': '- 1',
  'far.yml': 'name: far\nenv: nodejs\ncode: { path: no/where }',
  'noenv.yml': 'name: noenv\ncode: { path: good/src }',
  'code.tar': `${'\0'.repeat(257)}ustar`,
  'code.txt': 'words',
  'empty/.hkubeignore': '*\n',
};

describe('apply', () => {
  it.each<[args: string[], words: string[]]>([
    [[], ['no algorithm.yml is here', '--env nodejs --code-path ./src', 'name: count-words', 'env: nodejs']],
    [['words'], ['no algorithm.yml is here']],
    [['good'], ['Did you mean the folder? algorithm-actor apply ./good']],
    [['./none'], ['./none: no algorithm.yml is in it', 'say it by flags', '--code-path ./none']],
    [['./nowhere'], ['./nowhere: no such file or folder']],
    [['-f', 'none'], ['none: no algorithm.yml is in it']],
    [['-f', 'good', '--cpu', 'much'], ['good/algorithm.yml: --cpu: should be number']],
    [['-f', 'no.yml'], ['no.yml: cannot be read']],
    [['-f', 'broken.yml'], ['broken.yml: line 1']],
    [
      ['-f', 'list.yml'],
      ['list.yml: ', 'expected an algorithm'],
    ],
    [
      ['-f', 'wrong.yml'],
      [
        'name: algorithm name must contain',
        'env: should be equal to one of',
        'cpu: should be >= 0',
        'at least 4 Mi',
        'line 5',
      ],
    ],
    [
      ['-f', 'nameless.yml'],
      ['algorithm should have required property "name"', 'add one, such as count-words'],
    ],
    [
      ['-f', 'nameless.yml', '--env', 'jvm2', 'x'],
      ['--env: should be equal to', 'the name given: algorithm name must'],
    ],
    [['words', '--cpu', 'much'], ['the command line: --cpu: should be number']],
    [
      ['-f', 'far.yml'],
      ['code.path: ', 'no/where: no such folder or archive', 'beside the document'],
    ],
    [
      ['-f', 'noenv.yml'],
      ['noenv.yml: code without env', 'Write `env: nodejs`', '--env'],
    ],
    [
      ['./good', '--code-path', '../code.tar'],
      ['data.fileExt should be equal', 'not compressed', 'tar -czf'],
    ],
    [
      ['./good', '--code-path', '../code.txt'],
      ['code.txt: data.fileExt should be equal', 'it is neither'],
    ],
    [['./good', '--code-path', '../empty'], ['there is nothing in it to pack']],
    [['./good', '--timeout', 'soon'], ['Expected a whole number']],
  ])('%j ends with 2 and words, and sends no algorithm', async (args, words) => {
    const { url, asked } = await fakeHKube({});
    const { code, stdout, stderr } = await project(files).run('apply', ...args, '--endpoint', url);
    for (const word of words) expect(stderr).toContain(word);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(asked.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('takes code without env where the stored one has it', async () => {
    const { url } = await fakeHKube(built);
    expect(await project(CODE).run('apply', 'count-words', '--code-path', 'src', '--endpoint', url)).toMatchObject({
      code: 0,
    });
  });

  it.each([
    [400, 'cannot apply algorithm due to missing image url or build data', 'Write `code: {path: …}` and `env`', 2],
    [400, "data should have required property 'env'", 'Write `env: nodejs`', 2],
    [400, 'algorithm type cannot be changed from "Image" to "Code"', 'Delete it first', 2],
    [400, 'maximum capacity exceeded cpu(node1: 15)', 'ask for less', 2],
    [500, 'Unexpected token', 'Unexpected token', 1],
    [413, '', 'it is too large', 2],
  ])('refused with %i “%s” says so, and what to do', async (status, words, remedy, expected) => {
    const { url } = await fakeHKube({ 'POST store/algorithms/apply': words ? refusal(status, words) : { status } });
    const { code, stdout, stderr } = await project(CODE).run('apply', '--endpoint', url);
    expect(stderr).toContain(words);
    expect(stderr).toContain(remedy);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  });

  it('leaves nothing of what it packed, whether it goes well or not', async () => {
    const { url } = await fakeHKube(built);
    const here = project(CODE);
    const refused = await fakeHKube({});
    const packed = project({ ...CODE, 'src/x': '' }, { TMPDIR: here.folder });
    await packed.run('apply', '--endpoint', url);
    await packed.run('apply', '--endpoint', refused.url);
    await packed.run('apply', '--endpoint', 'http://127.0.0.1:1');
    await packed.run('apply', '--code-path', 'nowhere', '--endpoint', url);
    expect(readdirSync(here.folder).toSorted()).toEqual(['algorithm.yml', 'src']);
    expect(readdirSync(join(here.folder, 'src'))).toEqual(['index.js']);
  });
});
