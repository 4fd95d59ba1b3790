// `algorithm-actor board`, with what stands for TensorBoard.

import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { Running } from '#test/support/cli';
import { project, untilSaid } from '#test/support/projects';
import { root } from '#test/support/source-files';

const FIT = 'export const start = (_, { metrics }) => metrics.scalar("loss", 1, 0);';
const kept = { '.hkube/local/metrics/train/fit/j1/t1/2026/events.out.tfevents.1': '' };

afterEach(() => vi.unstubAllEnvs());

function standIn(): void {
  vi.stubEnv('TENSORBOARD', join(root, 'test/fixtures/fake-tensorboard.mjs'));
}

async function flagsOf(board: Running): Promise<string> {
  await expect.poll(board.stdout, { timeout: 15_000 }).toMatch(/^http/);
  return (await fetch(board.stdout().trim())).text();
}

it('opens the folder itself where nobody serves it, prints the link, and ends with Ctrl-C', async () => {
  standIn();
  const here = project(kept);
  const board = here.start('board', '--pipeline', 'train', '--node', 'fit');
  expect(await flagsOf(board)).toContain(`"--logdir","${here.path('.hkube/local/metrics/train/fit')}"`);
  await untilSaid(board, 'Ctrl-C ends it');
  const link = board.stdout().trim();
  board.process.kill('SIGINT');
  expect(await board.exited).toBe(130);
  await expect(fetch(link)).rejects.toThrow('fetch failed');
});

it('asks the local HKube that serves; a board that is there is shown, and left', async () => {
  standIn();
  const here = project({ 'fit.mjs': FIT });
  const server = here.start('local', '--port', '0', '--workers-port', '0');
  await untilSaid(server, 'Ctrl-C ends it');
  expect(await here.run('exec', 'algorithm', 'fit')).toMatchObject({ code: 0 });
  const board = here.start('board', '--pipeline', 'fit', '--json');
  await expect.poll(board.stdout, { timeout: 15_000 }).toContain('}');
  expect(JSON.parse(board.stdout())).toMatchObject({ id: 'fit', type: 'pipeline', status: 'running' });
  const second = await here.run('board', '--pipeline', 'fit');
  expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^http:\/\/127/) });
  board.process.kill('SIGINT');
  expect(await board.exited).toBe(130);
  await expect(fetch(second.stdout.trim())).rejects.toThrow('fetch failed');
  expect(await here.run('board', '--job', 'none')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('job none Not Found'),
  });
  server.process.kill('SIGINT');
  await server.exited;
});

it('says what is missing, and ends with the code for it', async () => {
  vi.stubEnv('TENSORBOARD', '');
  vi.stubEnv('VIRTUAL_ENV', '');
  vi.stubEnv('PATH', '/nowhere');
  expect(await project(kept).run('board')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('pip install tensorboard'),
  });
  expect(await project({}).run('board')).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing is kept') });
  expect(await project(kept).run('board', '--node', 'fit')).toMatchObject({ code: 2 });
});

it('that cannot go on says why', async () => {
  standIn();
  vi.stubEnv('FAKE_TENSORBOARD', 'fails');
  const { code, stderr } = await project(kept).run('board');
  expect(stderr).toContain('ImportError');
  expect(code).toBe(1);
});
