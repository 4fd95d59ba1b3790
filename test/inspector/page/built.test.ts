import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { root } from '#test/support/source-files';

const folder = join(root, '.test-build/inspector');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('the page as it is built', () => {
  it('is a document, a style sheet and a script, those that are loaded when used, all scripts as one, and the charts', () => {
    const used = ['curves-view.js', 'graph-view.js'];
    expect(readdirSync(folder).toSorted()).toEqual(
      ['charts.json', 'index.html', 'page.css', 'page.js', 'whole.js', ...used].toSorted(),
    );
    expect(
      read('page.js')
        .match(/import\([^)]*\)/g)
        ?.toSorted(),
    ).toEqual(used.map((name) => `import(\`./${name}\`)`));
    expect(read('whole.js')).not.toMatch(/import\(|^import|from"/);
  });

  it.each([
    ['is at most 40 kB to load, packed', ['page.js', 'page.css'], 40],
    ['has a drawing of curves of at most 12 kB, with its style', ['curves-view.js'], 12],
    ['has a drawing of graphs of at most 3 kB', ['graph-view.js'], 3],
  ])('%s', (_, names, kilobytes) => {
    const sizes = names.map((name) => gzipSync(read(name), { level: 9 }).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(kilobytes * 1024);
  });

  it('asks nobody else for anything, and keeps to a strict policy', () => {
    const html = read('index.html');
    expect(html).not.toMatch(/\sstyle=|\son\w+=|<style/);
    expect(html.match(/(?:src|href)="(?!data:)[^"]*"/g)).toEqual(['src="./page.js"', 'href="./page.css"']);
    expect(read('page.css')).not.toMatch(/url\(|@import/);
    for (const name of ['page.js', 'whole.js', 'curves-view.js', 'graph-view.js'])
      expect(read(name)).not.toMatch(/\beval\(|new Function|<\/script/);
  });
});
