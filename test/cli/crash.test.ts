// Algorithms that are killed: the task is tried again, and its run ends as if nothing had been.

import { expect, it } from 'vitest';
import { project, untilSaid } from '#test/support/projects';

/** Says its process, and waits in its first attempt for somebody to kill it. */
const VICTIM = `
export const start = ({ attempts, input: [value] }) => {
  if (attempts > 0 || value !== 2) return { value, attempts };
  console.error('pid', process.pid);
  return new Promise(() => undefined);
};`;

it('kill -9 of an algorithm in mid-task costs an attempt (OnCrash), and no result', async () => {
  const { start } = project({
    'victim.mjs': VICTIM,
    'p.yml': 'name: p\nnodes: [{nodeName: a, algorithmName: victim, input: ["#[1...4]"]}]',
  });
  const running = start('exec', 'raw', '-f', 'p.yml', '--json', '--verbose', '--workers', '2');
  await untilSaid(running, /pid \d+/);
  process.kill(Number(/pid (\d+)/.exec(running.stderr())?.[1]), 'SIGKILL');
  expect(await running.exited).toBe(0);
  const value = (batchIndex: number, attempts: number) => ({
    nodeName: 'a',
    algorithmName: 'victim',
    batchIndex,
    result: { value: batchIndex, attempts },
  });
  expect(JSON.parse(running.stdout())).toMatchObject({
    status: 'completed',
    data: [value(1, 0), value(2, 1), value(3, 0), value(4, 0)],
  });
  expect(running.stderr()).toContain('its process was ended by SIGKILL');
});
