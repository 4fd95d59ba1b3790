// The flags by which a command can be looked at.

import { describe, expect, it } from 'vitest';
import { look } from '#test/support/looking';
import { ADD, project, untilSaid, WAIT } from '#test/support/projects';

const linkIn = (text: string): string => /inspector: (http:\/\/\S+)/.exec(text)?.[1] ?? '';

describe('--inspect', { timeout: 60_000 }, () => {
  it('of exec prints a link before the run, and ends with it', async () => {
    const here = project({ 'add.mjs': ADD });
    const ended = await here.run('exec', 'algorithm', './add.mjs', '--input', '[1,2]', '--inspect-port', '0', '--json');
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('inspector: http://127.0.0.1:') });
    expect(JSON.parse(ended.stdout)).toMatchObject({ status: 'completed' });
  });

  it('of local shows what the processes of its algorithms do', async () => {
    const here = project({ 'wait.mjs': WAIT });
    const server = here.start('local', '--port', '0', '--workers-port', '0', '--inspect', '--inspect-port', '0');
    await untilSaid(server, 'Ctrl-C ends it');
    const looking = await look(linkIn(server.stderr()));
    const run = here.run('exec', 'algorithm', 'wait');
    const algorithm = await looking.actor(({ chart, value }) => chart === 'algorithm' && value === 'working');
    expect(algorithm.about.entry).toContain('wait.mjs');
    await expect
      .poll(() => looking.frames.some((frame) => frame.kind === 'log' && /\| begun/.test(frame.text)))
      .toBe(true);
    await here.run(
      'stop',
      JSON.stringify(looking.actors().find(({ chart }) => chart === 'run')?.about.jobId).slice(1, -1),
    );
    expect(await run).toMatchObject({ code: 3 });
    server.process.kill('SIGINT');
    expect(await server.exited).toBe(130);
  });

  it('of run may stand before the entry, and the algorithm serves whether somebody looks or not', async () => {
    const here = project({ 'add.mjs': ADD });
    const running = here.start('run', '--inspect', '--inspect-port', '0', './add.mjs', '--url', 'ws://127.0.0.1:9');
    await expect.poll(() => linkIn(running.stderr()), { timeout: 20_000 }).not.toBe('');
    const looking = await look(linkIn(running.stderr()));
    await looking.actor(({ chart, value }) => chart === 'algorithm' && value === 'idle');
    expect(await looking.offers(looking.actors()[0]?.id ?? '')).toEqual([]);
    running.process.kill('SIGTERM');
    expect(await running.exited).toBe(143);
  });

  it('as a port that there is not is bad usage', async () => {
    const here = project({ 'add.mjs': ADD });
    expect(await here.run('run', './add.mjs', '--inspect-port', 'abc')).toMatchObject({ code: 2 });
  });
});
