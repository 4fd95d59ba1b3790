// Scalars of inline handlers: where they go, when, and what is said where they cannot.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { AlgorithmApi, AlgorithmOptions } from 'algorithm-actor';
import { connectAlgorithm, gate } from '#test/support/algorithm';
import { eventFiles, scalarsIn } from '#test/support/event-files';
import { temporaryFolder } from '#test/support/temporary';

type Write = (api: AlgorithmApi) => unknown;

/** An algorithm whose tasks do this, and the first of them begun. */
async function begun(write: Write, options: AlgorithmOptions, initialize: Write = () => undefined) {
  const handlers = {
    initialize: (_: unknown, api: AlgorithmApi) => initialize(api),
    start: (_: unknown, api: AlgorithmApi) => write(api),
  };
  const algorithm = await connectAlgorithm(handlers, options);
  await algorithm.connection.begin();
  return algorithm;
}
const one: Write = (api) => {
  api.metrics.scalar('loss', 0.5, 1);
};

it('G1: each task has a file of its own, whole when its outcome is heard: a success, a failure, a stop', async () => {
  const metricsDir = temporaryFolder();
  let tasks = 0;
  const { connection } = await begun(
    (api) => {
      tasks += 1;
      api.metrics.scalar('task', tasks, 0);
      if (tasks === 2) throw new RangeError('no rows');
      if (tasks === 3) return new Promise(() => undefined);
      return 'done';
    },
    { metricsDir, stopGraceMs: 20 },
  );
  await connection.next('done');
  expect(await scalarsIn(metricsDir)).toEqual(['task 0 1']);
  await connection.begin({ taskId: 'second' });
  await connection.next('errorMessage');
  expect(await scalarsIn(metricsDir)).toEqual(['task 0 1', 'task 0 2']);
  await connection.begin({ taskId: 'third' });
  connection.send('stop');
  await connection.next('stopped');
  expect(await scalarsIn(metricsDir)).toEqual(['task 0 1', 'task 0 2', 'task 0 3']);
  expect(eventFiles(metricsDir)).toHaveLength(3);
});

it('G2: can be followed while the task goes on, those of the initialize hook, too', async () => {
  const metricsDir = join(temporaryFolder(), 'made', 'when', 'needed');
  const { promise, open } = gate();
  const { connection } = await begun(
    (api) => {
      one(api);
      return promise;
    },
    { metricsDir },
    (api) => {
      api.metrics.scalar('early', 1, 0);
    },
  );
  await expect.poll(() => eventFiles(join(metricsDir, '..', '..'))).toHaveLength(1);
  await expect.poll(() => scalarsIn(metricsDir)).toEqual(['early 0 1', 'loss 1 0.5']);
  open();
  await connection.next('done');
});

it('after the end of its task a scalar does nothing', async () => {
  const metricsDir = temporaryFolder();
  let kept: AlgorithmApi | undefined;
  const { connection } = await begun((api) => void (kept = api), { metricsDir });
  await connection.next('done');
  kept?.metrics.scalar('late', 1, 0);
  await connection.begin({ taskId: 'next' });
  kept?.metrics.scalar('late', 1, 0);
  await connection.next('done');
  expect(eventFiles(metricsDir)).toEqual([]);
});

it('without a folder it is said once what to set, and a task that writes none hears nothing', async () => {
  const { connection, logs } = await begun(one, {});
  await connection.next('done');
  await connection.begin({ taskId: 'next' });
  await connection.next('done');
  expect(logs.filter((line) => line.includes('scalar'))).toEqual([
    'warn api.metrics.scalar: scalars are not written, because no folder is known. Set ALGO_METRICS_DIR, or the option metricsDir.',
  ]);
});

it('ALGO_METRICS_DIR says where', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('ALGO_METRICS_DIR', folder);
  try {
    const { connection } = await begun(one, {});
    await connection.next('done');
    expect(await scalarsIn(folder)).toEqual(['loss 1 0.5']);
  } finally {
    vi.unstubAllEnvs();
  }
});

it('G3: a folder that cannot be written to costs one warning, and no task', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const readOnly = join(folder, 'file', 'below');
  const { connection, logs } = await begun(one, { metricsDir: readOnly });
  await connection.next('done');
  await connection.begin({ taskId: 'next' });
  await connection.next('done');
  expect(logs.filter((line) => line.includes('scalar'))).toEqual([
    `warn api.metrics.scalar: ${readOnly} cannot be written to (ENOTDIR: not a directory): the task goes on, its scalars are lost`,
  ]);
});

it.runIf(process.getuid?.() !== 0)('G3: a read-only folder, too', async () => {
  const metricsDir = temporaryFolder();
  chmodSync(metricsDir, 0o500);
  const { connection, logs } = await begun(one, { metricsDir });
  await connection.next('done');
  expect(logs).toContainEqual(expect.stringContaining('EACCES'));
});

it('a hundred thousand scalars in one go starve nobody', async () => {
  const metricsDir = temporaryFolder();
  const { connection, worker } = await begun(
    async (api) => {
      for (let step = 0; step < 100_000; step += 1) {
        api.metrics.scalar('loss', step, step);
        if (step % 1_000 === 0) await new Promise(setImmediate);
      }
    },
    { metricsDir },
  );
  await connection.next('done');
  const scalars = await scalarsIn(metricsDir);
  expect(scalars).toHaveLength(100_000);
  expect(scalars.at(-1)).toBe('loss 99999 99999');
  expect(worker.faults).toEqual([]);
});
