// A local HKube that serves, whose applied algorithms are built and run in processes of their own; and requests as HKube's tools send them.

import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { checkBuilt } from '#cli/check-entry';
import { createLocalHKube, type LocalHKube } from '#local-hkube/create-local-hkube';
import type { LocalHKubeOptions } from '#local-hkube/options';
import { createSpawner } from '#local-hkube/spawn-algorithm';
import { serveRest } from '#rest/server';
import { zipBytes } from '#test/support/archive-bytes';
import { root } from '#test/support/build-cli';
import { keepLog } from '#test/support/in-process';
import { stopLater } from '#test/support/local-hkube';
import { temporaryFolder } from '#test/support/temporary';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Sent {
  readonly payload?: unknown;
  readonly options?: unknown;
  readonly file?: Blob;
  readonly fileName?: string;
}

export interface Applying {
  readonly hkube: LocalHKube;
  readonly url: string;
  readonly stateDir: string;
  readonly log: readonly string[];
  /** `POST exec/raw`, with this as JSON. */
  ask(methodAndPath: string, json?: unknown): Promise<Answer>;
  /** As hkubectl sends a form; to `store/algorithms/apply` where nothing else is said. */
  send(sent: Sent, methodAndPath?: string): Promise<Answer>;
  /** Applies, and waits for the end of the build. */
  applied(sent: Sent): Promise<Answer>;
  /** What one algorithm makes of this input. */
  exec(name: string, ...input: unknown[]): Promise<unknown>;
}

export async function startApplying(options: Partial<LocalHKubeOptions> = {}): Promise<Applying> {
  const stateDir = options.stateDir ?? temporaryFolder();
  const logger = keepLog();
  const launch = createSpawner({ command: [process.execPath, join(root, '.test-build/cli.js'), 'run'], logger });
  const hkube = stopLater(
    createLocalHKube({
      ...{ algorithms: {}, ports: { workers: 0 }, logger, launch, check: checkBuilt },
      ...options,
      stateDir,
    }),
  );
  await hkube.start();
  const rest = await serveRest(hkube, { port: 0 });
  onTestFinished(() => rest.close());
  const ended = async (buildId: string): Promise<unknown> => hkube.builds.ended(buildId);
  return { hkube, stateDir, log: logger.lines, ...clientOf(rest.url, ended) };
}

type Client = Pick<Applying, 'url' | 'ask' | 'send' | 'applied' | 'exec'>;

/** `ended`: waits for a build. Default: it is asked for, again and again. */
export function clientOf(url: string, ended?: (buildId: string) => Promise<unknown>): Client {
  const ask: Applying['ask'] = async (methodAndPath, json) => {
    const [method = '', path = ''] = methodAndPath.split(' ');
    const headers = { 'content-type': 'application/json' };
    const body = json === undefined ? {} : { headers, body: typeof json === 'string' ? json : JSON.stringify(json) };
    return answerOf(await fetch(`${url}/api/v1/${path}`, { method, ...body }));
  };

  const send: Applying['send'] = async (sent, methodAndPath = 'POST store/algorithms/apply') => {
    const [method = '', path = ''] = methodAndPath.split(' ');
    const form = new FormData();
    if (sent.payload !== undefined) form.append('payload', textOf(sent.payload));
    if (sent.options !== undefined) form.append('options', textOf(sent.options));
    if (sent.file) form.append('file', sent.file, sent.fileName ?? 'code.zip');
    // As hkubectl does where there is none.
    else form.append('file', '');
    return answerOf(await fetch(`${url}/hkube/api-server/api/v1/${path}`, { method, body: form }));
  };

  return {
    url,
    ask,
    send,
    applied: async (sent) => {
      const answer = await send(sent);
      const buildId = at(answer.body, 'buildId');
      if (typeof buildId === 'string') await (ended ? ended(buildId) : buildEnds(ask, buildId));
      return answer;
    },
    exec: async (name, ...input) => {
      const started = await ask('POST exec/algorithm', { name, input });
      if (started.status !== 200) return started.body;
      return at(await runEnds(ask, String(at(started.body, 'jobId'))), 'data', 0, 'result');
    },
  };
}

async function buildEnds(ask: Applying['ask'], buildId: string): Promise<void> {
  const over = /completed|failed|stopped/;
  await expect
    .poll(async () => at((await ask(`GET builds/status/${buildId}`)).body, 'status'), { timeout: 30_000 })
    .toMatch(over);
}

export async function runEnds(ask: Applying['ask'], jobId: string): Promise<unknown> {
  let answer: Answer = { status: 0, body: null };
  await expect
    .poll(async () => (answer = await ask(`GET exec/results/${jobId}`)).status, { timeout: 30_000 })
    .toBe(200);
  return answer.body;
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: await response.json() };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A value inside another one. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (owner, key) => (typeof owner === 'object' && owner !== null ? Reflect.get(owner, key) : undefined),
    value,
  );

/** A zip of these files. */
export const zipOf = (files: Readonly<Record<string, string>>): Blob =>
  new Blob([new Uint8Array(zipBytes(Object.entries(files).map(([name, content]) => ({ name, content }))))]);

/** Code that answers with these words and its input. */
export const saying = (words: string): Blob =>
  zipOf({ 'index.mjs': `export const start = ({ input }) => [${JSON.stringify(words)}, ...input];\n` });
