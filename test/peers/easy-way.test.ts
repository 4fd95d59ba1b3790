// The code of examples/easy-way as HKube's builder leaves it, with the official wrapper, against our worker.

import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { installOfficial } from '#test/bench/peers';
import { temporaryFolder } from '#test/support/temporary';
import { refusalsOf, startWorker, task } from '#test/support/worker';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wrapper = JSON.stringify(join(root, 'test/bench/peers/node_modules/@hkube/nodejs-wrapper'));

beforeAll(async () => {
  expect(await installOfficial()).toBe(true);
});

it('an algorithm that keeps to what both have runs under HKube’s own wrapper, too', async () => {
  const built = temporaryFolder({ 'package.json': '{}', 'app.js': `require(${wrapper}).run();` });
  cpSync(join(root, 'examples/easy-way/src'), join(built, 'algorithm_unique_folder'), { recursive: true });
  const { worker, notices } = await startWorker();
  const child = spawn(process.execPath, ['app.js'], {
    cwd: built,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      ALGORITHM_ENTRY_POINT: 'index.js',
      WORKER_SOCKET_PORT: String(worker.port),
      WORKER_ALGORITHM_ENCODING: 'bson',
      STORAGE_PROTOCOL: 'v1',
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await worker.ready();
  const run = (...input: unknown[]): unknown => worker.run({ ...task, input });
  expect(await run('Das ist nicht der Mond')).toEqual({ kind: 'succeed', result: { language: 'german', found: 4 } });
  expect(await run('ceci est la lune')).toEqual({ kind: 'succeed', result: { language: 'french', found: 2 } });
  expect(await run(7)).toMatchObject({ kind: 'failed', error: { message: 'the input has to be a text' } });
  expect(refusalsOf(notices)).toEqual([]);
});
