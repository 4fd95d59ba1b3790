// Code from a Git repository: which commit a branch stands at, and that commit as a folder.
//
//   N1. Only http, https and ftp; nobody is asked for a password, and no helper of this machine gives one: what opens the repository
//       is in the algorithm's document.
//   N2. Tokens and passwords go by the environment, and not by arguments, which every user of a machine can read.
//   N3. Nothing of the repository runs: no hooks, no templates. Submodules are not fetched.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RuntimeError } from '#errors';
import { problem } from '#builds/problem';
import { type Command, type CommandEnd, runCommand } from '#builds/run-command';
import { emptyGitRepository, invalidGitUrl } from '#descriptors/algorithm-sentences';
import { maskSecrets } from '#model/mask';

/** What is said of it in an algorithm's document. */
export interface GitRepository {
  readonly url: string;
  readonly branchName?: string | undefined;
  readonly tag?: string | undefined;
  readonly token?: string | undefined;
  readonly gitKind?: string | undefined;
  readonly commit?: { readonly id: string } | undefined;
}

export interface GitOptions {
  readonly git: Command;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

const LOOK_MS = 20_000;
const COMMIT = /^[0-9a-f]{7,64}$/i;
const PROTOCOL = /^(f|ht)tps?:\/\//i;
const INSTALL = 'Install git.';

/**
 * The commit that the branch, or the tag, stands at. Rejects with `INVALID_DESCRIPTOR` for a repository that cannot be read, in HKube's
 * words (`facts.hkube`, too).
 */
export async function findCommit(
  repository: GitRepository,
  { git = ['git'], signal }: { readonly git?: Command; readonly signal?: AbortSignal } = {},
): Promise<{ readonly id: string }> {
  const limit = AbortSignal.timeout(LOOK_MS);
  const lines: string[] = [];
  const { url, env } = accessTo(repository);
  const end = await runCommand({
    command: [...git, ...QUIET, 'ls-remote', '--', url],
    cwd: process.cwd(),
    env,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    onLine: (line) => lines.push(line),
  });
  if (signal?.aborted === true) throw new RuntimeError('ABORTED', 'findCommit was aborted.', { cause: signal.reason });
  if (end.kind !== 'done') throw unreadable(repository, end, limit.aborted);
  return { id: commitOf(repository, lines) };
}

/** Of an annotated tag that which it stands for, which git tells with `^{}`. */
function commitOf(repository: GitRepository, lines: readonly string[]): string {
  const refs = new Map(lines.map((line) => line.split('\t')).map(([id = '', name = '']) => [name, id]));
  const { tag, branchName = 'master' } = repository;
  const name = tag === undefined ? `refs/heads/${branchName}` : `refs/tags/${tag}`;
  const id = refs.get(`${name}^{}`) ?? refs.get(name);
  if (id !== undefined && COMMIT.test(id)) return id;
  const branches = [...refs.keys()].flatMap((ref) => /^refs\/heads\/(.*)$/.exec(ref)?.[1] ?? []);
  const what = tag === undefined ? `branch ${branchName}` : `tag ${tag}`;
  const reason = branches.length === 0 ? 'there is no commit in it' : `${what} has no commit`;
  const remedy =
    branches.length === 0
      ? 'Push one.'
      : `Its branches are ${branches.slice(0, 10).join(', ')}: set gitRepository.branchName.`;
  throw invalid(repository, emptyGitRepository(reason), remedy);
}

function unreadable(repository: GitRepository, end: CommandEnd, isLate: boolean): RuntimeError {
  const { url } = repository;
  if (end.kind === 'missing')
    return problem(`git ls-remote ${maskSecrets(url)}: there is no such program on this machine. ${INSTALL}`);
  const said = isLate
    ? `it has not answered for ${LOOK_MS / 1_000} s`
    : lastOf(end.kind === 'failed' ? end.tail : '', repository);
  return invalid(
    repository,
    invalidGitUrl(maskSecrets(url)),
    `git says: ${said}. Check the url, and gitRepository.token if it is private.`,
  );
}

function invalid({ url }: GitRepository, hkube: string, more: string): RuntimeError {
  return new RuntimeError('INVALID_DESCRIPTOR', `gitRepository ${maskSecrets(url)}: ${hkube}. ${more}`, {
    facts: { hkube },
  });
}

/** What git says last is what it has come to. */
function lastOf(tail: string, repository: GitRepository): string {
  const line =
    tail
      .trim()
      .split('\n')
      .findLast((one) => /^(fatal|error|remote):/.test(one)) ?? 'nothing';
  const shown = secretsOf(repository).reduce((text, secret) => text.replaceAll(secret, '***'), line);
  return maskSecrets(shown).replace(/\.$/, '');
}

/** Puts the commit into a folder that is not there yet, without its history. Rejects with `BUILD_FAILED`. */
export async function clone(
  repository: GitRepository,
  into: string,
  { git, signal, onLine }: GitOptions,
): Promise<void> {
  const { url, env } = accessTo(repository);
  const { tag, branchName = 'master', commit } = repository;
  if (commit && !COMMIT.test(commit.id))
    throw problem(`gitRepository.commit.id: ${commit.id.slice(0, 80)} is no commit. Give its hexadecimal id.`);
  const run = (args: readonly string[], cwd = process.cwd()): Promise<CommandEnd> =>
    runCommand({ command: [...git, ...QUIET, ...args], cwd, env, signal, onLine });
  const cloned = await run([
    ...['clone', '--no-checkout', '--no-recurse-submodules', '--template='],
    // A commit may stand on any branch.
    ...(commit ? [] : [`--branch=${tag ?? branchName}`]),
    ...['--', url, into],
  ]);
  expectGit(cloned, repository, 'Check gitRepository: url, branchName, token.');
  const checkedOut = await run(['checkout', '--detach', '--force', commit?.id ?? 'HEAD', '--'], into);
  expectGit(checkedOut, repository, 'Is the commit on that branch?');
  await rm(join(into, '.git'), { recursive: true, force: true });
}

function expectGit(end: CommandEnd, repository: GitRepository, remedy: string): void {
  if (end.kind === 'done') return;
  if (end.kind === 'missing') throw problem(`git: there is no such program on this machine. ${INSTALL}`);
  throw problem(
    `git could not fetch ${maskSecrets(repository.url)}: ${lastOf(end.tail, repository)}. ${remedy}`,
    end.tail,
  );
}

/** What a log must not show. */
export function secretsOf(repository: GitRepository): string[] {
  const { username, password } = addressOf(repository);
  const given = [repository.token ?? '', password, password === '' ? username : ''];
  return [...given, ...given.map(decoded)].filter((secret) => secret !== '');
}

const QUIET = ['-c', 'credential.helper=', '-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false'];

/** N1, N2. */
function accessTo(repository: GitRepository): { readonly url: string; readonly env: NodeJS.ProcessEnv } {
  const url = addressOf(repository);
  const { username, password } = url;
  const user = repository.gitKind === 'gitlab' ? 'oauth2' : 'x-access-token';
  const own = username === '' ? undefined : `${decoded(username)}:${decoded(password)}`;
  const login = repository.token ? `${user}:${repository.token}` : own;
  const inherited = Object.entries(process.env).filter(([key]) => !/^GIT_(?!SSL_|CURL_|HTTP_)/.test(key));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    // Answers with nothing where a window would open.
    GIT_ASKPASS: 'echo',
    GIT_ALLOW_PROTOCOL: 'http:https:ftp:ftps',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
  // Of ftp it is the only way.
  if (!url.protocol.startsWith('http') || login === undefined) return { url: url.href, env };
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    env: {
      ...env,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${url.origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(login).toString('base64')}`,
    },
  };
}

function addressOf(repository: GitRepository): URL {
  const { url } = repository;
  if (URL.canParse(url) && PROTOCOL.test(url)) return new URL(url);
  throw invalid(repository, invalidGitUrl(maskSecrets(url)), 'Give one such as https://host/owner/name.git.');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
