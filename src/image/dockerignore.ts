// The .dockerignore of an algorithm: secrets, tests, what is made anew, and what a .hkubeignore keeps from a cluster.
//
// The two languages differ in where a pattern begins: in .gitignore's anywhere, unless it has a slash; in Docker's at the top. In both the
// last pattern that fits decides. A folder's slash at the end means nothing to Docker: a file of that name is left out, too.

import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore from 'ignore';
import { IGNORE_FILE, LEFT_OUT } from '#archive/ignore-rules';
import { RuntimeError } from '#errors';
import type { ImageSource } from '#image/image-source';

/** An algorithm gets its environment and its secrets from HKube (`algorithmEnv`). */
const SECRETS = ['.env', '.env.*', '.hkuberc', '.hkuberc.json', '.npmrc', '.netrc', '.pypirc', '.ssh', '.aws', '.kube'];
const TESTS = [
  '**/*.test.*',
  '**/*.spec.*',
  '**/test_*.py',
  '**/*_test.py',
  '**/conftest.py',
  'test',
  'tests',
  'coverage',
];
const IMAGE = ['**/Dockerfile', '**/*.dockerignore'];

/** Throws `INVALID_USAGE` where it would leave out what the image cannot do without. */
export function dockerignoreOf(source: ImageSource): string {
  const { packages } = source;
  const own = hkubePatterns(source.context);
  const always = [...LEFT_OUT, ...SECRETS].map((pattern) => `**/${pattern}`);
  const made = packages.kind === 'python' ? packages.environments.filter((name) => /^[\w.-]+$/.test(name)) : [];
  const kept = needed(source);
  const groups = [
    // An algorithm may be called what tests are called.
    ['Tests.', TESTS.filter((pattern) => !kept.some((path) => matcherOf([pattern]).ignores(path)))],
    [`What ${IGNORE_FILE} says.`, own.filter((pattern) => !always.includes(pattern))],
    ['What is made anew in the image, and secrets.', [...always, ...made, ...IMAGE]],
  ] as const;
  const patterns = groups.flatMap(([, lines]) => lines);
  const missing = kept.find((path) => matcherOf(patterns).ignores(path));
  if (missing !== undefined) throw leftOut(source, missing, own);
  return groups
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `# ${title}\n${lines.join('\n')}\n`)
    .join('\n');
}

function needed({ entry, packages, tarball }: ImageSource): string[] {
  const lists =
    packages.kind === 'python'
      ? packages.hasRequirements && 'requirements.txt'
      : packages.hasManifest && 'package.json';
  const lock = packages.kind === 'nodejs' && packages.lock;
  return [entry, lists, lock, tarball].filter((path) => typeof path === 'string');
}

function leftOut({ context }: ImageSource, path: string, own: readonly string[]): RuntimeError {
  const why = matcherOf(own).ignores(path)
    ? `a ${IGNORE_FILE} leaves it out`
    : 'what is called so does not go into an image';
  return new RuntimeError('INVALID_USAGE', `${join(context, path)}: the image needs it, and ${why}.`);
}

/** Docker's patterns, as .gitignore says them: what has no `**` in front begins at the top. */
function matcherOf(patterns: readonly string[]): ignore.Ignore {
  return ignore({ ignorecase: false }).add(
    patterns.map((pattern) => pattern.replace(/^(!?)(?!\*\*\/)/, '$1/').replaceAll('[^', '[!')),
  );
}

/** What all .hkubeignore files of a folder say, as Docker says it. */
function hkubePatterns(context: string, path = ''): string[] {
  const entries = readdirSync(join(context, path), { withFileTypes: true });
  const file = join(context, path, IGNORE_FILE);
  const own = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split(/\r?\n/)
        .flatMap((line) => dockerPattern(path, line))
    : [];
  return [...own, ...entries.filter(isLookedInto).flatMap(({ name }) => hkubePatterns(context, `${path}${name}/`))];
}

const isLookedInto = (entry: Dirent): boolean => entry.isDirectory() && !LEFT_OUT.includes(entry.name);

function dockerPattern(folder: string, line: string): string[] {
  // Blanks at the end count only behind a backslash.
  const text = line.replace(/^\ufeff/, '').replace(/(?<!\\)\s+$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const negation = text.startsWith('!') ? '!' : '';
  const pattern = text
    .slice(negation.length)
    .replace(/^\\(?=[#!])/, '')
    .replace(/\/+$/, '')
    .replaceAll('[!', '[^');
  const literal = folder.replace(/[\\*?[\]]|^[#!]/g, '\\$&').replace(/\p{Cc}/gu, '?');
  const anchored = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`;
  return [`${negation}${literal}${anchored}`];
}
