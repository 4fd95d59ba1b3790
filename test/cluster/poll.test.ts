// Following what takes its time: how often HKube is asked, and what is told of it.

import { describe, expect, it } from 'vitest';
import { createHKubeApi } from '#cluster/hkube-api';
import { createPoll } from '#cluster/poll';
import { fakeApiServer, simulatedWorld } from '#test/support/fake-api-server';

/** Follows `count` things of which each is over after `looks` looks; the moments of all looks, in order. */
async function momentsOf(endpoint: string, { count = 1, looks = 10 } = {}): Promise<readonly number[]> {
  const { time, world } = simulatedWorld();
  const poll = createPoll(endpoint, world);
  const moments: number[] = [];
  const one = () => {
    let looked = 0;
    const look = async () => {
      moments.push(time.now);
      return (looked += 1);
    };
    return poll({ look, isOver: (times) => times === looks, signal: undefined });
  };
  const going = Promise.all(Array.from({ length: count }, one));
  await time.advance(120_000);
  await going;
  return moments;
}

/** The most in any second. */
const busiest = (moments: readonly number[]): number =>
  Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + 1_000).length));

describe('questions', () => {
  it('to a cluster come less and less often, up to one a second', async () => {
    const moments = await momentsOf('https://hkube.example.org');
    const waits = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
    expect(waits).toEqual([250, 375, 562.5, 843.75, 1_000, 1_000, 1_000, 1_000, 1_000]);
  });

  it.each([2, 5, 20])('of %i followers at once leave room within five a second', async (count) => {
    const moments = await momentsOf('https://hkube.example.org', { count });
    expect(moments).toHaveLength(count * 10);
    expect(busiest(moments)).toBeLessThanOrEqual(4);
  });

  it.each(['http://127.0.0.1:3030', 'http://localhost:3030', 'http://[::1]:3030'])(
    'to %s come soon, because runs are short there',
    async (endpoint) => {
      const moments = await momentsOf(endpoint, { looks: 4 });
      expect(moments).toEqual([0, 20, 50, 95]);
    },
  );
});

describe('a build', () => {
  it('is followed to its end, with each status on the way', async () => {
    const statuses = ['pending', 'creating', 'active', 'failed'];
    const { url, asked } = await fakeApiServer((_, count) => ({
      body: {
        buildId: 'a-b',
        status: statuses[count - 1],
        progress: count,
        result: { data: 'log' },
        error: count > 3 ? 'no' : null,
      },
    }));
    const seen: string[] = [];
    const ended = await createHKubeApi(url).builds.ended('a-b', { onStatus: ({ status }) => seen.push(status) });
    expect(ended).toMatchObject({ status: 'failed', error: 'no', result: { data: 'log' } });
    expect(seen).toEqual(statuses);
    expect(asked).toHaveLength(4);
  });

  it('is followed no further when the signal fires', async () => {
    const { url, asked } = await fakeApiServer(() => ({ body: { buildId: 'a-b', status: 'active' } }));
    const controller = new AbortController();
    const { signal } = controller;
    const going = createHKubeApi(url).builds.ended('a-b', { signal, onStatus: () => controller.abort() });
    await expect(going).rejects.toMatchObject({ code: 'ABORTED' });
    expect(asked).toHaveLength(1);
  });
});

it('a run is followed to its result', async () => {
  const { url, asked } = await fakeApiServer(({ path }, count) => {
    const head = { jobId: 'j', pipeline: 'p', timestamp: 1 };
    if (path === 'exec/status/j') return { body: { ...head, status: count < 3 ? 'active' : 'failed' } };
    return { body: { ...head, startTime: 1, timeTook: 2, status: 'failed', error: 'no' } };
  });
  expect(await createHKubeApi(url).exec.ended('j')).toMatchObject({ status: 'failed', error: 'no', nodeName: '' });
  expect(asked.map(({ path }) => path)).toEqual([...Array<string>(3).fill('exec/status/j'), 'exec/results/j']);
});
