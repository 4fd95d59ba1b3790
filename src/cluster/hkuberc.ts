// The file in which hkubectl keeps where its cluster is: found, read and checked; and what it comes to together with what the caller
// and the environment say.
//
//   F1. It is searched from the folder upward (`.hkuberc`, then `.hkuberc.json`), then in its `.hkube`, then in that of the home.
//       The first one counts, alone.
//   F2. All that a file says belongs to its endpoint: asked of another one, nothing of it is used, and its password never leaves for
//       elsewhere.
//   F3. Of what is broken every problem is named, and no value is quoted: it may be the password.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { explainIssues } from '#model/issues';
import { type ClusterOptions, Endpoint, PathPrefix } from '#cluster/options';

const NAMES = ['.hkuberc', '.hkuberc.json'];

/** `config set` writes what was typed as text. */
const flag = z.pipe(
  z.transform((value: unknown) => (value === 'true' ? true : value === 'false' ? false : value)),
  z.boolean('expected true or false'),
);
/** Whoever leaves a question open has written an empty text. */
const optionalText = (rule: string) =>
  z.pipe(
    z.nullish(z.string(rule)),
    z.transform((text: string | null | undefined) => text || undefined),
  );

const Settings = z.looseObject(
  {
    endpoint: z.optional(Endpoint),
    pathPrefix: z.optional(PathPrefix),
    rejectUnauthorized: z.optional(flag),
    username: z.optional(optionalText('expected a user name')),
    password: z.optional(optionalText('expected a password')),
  },
  'expected an object with endpoint, and pathPrefix, rejectUnauthorized, username, password where they are needed',
);
/** What hkubectl keeps besides is kept, and not looked at. */
export type HkubercSettings = Readonly<z.output<typeof Settings>>;

export interface Hkuberc {
  readonly file: string;
  readonly settings: HkubercSettings;
}

export interface Places {
  /** Default: the folder of this process. */
  readonly cwd?: string | undefined;
  /** Default: that of the user. */
  readonly home?: string | undefined;
}

/** F1. Throws `INVALID_OPTIONS` for a file that cannot be used. */
export function findHkuberc({ cwd = process.cwd(), home = homedir() }: Places = {}): Hkuberc | undefined {
  const folders = [...upward(resolve(cwd)), join(cwd, '.hkube'), join(home, '.hkube')];
  for (const folder of folders) {
    for (const name of NAMES) {
      const file = join(folder, name);
      const text = readIfThere(file);
      if (text !== undefined) return { file, settings: parseHkuberc(text, file) };
    }
  }
  return undefined;
}

function* upward(folder: string): Generator<string> {
  yield folder;
  const above = dirname(folder);
  if (above !== folder) yield* upward(above);
}

/** Throws `INVALID_OPTIONS`; `file` says whose words they are. */
export function parseHkuberc(text: string, file: string): HkubercSettings {
  const checked = Settings.safeParse(readJson(text, file));
  if (checked.success) return checked.data;
  const problems = explainIssues(
    checked.error.issues.map((issue) => (issue.path.length > 0 ? issue : { ...issue, path: ['the file'] })),
  );
  throw unusable(file, problems);
}

/** Throws what is wrong, F3: the words of the parser quote what they stumble over. */
function readJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const place =
      cause instanceof Error ? /position \d+(?: \(line \d+ column \d+\))?/.exec(cause.message)?.[0] : undefined;
    throw unusable(file, `it is no JSON${place === undefined ? '' : `, at ${place}`}`);
  }
}

const unusable = (file: string, problem: string): RuntimeError =>
  new RuntimeError('INVALID_OPTIONS', `${file}: ${problem}. Mend it, or delete it.`);

/** A folder of that name is no file of ours. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw new RuntimeError('INVALID_OPTIONS', `${file}: it cannot be read: ${String(code)}.`, { cause });
  }
}

/** What the caller says himself; it wins over environment and file. */
export type Wishes = Partial<ClusterOptions>;

export interface Surroundings extends Places {
  /** Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * The cluster that is meant: the endpoint of the caller, else of the file; undefined if neither names one. HKUBE_USERNAME and
 * HKUBE_PASSWORD win over the file's. Throws `INVALID_OPTIONS`.
 */
export function findCluster(
  wishes: Wishes = {},
  { env = process.env, ...places }: Surroundings = {},
): ClusterOptions | undefined {
  const found = findHkuberc(places)?.settings;
  const endpoint = wishes.endpoint ?? found?.endpoint;
  if (endpoint === undefined) return undefined;
  const settings = found?.endpoint !== undefined && isSame(found.endpoint, endpoint) ? found : undefined;
  return {
    endpoint,
    pathPrefix: wishes.pathPrefix ?? settings?.pathPrefix,
    rejectUnauthorized: wishes.rejectUnauthorized ?? settings?.rejectUnauthorized,
    username: wishes.username ?? (env.HKUBE_USERNAME || settings?.username),
    password: wishes.password ?? (env.HKUBE_PASSWORD || settings?.password),
    timeoutMs: wishes.timeoutMs,
    tries: wishes.tries,
  };
}

/** F2. */
function isSame(one: string, other: string): boolean {
  const plain = (url: string): string => (URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url);
  return plain(one) === plain(other);
}
