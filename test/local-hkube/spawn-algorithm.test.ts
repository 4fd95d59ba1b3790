// Algorithms as child processes: what they are told, how they end, and that none is left behind.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSpawner } from '#local-hkube/spawn-algorithm';
import { keepLog } from '#test/support/in-process';

let folder = '';
const endpoint = { url: 'ws://127.0.0.1:1', worker: 'x-1', inspector: null, metricsDir: '/metrics' };

/** Launches a script; `log` has what it wrote. */
async function launch(script: string, env: Readonly<Record<string, string>> = {}) {
  const entry = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(entry, script);
  const logger = keepLog();
  const launched = createSpawner({ command: [process.execPath], logger })(
    { name: 'x', entry, handlers: null, env },
    endpoint,
  );
  const wrote = async (line: string): Promise<void> => {
    await expect.poll(() => logger.lines, { timeout: 5_000 }).toContain(`x-1 | ${line}`);
  };
  return { launched, logger, wrote };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spawn-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an algorithm process', () => {
  it('is told where its worker is, and its lines are logged with the worker’s name', async () => {
    const { launched, logger } = await launch(`
      const { WORKER_SOCKET_URL, WORKER_ALGORITHM_ENCODING, STORAGE_PROTOCOL, ALGO_METRICS_DIR } = process.env;
      console.log([WORKER_SOCKET_URL, WORKER_ALGORITHM_ENCODING, STORAGE_PROTOCOL, ALGO_METRICS_DIR].join(' '));
    `);
    expect(await launched.ended).toEqual({ how: 'its process ended with exit code 0', tail: '' });
    expect(logger.lines).toContain('x-1 | ws://127.0.0.1:1 json v1 /metrics');
  });

  it('is told its name, and not that of the process that launches it, but for what its own environment says', async () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'ours');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=ours,team=a');
    vi.stubEnv('ALGORITHM_TYPE', 'ours');
    onTestFinished(() => void vi.unstubAllEnvs());
    const script = `
      const { ALGORITHM_TYPE, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES } = process.env;
      console.log([ALGORITHM_TYPE, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES].join(' '));
    `;
    const usual = await launch(script);
    await usual.launched.ended;
    expect(usual.logger.lines).toContain('x-1 | x  team=a');
    const named = await launch(script, { ALGORITHM_TYPE: 'y', OTEL_SERVICE_NAME: 'z' });
    await named.launched.ended;
    expect(named.logger.lines).toContain('x-1 | y z team=a');
  });

  it('that fails leaves its exit code and its last words', async () => {
    const { launched } = await launch(`console.error('no such tile'); process.exit(7);`);
    expect(await launched.ended).toEqual({ how: 'its process ended with exit code 7', tail: 'no such tile' });
  });

  it('is asked to end by SIGTERM, which it may answer in its own way', async () => {
    const { launched, wrote } = await launch(`
      process.on('SIGTERM', () => process.exit(3));
      setInterval(() => {}, 1000);
      console.log('up');
    `);
    await wrote('up');
    await launched.stop();
    expect(await launched.ended).toMatchObject({ how: 'its process ended with exit code 3' });
  });

  it('that ignores SIGTERM is killed', { timeout: 15_000 }, async () => {
    const { launched, wrote } = await launch(`
      process.on('SIGTERM', () => console.log('no'));
      setInterval(() => {}, 1000);
      console.log('up');
    `);
    await wrote('up');
    await launched.stop();
    expect(await launched.ended).toMatchObject({ how: 'its process was ended by SIGKILL' });
  });

  it.skipIf(process.platform === 'win32')('takes what it has started with it', async () => {
    const { launched, logger } = await launch(`
      import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log(child.pid);
      process.exitCode = 1;
      child.unref();
    `);
    await launched.ended;
    const pid = Number(logger.lines[0]?.split('| ')[1]);
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  it('that cannot be started says so', async () => {
    const spawner = createSpawner({ command: [join(folder, 'no-such-program')], logger: keepLog() });
    const launched = spawner({ name: 'x', entry: 'y', handlers: null, env: {} }, endpoint);
    expect(await launched.ended).toMatchObject({ how: expect.stringContaining('could not be started') });
    await launched.stop();
  });

  it.skipIf(process.platform === 'win32')(
    'does not outlive a parent that is killed, not even when it is busy',
    { timeout: 15_000 },
    async () => {
      const busy = join(folder, 'busy.mjs');
      await writeFile(busy, `console.log(process.pid); for (;;);`);
      const parent = spawn(
        process.execPath,
        ['--conditions=algorithm-actor-source', '--import=tsx', 'test/fixtures/spawning-parent.ts', busy],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [line] = await new Promise<string[]>((resolve) =>
        parent.stdout.once('data', (data: Buffer) => resolve(data.toString().split('\n'))),
      );
      const pid = Number(line);
      expect(isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    },
  );
});
