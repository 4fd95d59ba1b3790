// What a span costs where spans go to a collector, beside the same span where they go nowhere.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client, Host } from '#test/bench/host';
import { median } from '#test/bench/scenarios';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Of one task: the workload counts starts and finishes. */
const SPANS = 5_000;
const TASKS = 10;
const TINY = 2_000;
/** The collector has been told nothing for so long. */
const QUIET_MS = 500;

const kinds = ['off', 'exported'] as const;
type Kind = (typeof kinds)[number];

interface Figures {
  readonly wallUs: number;
  readonly cpuUs: number;
  readonly tinyMs: number;
  readonly tinyCpuMs: number;
}

interface Collector {
  readonly url: string;
  untilQuiet(): Promise<void>;
  close(): void;
}

async function startCollector(): Promise<Collector> {
  const child: ChildProcess = spawn(process.execPath, [here('clients/collector.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let heardAt = performance.now();
  const port = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (text) => resolve(String(text).trim())),
  );
  child.stdout?.on('data', () => (heardAt = performance.now()));
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    untilQuiet: async () => {
      heardAt = performance.now();
      while (performance.now() - heardAt < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    close: () => child.kill(),
  };
}

async function measure(kind: Kind, collector: Collector): Promise<Figures> {
  const host = await Host.listen('json');
  const connected = host.connected();
  const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
  const client = new Client({ file: here('clients/ours.mjs'), env: kind === 'off' ? {} : env }, host, 'json');
  try {
    await connected;
    const spans = (number: number) => host.task([{ mode: 'spans', count: 2 * SPANS }], number);
    await spans(-1);
    await collector.untilQuiet();
    const cpu = client.cpuMs();
    const times: number[] = [];
    for (let n = 0; n < TASKS; n++) {
      times.push((await spans(n)).ms);
      // Its queue is bounded, and all of them are to be sent.
      await collector.untilQuiet();
    }
    const cpuMs = client.cpuMs() - cpu;
    const before = client.cpuMs();
    const tiny: number[] = [];
    for (let n = 0; n < TINY; n++) tiny.push((await host.task([n], TASKS + n)).ms);
    await collector.untilQuiet();
    return {
      wallUs: (median(times) * 1_000) / SPANS,
      cpuUs: (cpuMs * 1_000) / (TASKS * SPANS),
      tinyMs: median(tiny),
      tinyCpuMs: (client.cpuMs() - before) / TINY,
    };
  } finally {
    await client.kill();
    await host.close();
  }
}

export async function benchTracing(rounds: number): Promise<void> {
  const collector = await startCollector();
  const table: Record<Kind, Figures[]> = { off: [], exported: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) table[kind].push(await measure(kind, collector));
      process.stderr.write(`\rtracing: round ${round + 1} of ${rounds}   `);
    }
  } finally {
    collector.close();
  }
  process.stderr.write('\n');
  const of = (kind: Kind, key: keyof Figures): number => median(table[kind].map((figures) => figures[key]));
  const more = (key: keyof Figures): string =>
    median(table.exported.map((figures, round) => figures[key] - (table.off[round]?.[key] ?? Number.NaN))).toFixed(2);
  console.log('\n| tracing | nowhere | to a collector | more |');
  console.log('| --- | --: | --: | --: |');
  const row = (what: string, key: keyof Figures): void =>
    console.log(`| ${what} | ${of('off', key).toFixed(2)} | ${of('exported', key).toFixed(2)} | ${more(key)} |`);
  row('a span, µs until the task is done', 'wallUs');
  row('a span, µs of CPU, its export included', 'cpuUs');
  row('a tiny task (two spans of ours), ms', 'tinyMs');
  row('a tiny task, ms of CPU', 'tinyCpuMs');
}
