// Time that a test moves.

import { describe, expect, it } from 'vitest';
import type { AlgorithmApi } from '#handlers/api';
import { simulateTime } from '#testing/simulated-time';
import { testAlgorithm } from '#testing/test-algorithm';

const never = (): Promise<never> => new Promise(() => undefined);
const commands = (frames: readonly { readonly command: string | null }[], command: string) =>
  frames.filter((frame) => frame.command === command);

describe('the time itself', () => {
  it('fires each timer at its moment, in order, and those that they arm', async () => {
    const time = simulateTime();
    const fired: string[] = [];
    const note = (name: string) => (): void => void fired.push(`${name} at ${time.now}`);
    time.setTimeout(note('late'), 300);
    time.setTimeout(() => time.setTimeout(note('armed by the first'), 50), 100);
    time.setTimeout(note('first'), 100);
    const forgotten = time.setTimeout(note('forgotten'), 200);
    time.clearTimeout(forgotten);
    expect(time.nextIn).toBe(100);
    await time.advance(299);
    expect(fired).toEqual(['first at 100', 'armed by the first at 150']);
    await time.advance(1);
    expect(fired.at(-1)).toBe('late at 300');
    expect([time.now, time.nextIn]).toEqual([300, null]);
  });

  it('passes twice where it is asked twice', async () => {
    const time = simulateTime();
    await Promise.all([time.advance(10), time.advance(5)]);
    expect(time.now).toBe(15);
  });

  it.each([-1, Number.NaN, Infinity])('does not pass %d ms', async (ms) => {
    await expect(simulateTime().advance(ms)).rejects.toThrow(
      `time.advance: expected milliseconds, 0 or more, got ${ms}.`,
    );
  });
});

describe('of a test', () => {
  it('is the time of a stop that is not answered: eight seconds, and a word each second', async () => {
    await using test = testAlgorithm({ start: never }, { time: 'simulated' });
    const running = test.start({});
    await running.until('started');
    const stopped = running.stop();
    await running.until('stop');
    await test.time.advance(7_999);
    expect(running.frames.at(-1)).toMatchObject({ command: 'stopping' });
    await test.time.advance(1);
    expect((await stopped).outcome.kind).toBe('stopped');
    expect(commands(running.frames, 'stopping')).toHaveLength(7);
    expect(test.time.now).toBe(8_000);
  });

  it('is the time of heartbeats, and of the watchdog that they feed', async () => {
    await using test = testAlgorithm(
      { start: (_, api) => new Promise((resolve) => api.signal.addEventListener('abort', resolve)) },
      { time: 'simulated', alive: true },
    );
    const running = test.start({});
    await test.time.advance(60_000);
    expect(commands(running.frames, 'alive')).toHaveLength(13);
    expect(running.refusals).toEqual([]);
    await running.stop();
  });

  it('is the time of a sub-pipeline’s patience', async () => {
    const start = (_: unknown, api: AlgorithmApi): Promise<unknown> =>
      api.startStoredSubPipeline({ name: 'slow' }, { timeoutMs: 3_600_000 });
    const subPipelines = { slow: (_: unknown, ends: { never(): unknown }) => ends.never() };
    await using test = testAlgorithm({ start }, { time: 'simulated', subPipelines });
    const running = test.start({});
    await test.time.advance(3_600_000);
    expect((await running.ended).outcome).toMatchObject({ error: { code: 'SUB_PIPELINE_TIMED_OUT' } });
  });

  it('is the time of the task’s own limit, in seconds', async () => {
    await using test = testAlgorithm(
      { start: (_, api) => new Promise((resolve) => api.signal.addEventListener('abort', resolve)) },
      { time: 'simulated' },
    );
    const running = test.start({ ttl: 30 });
    await test.time.advance(29_999);
    expect(running.frames.at(-1)).toMatchObject({ command: 'started' });
    await test.time.advance(1);
    const { outcome } = await running.ended;
    expect(outcome).toMatchObject({ kind: 'failed', error: { message: 'Algorithm TTL expired' } });
  });

  it('is the time of a reconnect, of a delayed message, of a worker that is slow to begin', async () => {
    const faults = [{ on: 'start', do: 'delay', ms: 1_000 }] as const;
    await using test = testAlgorithm(
      { start: () => 1 },
      { time: 'simulated', faults, bootstrapMs: 500, restarts: true },
    );
    const running = test.start({});
    await test.time.advance(499);
    expect(running.frames).toEqual([]);
    await test.time.advance(1);
    await test.time.advance(999);
    expect(commands(running.frames, 'start')).toEqual([]);
    await running.cut();
    await test.time.advance(19);
    expect(commands(running.frames, 'initialize')).toHaveLength(1);
    await test.time.advance(81);
    expect(commands(running.frames, 'initialize')).toHaveLength(2);
    expect((await running.ended).result).toBe(1);
  });

  it('can be the time of the author’s code, and of several tests', async () => {
    const time = simulateTime();
    const start = (): Promise<number> => new Promise((resolve) => time.setTimeout(() => resolve(time.now), 250));
    await using one = testAlgorithm({ start }, { time });
    await using other = testAlgorithm({ start }, { time });
    const both = [one.start({}), other.start({})];
    await Promise.all(both.map((running) => running.until('started')));
    await time.advance(250);
    expect(await Promise.all(both.map(async ({ ended }) => (await ended).result))).toEqual([250, 250]);
  });

  it('is in the words for a task that waits for it', async () => {
    await using test = testAlgorithm({ start: never }, { time: 'simulated', timeoutMs: 1_500 });
    const running = test.start({});
    await running.until('started');
    void running.stop().catch(() => undefined);
    await expect(running.ended).rejects.toThrow(
      'Simulated time stands at 0 ms; the next timer is due in 1000 ms: await test.time.advance(1000).',
    );
  });

  it('is not there where time is real', async () => {
    await using test = testAlgorithm({ start: never });
    expect(() => test.time).toThrow("test.time: time is real here. Give testAlgorithm the option time: 'simulated'.");
  });
});
