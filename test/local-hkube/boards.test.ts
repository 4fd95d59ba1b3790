// Boards: TensorBoard, or what stands for it, on what is kept.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHKubeApi } from '#cluster/hkube-api';
import type { Board, BoardRequest } from '#descriptors/board';
import { createBoards } from '#local-hkube/boards';
import { serveRest } from '#rest/server';
import { keepLog } from '#test/support/in-process';
import { startHKube } from '#test/support/local-hkube';
import { root as repository } from '#test/support/source-files';
import { temporaryFolder } from '#test/support/temporary';

beforeEach(() => {
  vi.stubEnv('TENSORBOARD', join(repository, 'test/fixtures/fake-tensorboard.mjs'));
  return () => vi.unstubAllEnvs();
});

/** Some metrics: two nodes of a run, another run, another pipeline. */
const files = Object.fromEntries(
  ['train/fit/j1/t1', 'train/fit/j1/t2', 'train/test/j1/t3', 'train/fit/j2/t4', 'other/fit/j3/t5'].map((task) => [
    `${task}/2026-01-01T00-00-00.000Z/events.out.tfevents.1`,
    '',
  ]),
);

function boardsOn(root = temporaryFolder(files)) {
  const boards = createBoards({ root: () => root, logger: keepLog() });
  onTestFinished(boards.close);
  const one = (id: string): Board | undefined => boards.list().find((board) => board.id === id);
  return { root, boards, one };
}

/** What a running board was started with. */
async function flagsOf({ boardLink }: Board): Promise<string[]> {
  const flags: unknown = await (await fetch(boardLink)).json();
  return Array.isArray(flags) ? flags.map(String) : [];
}

describe('a board', () => {
  it.each<[BoardRequest, string, string, string]>([
    [{}, 'all', 'all', ''],
    [{ pipelineName: 'train' }, 'pipeline', 'train', '/train'],
    [{ pipelineName: 'train', nodeName: 'fit' }, 'node', 'train:fit', '/train/fit'],
    [{ jobId: 'j1', nodeName: 'fit' }, 'batch', 'j1:fit', '/train/fit/j1'],
    [{ jobId: 'j1', taskId: 't2' }, 'task', 't2', '/train/fit/j1/t2'],
    [{ taskId: 't5' }, 'task', 't5', '/other/fit/j3/t5'],
    [{ jobId: 'j3' }, 'job', 'j3', '/other/fit/j3'],
  ])('of %j shows that, on this machine alone, and runs when it answers', async (scope, type, id, below) => {
    const { root, boards, one } = boardsOn();
    expect(await boards.start(scope)).toMatchObject({ id, type, status: 'creating', logDir: `${root}${below}` });
    await expect.poll(() => one(id)?.status).toBe('running');
    const board = one(id);
    expect(board?.boardLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const flags = board ? await flagsOf(board) : [];
    expect(flags.slice(0, 4)).toEqual(['--logdir', `${root}${below}`, '--host', '127.0.0.1']);
  });

  it('of a run with several nodes shows each by its name', async () => {
    const { root, boards, one } = boardsOn();
    await boards.start({ jobId: 'j1' });
    await expect.poll(() => one('j1')?.status).toBe('running');
    expect(one('j1')?.logDir.split(',').sort()).toEqual([`fit:${root}/train/fit/j1`, `test:${root}/train/test/j1`]);
  });

  it('O1: is one of its scope; stopped, it is gone, and can be started again', async () => {
    const { boards, one } = boardsOn();
    const { boardLink } = await boards.start({ pipelineName: 'train' });
    await expect(boards.start({ pipelineName: 'train' })).rejects.toMatchObject({
      code: 'INVALID_CALL',
      message: expect.stringMatching(/^board \{"pipelineName":"train"\} \n already started and is in \w+ status$/),
    });
    await expect.poll(() => one('train')?.status).toBe('running');
    await boards.stop('train');
    expect(boards.list()).toEqual([]);
    await expect(fetch(boardLink)).rejects.toThrow('fetch failed');
    await expect(boards.stop('train')).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'board train Not Found' });
    await boards.start({ pipelineName: 'train' });
  });

  it('O2: whose TensorBoard ends says why, with its last words', async () => {
    vi.stubEnv('FAKE_TENSORBOARD', 'fails');
    const { boards, one } = boardsOn();
    await boards.start({});
    await expect.poll(() => one('all')?.status).toBe('stopped');
    expect(one('all')?.error).toMatch(/exit code 1\. Its last words:\nImportError/);
    await boards.start({});
  });

  it.each<[BoardRequest, string]>([
    [{ pipelineName: 'none' }, 'pipeline none Not Found'],
    [{ pipelineName: '..' }, 'pipeline .. Not Found'],
    [{ jobId: 'none' }, 'job none Not Found'],
    [{ jobId: 'j1', nodeName: 'none' }, 'node none Not Found'],
    [{ jobId: 'j1', taskId: 't4' }, 'task t4 Not Found'],
  ])('of %j there is none', async (scope, words) => {
    await expect(boardsOn().boards.start(scope)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(words),
    });
  });

  it('that is being started when local HKube stops is ended, and no other is started', async () => {
    const { boards } = boardsOn();
    const starting = boards.start({});
    starting.catch(() => undefined);
    await boards.close();
    await expect(starting).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(boards.start({})).rejects.toMatchObject({ code: 'ABORTED' });
    expect(boards.list()).toEqual([]);
  });

  it('without TensorBoard says how to get it', async () => {
    vi.stubEnv('TENSORBOARD', '');
    vi.stubEnv('VIRTUAL_ENV', '');
    vi.stubEnv('PATH', temporaryFolder());
    await expect(boardsOn().boards.start({})).rejects.toMatchObject({
      code: 'CANNOT_LAUNCH',
      message: expect.stringContaining('pip install tensorboard'),
    });
  });
});

it('by REST is as in HKube: its ids, its words, its errors', async () => {
  const stateDir = temporaryFolder(
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`metrics/${path}`, content])),
  );
  const { hkube } = await startHKube({ silent: { start: () => 1 } }, { stateDir });
  const rest = await serveRest(hkube, { port: 0 });
  onTestFinished(rest.close);
  const url = `${rest.url}/hkube/api-server/api/v1/boards/tensors`;
  const post = async (body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
  };
  const refused = (code: number, message: string, more = {}) => [code, { error: { code, message, ...more } }];
  expect(await post({ taskId: 't1' })).toEqual(refused(400, 'Must supply jobId'));
  expect(await post({})).toEqual(refused(400, 'Must supply nodeName'));
  expect(await post({ nodeName: 'fit' })).toEqual(refused(400, 'Must supply pipeLineName'));
  expect(await post({ type: 'job' })).toEqual(refused(400, 'type job: expected jobId beside it'));
  expect((await post({ jobId: 'none', nodeName: 'fit' }))[0]).toBe(404);
  expect(await post({ jobId: 'j1', nodeName: 'fit' })).toEqual([
    200,
    { id: 'j1:fit', message: 'Board started successfully' },
  ]);
  expect(await post({ jobId: 'j1', nodeName: 'fit' })).toEqual(
    refused(400, 'board: already started', { details: expect.stringContaining('already started and is in') }),
  );
  const { boards } = createHKubeApi(rest.url);
  await expect.poll(async () => (await boards.get('j1:fit')).status).toBe('running');
  expect(await boards.get('j1:fit')).toMatchObject({ type: 'batch', jobId: 'j1', nodeName: 'fit' });
  expect(await (await fetch(url)).json()).toMatchObject([{ id: 'j1:fit' }]);
  await boards.delete('j1:fit');
  await expect(boards.get('j1:fit')).rejects.toThrow('board j1:fit Not Found');
  expect(await boards.start({ type: 'all' })).toBe('all');
  await hkube.stop();
  expect(hkube.boards()).toEqual([]);
  expect(existsSync(join(stateDir, 'metrics'))).toBe(true);
});
