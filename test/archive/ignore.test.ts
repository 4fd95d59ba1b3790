// What stays out of an archive, and that `.hkubeignore` says it as .gitignore would: git itself is asked.

import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beginWork } from '#archive/options';
import { surveyFolder } from '#archive/survey';
import { temporaryFolder, writeFile } from '#test/support/temporary';

async function surveyed(folder: string): Promise<readonly string[]> {
  const files = await surveyFolder(folder, beginWork({ name: 'survey', paths: {}, options: {} }));
  return files.map(({ path }) => path);
}

const pathsOf = (files: readonly string[], ignore: Readonly<Record<string, string>> = {}): Promise<readonly string[]> =>
  surveyed(temporaryFolder({ ...Object.fromEntries(files.map((path) => [path, ''])), ...ignore }));

describe('what no author wants', () => {
  const unwanted = [
    '.git/config',
    '.hkube/local/x',
    'a/node_modules/b/c.js',
    'a/__pycache__/a.cpython-312.pyc',
    'a.pyc',
    '.venv/bin/x',
    '.DS_Store',
  ];

  it('stays out', async () => {
    expect(await pathsOf([...unwanted, 'main.py', 'node_modules.txt'])).toEqual(['main.py', 'node_modules.txt']);
  });

  it('is asked back by a negation, with all that is in it', async () => {
    const files = ['node_modules/a/node_modules/b.js', 'node_modules/a/a.pyc', 'main.js', '.git/config'];
    expect(await pathsOf(files, { '.hkubeignore': '!node_modules\n' })).toEqual([
      '.hkubeignore',
      'main.js',
      'node_modules/a/node_modules/b.js',
    ]);
    expect(await pathsOf(files, { '.hkubeignore': '!/node_modules/a\n' })).toEqual(['.hkubeignore', 'main.js']);
  });

  it('is not asked back by a negation that means everything', async () => {
    const files = ['node_modules/a.py', '.git/b.py', 'a/b.py', 'a/b.pyc', 'a/c.txt'];
    const ignore = { '.hkubeignore': '*\n!*/\n!*.py\n!.*\n', 'a/.hkubeignore': '!*\n' };
    expect(await pathsOf(files, ignore)).toEqual(['.hkubeignore', 'a/.hkubeignore', 'a/b.py', 'a/c.txt']);
    expect(await pathsOf(files, { '.hkubeignore': '!*.pyc' })).toContain('a/b.pyc');
  });

  it('is asked back in one folder only, by a file of that folder', async () => {
    const files = ['a/node_modules/x', 'b/node_modules/x'];
    expect(await pathsOf(files, { 'a/.hkubeignore': '!node_modules' })).toEqual(['a/.hkubeignore', 'a/node_modules/x']);
  });
});

describe('a .hkubeignore', () => {
  it('of a folder adds to those above, and the last pattern that fits decides', async () => {
    const files = ['x.log', 'a/x.log', 'a/keep.log', 'a/b/keep.log', 'a/b/c.txt', 'c.txt'];
    const ignore = {
      '.hkubeignore': '*.log\n',
      'a/.hkubeignore': '!keep.log\n/b/*.txt\n',
      'a/b/.hkubeignore': 'keep.log',
    };
    expect(await pathsOf(files, ignore)).toEqual([
      '.hkubeignore',
      'a/.hkubeignore',
      'a/b/.hkubeignore',
      'a/keep.log',
      'c.txt',
    ]);
  });

  it('may have a mark at its beginning and ends of lines as on Windows; the case of letters counts', async () => {
    expect(await pathsOf(['a.log', 'B.LOG', 'c'], { '.hkubeignore': '\ufeff*.log\r\n# c\r\n' })).toEqual([
      '.hkubeignore',
      'B.LOG',
      'c',
    ]);
  });
});

const name = fc.constantFrom('a', 'b', 'ab', '.c', 'a.x', 'b.x', '[a]', '#a', '!a', 'a b');
const paths = fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 12,
  selector: (path) => path.join('/'),
});
const piece = fc.oneof(name, fc.constantFrom('*', '**', '*.x', '?', 'a*', '[ab]', '\\#a', '\\!a', '\\[a]', '*b', '.*'));
const pattern = fc
  .record({
    not: fc.constantFrom('', '', '!'),
    start: fc.constantFrom('', '', '/', '**/'),
    pieces: fc.array(piece, { minLength: 1, maxLength: 3 }),
    end: fc.constantFrom('', '', '/', '/**', ' '),
  })
  .map(({ not, start, pieces, end }) => `${not}${start}${pieces.join('/')}${end}`);
const rules = fc.dictionary(
  fc.constantFrom('', 'a/', 'a/b/', 'ab/', '[a]/', 'a b/', '#a/'),
  fc.array(pattern, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n')),
  { minKeys: 1, maxKeys: 3 },
);

/** Files, of which none is a folder of others. */
function apart(all: readonly (readonly string[])[]): readonly string[] {
  const joined = all.map((path) => path.join('/'));
  return joined.filter((path) => !joined.some((other) => other.startsWith(`${path}/`)));
}

it('says what git says, whatever the files and the patterns are', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(paths, rules, async (all, ignore) => {
    const folder = temporaryFolder(Object.fromEntries([...apart(all), 'main'].map((path) => [path, ''])));
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-C', folder, '-c', 'core.ignoreCase=false', ...args], { encoding: 'utf8' });
    for (const [place, text] of Object.entries(ignore))
      if (place === '' || apart(all).some((path) => path.startsWith(place)))
        writeFile(join(folder, `${place}.hkubeignore`), text);
    git('init', '-q');
    const wanted = git('ls-files', '--others', '-z', '--exclude-per-directory=.hkubeignore')
      .split('\0')
      .filter(Boolean);
    const found = await surveyed(folder).catch(() => []);
    expect([...found]).toEqual(wanted.filter((path) => !path.startsWith('.git/')).toSorted());
  });
  await fc.assert(property, { numRuns: 150 });
});
