import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { root } from '#test/support/source-files';

const folder = join(root, '.test-build/inspector');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('the page as it is built', () => {
  it('is three files, whose names stay, and the charts', () => {
    expect(readdirSync(folder).toSorted()).toEqual(['charts.json', 'index.html', 'page.css', 'page.js']);
  });

  it('is at most 40 kB to load, packed', () => {
    const sizes = ['page.js', 'page.css'].map((name) => gzipSync(read(name), { level: 9 }).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(40 * 1024);
  });

  it('asks nobody else for anything, and keeps to a strict policy', () => {
    const html = read('index.html');
    expect(html).not.toMatch(/\sstyle=|\son\w+=|<style/);
    expect(html.match(/(?:src|href)="(?!data:)[^"]*"/g)).toEqual(['src="./page.js"', 'href="./page.css"']);
    expect(read('page.css')).not.toMatch(/url\(|@import/);
    expect(read('page.js')).not.toMatch(/\beval\(|new Function|<\/script|import\(/);
  });
});
