// npm run bench: ours beside a bare `ws` client and the official wrapper, in one run. See README.md here.

import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { Client, type ClientProgram, Host } from '#test/bench/host';
import { benchInspector } from '#test/bench/inspector';
import { benchLocal } from '#test/bench/local';
import { benchTracing } from '#test/bench/tracing';
import { installOfficial } from '#test/bench/peers';
import { isolatedOnly, median, type ScenarioName, scenarios, STOP_GRACE_MS } from '#test/bench/scenarios';
import { Encoding } from 'algorithm-actor/wire';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const names = Object.keys(scenarios).filter((name): name is ScenarioName => name in scenarios);

const isolated = (isolation: string, entry = 'handlers.mjs'): ClientProgram => ({
  file: here('clients/isolated.mjs'),
  env: { BENCH_ISOLATION: isolation, BENCH_ENTRY: entry, BENCH_STOP_GRACE_MS: String(STOP_GRACE_MS) },
});
const programs = {
  raw: { file: here('clients/raw.mjs') },
  ours: { file: here('clients/ours.mjs') },
  official: { file: here('clients/official.mjs') },
  thread: isolated('thread'),
  process: isolated('process'),
  python: isolated('process', 'handlers.py'),
} as const satisfies Record<string, ClientProgram>;
type ClientName = keyof typeof programs;
const clientNames = Object.keys(programs).filter((name): name is ClientName => name in programs);
const isIsolated = (client: ClientName): boolean => 'env' in programs[client];

const oneOf =
  <Value extends string>(known: readonly Value[]) =>
  (text: string, before: readonly Value[] | undefined): Value[] => {
    const value = known.find((one) => one === text);
    if (value === undefined) throw new InvalidArgumentError(`Expected one of: ${known.join(', ')}.`);
    return [...(before ?? []), value];
  };

const options = new Command('npm run bench --')
  .option('--scenario <name>', 'one of the scenarios; may repeat', oneOf(names))
  .option('--client <name>', 'one of the clients; may repeat (default: raw, ours, official)', oneOf(clientNames))
  .option(
    '--encoding <encoding>',
    'json, bson or msgpack; may repeat (default: json and bson)',
    oneOf(Encoding.options),
  )
  .option('--rounds <n>', 'interleaved rounds', '3')
  .option('--json <file>', 'writes every single figure')
  .option('--no-official', 'leave the official wrapper out')
  .option('--no-local', 'leave local HKube out')
  .option('--only-local', 'local HKube alone')
  .option('--no-inspector', 'leave the inspector out')
  .option('--only-inspector', 'the inspector alone')
  .option('--no-tracing', 'leave tracing out')
  .option('--only-tracing', 'tracing alone')
  .parse()
  .opts<{
    scenario?: ScenarioName[];
    client?: ClientName[];
    encoding?: Encoding[];
    rounds: string;
    json?: string;
    official: boolean;
    local: boolean;
    onlyLocal?: boolean;
    inspector: boolean;
    onlyInspector?: boolean;
    tracing: boolean;
    onlyTracing?: boolean;
  }>();

interface Figures {
  readonly ms: number;
  readonly cpuMs?: number;
  readonly rssMb: number;
}
/** Figures of one client in one scenario and encoding, a round each; undefined where the client failed. */
type Rounds = (Figures | undefined)[];

const wanted =
  options.client ?? (options.official ? (['raw', 'ours', 'official'] as const) : (['raw', 'ours'] as const));
const canMeasure = new Map<ClientName, boolean>();
const isOnly = options.onlyLocal || options.onlyInspector || options.onlyTracing;
for (const client of isOnly ? [] : wanted) canMeasure.set(client, client !== 'official' || (await installOfficial()));
/** Interleaved in this order; the first is what the others are compared with. */
const order = wanted.filter((client) => canMeasure.get(client));
const [floor = 'raw'] = order;
if (!existsSync(here('../../dist/index.js'))) throw new RangeError('There is no build to measure. Run: npm run build');

async function measure(client: ClientName, scenario: ScenarioName, encoding: Encoding): Promise<Figures | undefined> {
  const host = await Host.listen(encoding);
  const connected = host.connected();
  const process_ = new Client(programs[client], host, encoding);
  try {
    const connectMs = (await connected) - process_.startedAt;
    const { ms, cpuMs } = await scenarios[scenario](host, process_, connectMs);
    return { ms, ...(cpuMs !== undefined && { cpuMs }), rssMb: process_.rssMb() };
  } catch (error) {
    process.stderr.write(`\n${client}, ${scenario}, ${encoding}: ${String(error)}\n`);
    return undefined;
  } finally {
    await process_.kill();
    await host.close();
  }
}

const table = new Map<string, Partial<Record<ClientName, Rounds>>>();
const rounds = Number(options.rounds);
const chosen = isOnly
  ? []
  : (options.scenario ?? names.filter((name) => !isolatedOnly.has(name) || order.every(isIsolated)));
const encodings = options.encoding ?? ['json', 'bson'];
let finished = 0;
for (let round = 0; round < rounds; round++) {
  for (const scenario of chosen) {
    for (const encoding of encodings) {
      const repeats = scenario === 'connect' ? 5 : 1;
      for (let turn = 0; turn < order.length * repeats; turn++) {
        const client = order[(turn + round) % order.length] ?? floor;
        const figures = await measure(client, scenario, encoding);
        const row = table.get(`${scenario} | ${encoding}`) ?? {};
        table.set(`${scenario} | ${encoding}`, row);
        (row[client] ??= []).push(figures);
      }
      finished += 1;
      process.stderr.write(`\r${finished} of ${rounds * chosen.length * encodings.length}   `);
    }
  }
}
process.stderr.write('\n');
if (options.json) writeFileSync(options.json, JSON.stringify(Object.fromEntries(table), null, 1));

const number = (value: number) =>
  Number.isNaN(value) ? '–' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
const pick = (figures: Rounds, key: keyof Figures) => median(figures.flatMap((one) => one?.[key] ?? []));
/** The median of the ratios within each round. */
const ratio = (row: Partial<Record<ClientName, Rounds>>, client: ClientName, key: keyof Figures): string => {
  const ratios = (row[client] ?? []).flatMap((one, round) => {
    const [value, least] = [one?.[key], row[floor]?.[round]?.[key]];
    return value === undefined || least === undefined || least === 0 ? [] : [value / least];
  });
  return ratios.length === 0 ? '–' : `${median(ratios).toFixed(2)}×`;
};

if (chosen.length > 0) {
  console.log(`| scenario | encoding | client | ms | × ${floor} | CPU ms | × ${floor} | peak RSS MB | × ${floor} |`);
  console.log('| --- | --- | --- | --: | --: | --: | --: | --: | --: |');
}
for (const [name, row] of table) {
  for (const client of order) {
    const figures = row[client] ?? [];
    const failed = figures.filter((one) => one === undefined).length;
    const cells = (['ms', 'cpuMs', 'rssMb'] as const).flatMap((key) => [
      number(pick(figures, key)),
      ratio(row, client, key),
    ]);
    console.log(
      `| ${name} | ${client}${failed ? ` (${failed} of ${figures.length} failed)` : ''} | ${cells.join(' | ')} |`,
    );
  }
}
if (options.onlyLocal || (options.local && !options.scenario && !isOnly)) await benchLocal(rounds);
if (options.onlyInspector || (options.inspector && !options.scenario && !isOnly)) await benchInspector(rounds);
if (options.onlyTracing || (options.tracing && !options.scenario && !isOnly)) await benchTracing(rounds);
