// What is measured, each with enough repetitions for a median. All times in milliseconds.

import type { Client, Host } from '#test/bench/host';

export interface Measured {
  readonly ms: number;
  readonly cpuMs?: number;
}

export type Scenario = (host: Host, client: Client, connectMs: number) => Promise<Measured>;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  return (low + high) / 2;
};

interface Repetitions {
  readonly warm: number;
  readonly count: number;
}

const tasks = (input: () => readonly unknown[], { warm, count }: Repetitions): Scenario => {
  return async (host, client) => {
    const given = input();
    for (let n = 0; n < warm; n++) await host.task(given, -n - 1);
    const cpu = client.cpuMs();
    const times: number[] = [];
    for (let n = 0; n < count; n++) times.push((await host.task(given, n)).ms);
    return { ms: median(times), cpuMs: (client.cpuMs() - cpu) / count };
  };
};

const reconnect: Scenario = async (host) => {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    await host.task([{ n }], n);
    const back = host.connected();
    const from = performance.now();
    host.drop();
    times.push((await back) - from);
  }
  await host.task([{ n: 'after' }], 6);
  return { ms: median(times) };
};

/** A JSON document of about `bytes`: rows of text, whole and broken numbers, flags, nested arrays. */
function document(bytes: number): object[] {
  const rows: object[] = [];
  for (let size = 2, id = 0; size < bytes; id++) {
    const tags = ['alpha', 'beta', `t${id % 17}`];
    const row = {
      id,
      name: `item-${id}`,
      score: Math.round(Math.sin(id) * 1e6) / 1e6,
      ok: id % 3 === 0,
      tags,
      box: { x: id % 640, y: id % 480 },
    };
    rows.push(row);
    size += JSON.stringify(row).length + 1;
  }
  return rows;
}

export const scenarios = {
  tiny: tasks(() => [{ text: 'hello', n: 1 }], { warm: 300, count: 2_000 }),
  '1 MB': tasks(() => [document(1e6)], { warm: 5, count: 60 }),
  '10 MB': tasks(() => [document(1e7)], { warm: 1, count: 8 }),
  '100 sub-pipelines': tasks(() => [{ mode: 'subs', count: 100 }], { warm: 5, count: 40 }),
  '1,000 sub-pipelines': tasks(() => [{ mode: 'subs', count: 1_000 }], { warm: 2, count: 10 }),
  '10,000 sub-pipelines': tasks(() => [{ mode: 'subs', count: 10_000 }], { warm: 1, count: 3 }),
  '10,000 progress': tasks(() => [{ mode: 'progress', count: 10_000 }], { warm: 1, count: 5 }),
  '10,000 spans': tasks(() => [{ mode: 'spans', count: 10_000 }], { warm: 1, count: 5 }),
  connect: (_, client, connectMs) => Promise.resolve({ ms: connectMs, cpuMs: client.cpuMs() }),
  reconnect,
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
