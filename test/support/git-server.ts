// Git repositories over HTTP, as a server without any program of Git's own serves them: files.

import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder, writeFile } from '#test/support/temporary';

export interface GitServer {
  /** Of the repository. */
  readonly url: string;
  /** What was asked for, with its Authorization. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
  /** Commits these files to a branch, and gives the commit's id. */
  commit(files: Readonly<Record<string, string>>, branch?: string): string;
  /** Any command of Git, in the working copy. */
  git(...args: string[]): string;
  /** Brings what was done so to the server. */
  publish(): void;
}

interface GitServerOptions {
  /** The only login that is let in, such as `x-access-token:abc`. */
  readonly login?: string;
  /** Answers nothing. */
  readonly isSilent?: boolean;
}

export async function gitServer({ login, isSilent = false }: GitServerOptions = {}): Promise<GitServer> {
  const folder = temporaryFolder();
  const work = join(folder, 'work');
  const bare = join(folder, 'served', 'words.git');
  const asked: GitServer['asked'] = [];
  const git = (...args: string[]): string => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...identity, ...args], {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  execFileSync('git', ['init', '-q', '-b', 'master', work]);
  execFileSync('git', ['init', '-q', '--bare', '-b', 'master', bare]);
  execFileSync('git', ['update-server-info'], { cwd: bare });
  const publish = (): void => {
    git('push', '-q', '--force', '--tags', bare, 'refs/heads/*:refs/heads/*');
    execFileSync('git', ['update-server-info'], { cwd: bare });
  };

  const isAllowed = ({ headers }: IncomingMessage): boolean =>
    login === undefined || headers.authorization === `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    asked.push({ path: pathname, authorization: request.headers.authorization });
    if (isSilent) return;
    const file = join(folder, 'served', pathname);
    const status = isAllowed(request) ? (existsSync(file) && statSync(file).isFile() ? 200 : 404) : 401;
    response.writeHead(status, status === 401 ? { 'www-authenticate': 'Basic realm="words"' } : {});
    if (status === 200) createReadStream(file).pipe(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${portOf(server.address())}/words.git`,
    asked,
    git,
    publish,
    commit: (files, branch = 'master') => {
      git('checkout', '-q', '-B', branch);
      for (const [path, content] of Object.entries(files)) writeFile(join(work, path), content);
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', 'words');
      publish();
      return git('rev-parse', 'HEAD').trim();
    },
  };
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' ? (address?.port ?? 0) : 0;
