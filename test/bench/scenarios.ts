// What is measured, each with enough repetitions for a median. All times in milliseconds.

import type { Client, Held, Host } from '#test/bench/host';

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

/** What the clients are told to give a stop. */
export const STOP_GRACE_MS = 1_000;
const ALIVE_MS = 5_000;

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

/** Milliseconds beyond the grace until a handler that never yields is answered for. */
const stop: Scenario = async (host) => {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) times.push((await host.stop([{ mode: 'spin' }], n)) - STOP_GRACE_MS);
  return { ms: median(times) };
};

/** How late the latest heartbeat is under a handler that never yields. */
const alive: Scenario = async (host) => {
  const gaps = await host.heartbeats([{ mode: 'spin' }], 0, 2);
  return { ms: Math.max(...gaps.map((gap) => Math.abs(gap - ALIVE_MS))) };
};

/** 1,000 tasks, 100 of which take their host along. Milliseconds a task; fails if anything is left over. */
const crashes: Scenario = async (host, client) => {
  const run = async (count: number, from: number) => {
    for (let n = from; n < from + count; n++) {
      if (n % 10 === 5) await host.failingTask([{ mode: 'exit' }], n);
      else await host.task([n], n);
    }
  };
  await run(20, 0);
  const before = client.held();
  const from = performance.now();
  await run(1_000, 20);
  const ms = (performance.now() - from) / 1_000;
  await host.task([1], 2_000);
  // The last spare may still be on its way.
  for (let turn = 0; turn < 50 && grown(before, client.held()).length > 0; turn++) await host.task([1], 3_000 + turn);
  const left = grown(before, client.held());
  if (left.length > 0) throw new RangeError(`left over: ${left.join(', ')}`);
  return { ms };
};

const grown = (before: Held, after: Held): string[] =>
  (['threads', 'files', 'children'] as const)
    .filter((kind) => after[kind] > before[kind])
    .map((kind) => `${after[kind] - before[kind]} ${kind}`);

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
  stop,
  alive,
  crashes,
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

/** What only handlers in isolates can do. */
export const isolatedOnly: ReadonlySet<ScenarioName> = new Set<ScenarioName>(['stop', 'alive', 'crashes']);
