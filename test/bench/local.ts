// Local HKube, measured as its users have it: algorithms in processes of their own, and the bare protocol beside it in the same run.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLocalHKube, type LocalHKube, type RunDocument } from 'algorithm-actor/local';
import { Client, Host } from '#test/bench/host';
import { median } from '#test/bench/scenarios';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const root = here('../..');
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };

interface Line {
  readonly what: string;
  readonly figure: string;
}

/** Milliseconds of a trivial task between a worker and a bare `ws` client: nothing else is done. */
async function bareRoundTrip(): Promise<number> {
  const host = await Host.listen('json');
  const connected = host.connected();
  const client = new Client({ file: here('clients/raw.mjs') }, host, 'json');
  try {
    await connected;
    const times: number[] = [];
    for (let n = 0; n < 1_200; n++) times.push((await host.task([n], n)).ms);
    return median(times.slice(200));
  } finally {
    await client.kill();
    await host.close();
  }
}

async function withHKube<Value>(workers: number, use: (hkube: LocalHKube) => Promise<Value>): Promise<Value> {
  const stateDir = mkdtempSync(join(tmpdir(), 'bench-'));
  const hkube = createLocalHKube({
    algorithms: { bench: { entry: here('clients/trivial.mjs'), workers, minHotWorkers: workers, maxWorkers: 64 } },
    ports: { workers: 0 },
    stateDir,
    logger: silent,
  });
  try {
    await hkube.start();
    return await use(hkube);
  } finally {
    await hkube.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

const node = (...input: readonly unknown[]) => ({ nodeName: 'n', algorithmName: 'bench', input: [...input] });

async function run(hkube: LocalHKube, ...input: readonly unknown[]): Promise<RunDocument> {
  const document = await hkube.runRaw({ name: 'bench', nodes: [node(...input)] }).done;
  if (document.status !== 'completed') throw new TypeError(`the run ended: ${JSON.stringify(document)}`);
  return document;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Milliseconds a task of a batch on two workers. */
async function batch(tasks: number, rounds: number): Promise<number> {
  return withHKube(2, async (hkube) => {
    await run(hkube, '#[1...100]');
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push((await timed(() => run(hkube, `#[1...${tasks}]`))) / tasks);
    return median(times);
  });
}

const collect = (): void => globalThis.gc?.();

/** What a batch keeps in memory, in bytes a task: at its end, with its results; and in MB when it is gone. */
async function memory(tasks: number): Promise<{ readonly perTask: number; readonly left: number }> {
  return withHKube(2, async (hkube) => {
    await run(hkube, '#[1...100]');
    collect();
    const before = process.memoryUsage().heapUsed;
    const document = await run(hkube, `#[1...${tasks}]`);
    collect();
    const held = process.memoryUsage().heapUsed - before;
    if (document.status !== 'completed' || document.data.length !== tasks) throw new TypeError('results are missing');
    await run(hkube, 1);
    collect();
    return { perTask: held / tasks, left: (process.memoryUsage().heapUsed - before) / 2 ** 20 };
  });
}

async function nested(depth: number): Promise<number> {
  return withHKube(1, (hkube) => timed(() => run(hkube, { depth })));
}

async function atOnce(runs: number): Promise<number> {
  return withHKube(2, async (hkube) => {
    await run(hkube, 1);
    return timed(() => Promise.all(Array.from({ length: runs }, (_, index) => run(hkube, index))));
  });
}

/** Milliseconds from the command to the first result on its stdout. */
async function firstResult(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const from = performance.now();
  const args = ['exec', 'algorithm', join(root, 'examples/hello/hello.ts'), '--input', '["bench"]', '--state', folder];
  const child = spawn('npx', ['algorithm-actor', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  const ms = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', () => resolve(performance.now() - from));
    child.once('exit', (code) => reject(new RangeError(`npx ended with ${code} before there was a result`)));
  });
  await new Promise((resolve) => child.once('close', resolve));
  rmSync(folder, { recursive: true, force: true });
  return ms;
}

async function medianOf(rounds: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) values.push(await measure());
  return median(values);
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** Prints a table of its own. */
export async function benchLocal(rounds: number): Promise<void> {
  const lines: Line[] = [];
  const note = (what: string, figure: string): void => {
    lines.push({ what, figure });
    process.stderr.write(`\rlocal HKube: ${lines.length} figures   `);
  };
  const bare = await medianOf(rounds, bareRoundTrip);
  note('a trivial task, bare worker and bare `ws` client', ms(bare));
  const each = await batch(1_000, rounds);
  note('a task of 1,000 in a batch, two workers', `${ms(each)} (${ms(each - bare)} beyond the bare one)`);
  note('a task of 10,000 in a batch, two workers', ms(await batch(10_000, 1)));
  for (const tasks of [1_000, 10_000]) {
    const { perTask, left } = await memory(tasks);
    note(
      `memory of a batch of ${tasks.toLocaleString('en')}: held a task, its result with it; left when it is gone`,
      `${perTask.toFixed(0)} bytes; ${left.toFixed(1)} MB`,
    );
  }
  note('20 sub-pipelines, one in the other, one worker at first', ms(await medianOf(rounds, () => nested(20))));
  note('200 runs at once, two workers', ms(await medianOf(rounds, () => atOnce(200))));
  note('`npx algorithm-actor exec algorithm hello.ts` to its first result', ms(await medianOf(5, firstResult)));
  console.log('\n| local HKube | |\n| --- | --: |');
  for (const { what, figure } of lines) console.log(`| ${what} | ${figure} |`);
}
