// Following what takes its time: how often HKube is asked, and what is told of it; and how fast a client asks at all.

import { describe, expect, it } from 'vitest';
import { RuntimeError } from '#errors';
import { createHKubeApi } from '#cluster/hkube-api';
import { compileCluster } from '#cluster/options';
import { createPace } from '#cluster/pace';
import { createPoll } from '#cluster/poll';
import { fakeApiServer, simulatedWorld } from '#test/support/fake-api-server';

const CLUSTER = 'https://hkube.example.org';

/** The moments at which one asks of something that is over after `looks` looks. */
async function momentsOf(endpoint: string, looks: number): Promise<readonly number[]> {
  const { time, world } = simulatedWorld();
  const moments: number[] = [];
  const going = createPoll(
    compileCluster(endpoint),
    world,
  )({
    look: async () => moments.push(time.now),
    isOver: (looked) => looked === looks,
    signal: undefined,
  });
  await time.advance(60_000);
  await going;
  return moments;
}

describe('questions', () => {
  it('to a cluster come less and less often, up to one a second', async () => {
    expect(await momentsOf(CLUSTER, 7)).toEqual([0, 250, 625, 1187.5, 2031.25, 3031.25, 4031.25]);
  });

  it.each(['http://127.0.0.1:3030', 'http://localhost:3030', 'http://[::1]:3030'])(
    'to %s come soon, because runs are short there',
    async (endpoint) => {
      expect(await momentsOf(endpoint, 4)).toEqual([0, 20, 50, 95]);
    },
  );

  const away = new RuntimeError('CANNOT_CONNECT', 'away');
  /** Answers, but not from 5 s on for so long. */
  async function askedWhileAway(endpoint: string, { forMs, error = away }: { forMs: number; error?: RuntimeError }) {
    const { time, world } = simulatedWorld();
    const look = async (): Promise<boolean> => {
      if (time.now > 5_000 && time.now < 5_000 + forMs) throw error;
      return time.now >= 5_000 + forMs;
    };
    const isOver = (state: boolean): boolean => state;
    const going = createPoll(compileCluster(endpoint), world)({ look, isOver, signal: undefined });
    const caught = going.catch((cause: unknown) => cause);
    await time.advance(120_000);
    return caught;
  }

  it('go on while a cluster is away for a minute, and no longer', async () => {
    expect(await askedWhileAway(CLUSTER, { forMs: 59_000 })).toBe(true);
    expect(await askedWhileAway(CLUSTER, { forMs: 70_000 })).toBe(away);
  });

  it('end at once where it is the question that is wrong, or a local HKube that has gone', async () => {
    const error = new RuntimeError('NOT_FOUND', 'gone');
    expect(await askedWhileAway(CLUSTER, { forMs: 2_000, error })).toBe(error);
    expect(await askedWhileAway('http://localhost:3030', { forMs: 2_000 })).toBe(away);
  });
});

describe('requests', () => {
  /** When each of so many that want to go at once may go. */
  async function turnsOf(endpoint: string, count: number): Promise<readonly number[]> {
    const { time, world } = simulatedWorld();
    const pace = createPace(compileCluster(endpoint), world);
    const turns: number[] = [];
    const going = Promise.all(Array.from({ length: count }, () => pace(undefined).then(() => turns.push(time.now))));
    await time.advance(10_000);
    await going;
    return turns;
  }

  it('to a cluster are five a second at most, in order', async () => {
    expect(await turnsOf(CLUSTER, 12)).toEqual([0, 0, 0, 0, 0, 1_100, 1_100, 1_100, 1_100, 1_100, 2_200, 2_200]);
  });

  it('to a local HKube are as many as there are', async () => {
    expect(await turnsOf('http://127.0.0.1:3030', 12)).toEqual(Array<number>(12).fill(0));
  });

  it('of one client share their turns, whatever they ask', async () => {
    const { port, asked } = await fakeApiServer(() => ({ body: [] }));
    const { time, world } = simulatedWorld();
    // The same machine, by a name that does not say so.
    const api = createHKubeApi(`http://0.0.0.0:${port}`, world);
    const going = Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => api.pipelines.list()));
    await expect.poll(() => asked.length).toBe(5);
    await time.advance(1_099);
    expect(asked).toHaveLength(5);
    await time.advance(1);
    await going;
    expect(asked).toHaveLength(7);
  });
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
