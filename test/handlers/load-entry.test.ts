import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadEntry } from '#handlers/load-entry';

const entry = (name: string) => fileURLToPath(new URL(`../fixtures/entries/${name}`, import.meta.url));

describe('an entry', () => {
  it.each([
    ['named.mjs', 'named'],
    ['default.mjs', 'default'],
    ['common.cjs', 'common'],
  ])('%s is loaded', async (name, result) => {
    const { start } = await loadEntry(entry(name));
    expect(Reflect.apply(start, undefined, [])).toBe(result);
  });

  it.each([
    ['missing.mjs', 'INVALID_ENTRY', 'missing.mjs: no such file'],
    ['.', 'INVALID_ENTRY', 'this folder has none of main.py, index.js'],
    ['throws.mjs', 'INVALID_ENTRY', 'could not be loaded: no model file'],
    ['syntax.mjs', 'INVALID_ENTRY', 'syntax.mjs'],
    ['imports-nothing.mjs', 'INVALID_ENTRY', 'a-package-that-is-not-installed'],
    ['no-start.mjs', 'INVALID_HANDLERS', 'no-start.mjs: `start`: expected a function'],
  ])('%s is refused with words that name it', async (name, code, words) => {
    const loading = loadEntry(entry(name));
    await expect(loading).rejects.toMatchObject({ code });
    await expect(loading).rejects.toThrow(words);
  });
});
