// What of a folder stays out of its archive: `.hkubeignore` files, in the language of .gitignore. One in a folder below adds to
// those above; the last pattern that fits a path decides. A folder that stays out is not looked into, so nothing in it can be
// asked back.

import type { Ignore } from 'ignore';

export const IGNORE_FILE = '.hkubeignore';

/**
 * What no author wants in an archive. `!node_modules` in a .hkubeignore asks it back; `!*` does not, nor does any other negation
 * that does not name it.
 */
export const LEFT_OUT: readonly string[] = [
  '.git',
  '.hg',
  '.svn',
  '.hkube',
  'node_modules',
  '__pycache__',
  '*.py[cod]',
  '.venv',
  'venv',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.DS_Store',
  'Thumbs.db',
];

export interface IgnoreRules {
  ignores(path: string, isFolder: boolean): boolean;
  /** These rules, and those of a .hkubeignore in this folder; '' is the folder of all. */
  within(folder: string, text: string): IgnoreRules;
}

export async function createIgnoreRules(): Promise<IgnoreRules> {
  const { default: ignore } = await import('ignore');
  // The case of letters counts on every machine.
  const create = (): Ignore => ignore({ ignorecase: false });

  const isNamed = (pattern: string, names: readonly string[]): boolean =>
    names.some((name) => create().add(pattern).ignores(name));

  function rulesOf(rules: Ignore, leftOut: readonly string[]): IgnoreRules {
    return {
      ignores: (path, isFolder) => rules.ignores(isFolder ? `${path}/` : path),
      within: (folder, text) => {
        const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
        const names = namesAskedBack(lines);
        const still = leftOut.filter((pattern) => !isNamed(pattern, names));
        return rulesOf(create().add(rules).add(patternsIn(folder, lines)).add(still), still);
      },
    };
  }
  return rulesOf(create().add(LEFT_OUT), LEFT_OUT);
}

/** The names, of files and folders on their way, that negations have. */
function namesAskedBack(lines: readonly string[]): readonly string[] {
  const negations = lines.filter((line) => line.startsWith('!'));
  const names = negations.flatMap((line) => line.slice(1).trimEnd().split('/'));
  return names.filter((name) => !/^\.{0,2}$/.test(name));
}

function patternsIn(folder: string, lines: readonly string[]): readonly string[] {
  if (folder === '') return lines;
  const literal = folder.replace(/[\\*?[\]]/g, '\\$&');
  return lines.flatMap((line) => (line.trim() === '' || line.startsWith('#') ? [] : [below(literal, line)]));
}

/** The pattern of a folder, as the folder of all would say it. */
function below(folder: string, line: string): string {
  const negation = line.startsWith('!') ? '!' : '';
  const pattern = line.slice(negation.length).replace(/^\\(?=[#!])/, '');
  // With a slash that is not its end, a pattern begins in its own folder.
  const isAnchored = /\/(?=.)/.test(pattern.trimEnd());
  return `${negation}/${folder}/${isAnchored ? pattern.replace(/^\//, '') : `**/${pattern}`}`;
}
