// What it costs to be looked at: the runtime without the option, with it and nobody there, with a viewer, with the page in a real
// browser; how soon the page has everything; and how long a recording takes to open.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { type Browser, chromium, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { Client, Host } from '#test/bench/host';
import { median } from '#test/bench/scenarios';
import { headerOf, makeFrames } from '#test/support/frames';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const TOKEN = 'token-of-the-bench';
/** Four events each, and what they raise. */
const TASKS = 5_000;
const WARM_UP = 500;

const kinds = ['off', 'nobody', 'viewer', 'page'] as const;
type Kind = (typeof kinds)[number];

interface Figures {
  /** Milliseconds for all tasks, and the CPU of the algorithm's process. */
  readonly ms: number;
  readonly cpuMs: number;
  /** From the end of the last task until the page shows everything; frames in all. */
  readonly behindMs?: number;
  readonly frames?: number;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Reads everything. */
async function attach(port: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?token=${TOKEN}`);
  socket.on('message', (text) => void JSON.parse(Buffer.isBuffer(text) ? text.toString() : '{}'));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
}

const shownBy = async (page: Page): Promise<number> =>
  Number(await page.locator('input[type=range]').first().getAttribute('max')) + 1;

const QUIET_MS = 2_000;

/** How many frames the page shows in the end, and after how many milliseconds it does. */
async function untilQuiet(page: Page): Promise<{ behindMs: number; frames: number }> {
  const from = performance.now();
  let [frames, behindMs] = [0, 0];
  while (performance.now() - from < behindMs + QUIET_MS) {
    const shown = await shownBy(page);
    if (shown !== frames) [frames, behindMs] = [shown, performance.now() - from];
  }
  return { frames, behindMs };
}

/** Milliseconds until the page shows so many frames. */
async function untilShown(page: Page, frames: number): Promise<number> {
  const from = performance.now();
  for (;;) {
    const shown = await shownBy(page);
    if (shown >= frames) return performance.now() - from;
    if (performance.now() - from > 60_000) throw new RangeError(`the page shows ${shown} of ${frames}`);
  }
}

async function measure(kind: Kind, browser: Browser | undefined): Promise<Figures> {
  const port = await freePort();
  const host = await Host.listen('json');
  const connected = host.connected();
  const env = { BENCH_INSPECT: kind === 'off' ? 'off' : `${port} ${TOKEN}` };
  const client = new Client({ file: here('clients/inspected.mjs'), env }, host, 'json');
  try {
    await connected;
    for (let n = 0; n < WARM_UP; n++) await host.task([n], n);
    if (kind === 'viewer') await attach(port);
    const page = kind === 'page' ? await browser?.newPage() : undefined;
    await page?.goto(`http://127.0.0.1:${port}/?token=${TOKEN}`);
    await page?.getByText('Live').first().waitFor();
    const cpu = client.cpuMs();
    const from = performance.now();
    for (let n = 0; n < TASKS; n++) await host.task([n], WARM_UP + n);
    const ms = performance.now() - from;
    const cpuMs = client.cpuMs() - cpu;
    if (!page) return { ms, cpuMs };
    const shown = await untilQuiet(page);
    await page.close();
    return { ms, cpuMs, ...shown };
  } finally {
    await client.kill();
    await host.close();
  }
}

/** Milliseconds from the link to a page that shows the last of so many frames; and those of a step of scrolling, at worst of 95 in 100. */
async function openRecording(browser: Browser, count: number): Promise<{ ms: number; scrollMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const file = join(folder, 'recording.jsonl');
  const frames = makeFrames(count);
  await writeFile(file, [headerOf(), ...frames].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const from = performance.now();
  const child = spawn(process.execPath, [here('../../dist/cli.js'), 'inspect', file, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const link = await new Promise<string>((resolve, reject) => {
      const look = (text: Buffer): void => {
        const found = /http:\/\/\S+/.exec(text.toString())?.[0];
        if (found !== undefined) resolve(found);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('exit', (code) => reject(new RangeError(`inspect ended with ${code}`)));
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(link);
    await untilShown(page, frames.length);
    const ms = performance.now() - from;
    const scrolled: number[] = await page.evaluate(scrolling);
    await page.close();
    return { ms, scrollMs: scrolled.toSorted((a, b) => a - b)[Math.floor(scrolled.length * 0.95)] ?? Number.NaN };
  } finally {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the page: times between pictures while the log is scrolled from end to end. */
const scrolling = `new Promise((resolve) => {
  const list = [...document.querySelectorAll('*')].filter((e) => e.scrollHeight > 100000 && e.clientHeight > 0)[0];
  const times = []; let last = performance.now(); let step = 0;
  const next = (now) => {
    times.push(now - last); last = now; step += 1;
    list.scrollTop = (list.scrollHeight * step) / 120;
    if (step < 120) requestAnimationFrame(next); else resolve(times);
  };
  requestAnimationFrame(next);
})`;

const figure = (value: number): string => value.toFixed(value < 10 ? 2 : 0);

/** Prints a table of its own. */
export async function benchInspector(rounds: number): Promise<void> {
  const hasBrowser = existsSync(CHROMIUM);
  if (!hasBrowser) process.stderr.write(`no Chromium at ${CHROMIUM}: the page is left out\n`);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'];
  const browser = hasBrowser ? await chromium.launch({ executablePath: CHROMIUM, args }) : undefined;
  const chosen = kinds.filter((kind) => hasBrowser || kind !== 'page');
  const all = new Map<Kind, Figures[]>(chosen.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < chosen.length; turn++) {
      const kind = chosen[(turn + round) % chosen.length] ?? 'off';
      all.get(kind)?.push(await measure(kind, browser));
      process.stderr.write(`\rinspector: round ${round + 1} of ${rounds}, ${kind}      `);
    }
  const of = (kind: Kind, key: 'ms' | 'cpuMs'): number[] => (all.get(kind) ?? []).map((one) => one[key]);
  const ratio = (kind: Kind, key: 'ms' | 'cpuMs'): string =>
    `${median(of(kind, key).map((value, round) => value / (of('off', key)[round] ?? value))).toFixed(2)}×`;
  console.log(`\n| ${TASKS.toLocaleString('en')} tasks, 20,000 events and more | ms | × off | CPU ms | × off |`);
  console.log('| --- | --: | --: | --: | --: |');
  for (const kind of chosen)
    console.log(
      `| ${kind} | ${figure(median(of(kind, 'ms')))} | ${ratio(kind, 'ms')} | ${figure(median(of(kind, 'cpuMs')))} | ${ratio(kind, 'cpuMs')} |`,
    );
  const pages = all.get('page') ?? [];
  if (browser) {
    const behind = median(pages.flatMap(({ behindMs }) => behindMs ?? []));
    const frames = median(pages.flatMap((one) => one.frames ?? []));
    console.log(`\nThe page shows the last of ${frames.toFixed(0)} frames ${figure(behind)} ms after the last task.`);
    const opened: { ms: number; scrollMs: number }[] = [];
    for (let round = 0; round < rounds; round++) opened.push(await openRecording(browser, 100_000));
    console.log(
      `A recording of 100,000 frames opens in ${figure(median(opened.map(({ ms }) => ms)))} ms; scrolling from end to end, 95 of 100 pictures come within ${figure(median(opened.map(({ scrollMs }) => scrollMs)))} ms.`,
    );
    await browser.close();
  }
}
