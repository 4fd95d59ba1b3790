// npm run bench: ours beside a bare `ws` client and the official wrapper, in one run. See README.md here.

import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { Client, Host } from '#test/bench/host';
import { installOfficial } from '#test/bench/peers';
import { median, type ScenarioName, scenarios } from '#test/bench/scenarios';
import { Encoding } from 'algorithm-actor/wire';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const names = Object.keys(scenarios).filter((name): name is ScenarioName => name in scenarios);

const oneOf =
  <Value extends string>(known: readonly Value[]) =>
  (text: string, before: readonly Value[] | undefined): Value[] => {
    const value = known.find((one) => one === text);
    if (value === undefined) throw new InvalidArgumentError(`Expected one of: ${known.join(', ')}.`);
    return [...(before ?? []), value];
  };

const options = new Command('npm run bench --')
  .option('--scenario <name>', 'one of the scenarios; may repeat', oneOf(names))
  .option(
    '--encoding <encoding>',
    'json, bson or msgpack; may repeat (default: json and bson)',
    oneOf(Encoding.options),
  )
  .option('--rounds <n>', 'interleaved rounds', '3')
  .option('--json <file>', 'writes every single figure')
  .option('--no-official', 'leave the official wrapper out')
  .parse()
  .opts<{ scenario?: ScenarioName[]; encoding?: Encoding[]; rounds: string; json?: string; official: boolean }>();

interface Figures {
  readonly ms: number;
  readonly cpuMs?: number;
  readonly rssMb: number;
}
/** Figures of one client in one scenario and encoding, a round each; undefined where the client failed. */
type Rounds = (Figures | undefined)[];

const clients: Record<string, string> = { raw: here('clients/raw.mjs'), ours: here('clients/ours.mjs') };
if (options.official && (await installOfficial())) clients.official = here('clients/official.mjs');
if (!existsSync(here('../../dist/index.js'))) throw new RangeError('There is no build to measure. Run: npm run build');

async function measure(client: string, scenario: ScenarioName, encoding: Encoding): Promise<Figures | undefined> {
  const host = await Host.listen(encoding);
  const connected = host.connected();
  const process_ = new Client(clients[client] ?? '', host, encoding);
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

const table = new Map<string, Record<string, Rounds>>();
const order = Object.keys(clients);
const rounds = Number(options.rounds);
const chosen = options.scenario ?? names;
const encodings = options.encoding ?? ['json', 'bson'];
let finished = 0;
for (let round = 0; round < rounds; round++) {
  for (const scenario of chosen) {
    for (const encoding of encodings) {
      const repeats = scenario === 'connect' ? 5 : 1;
      for (let turn = 0; turn < order.length * repeats; turn++) {
        const client = order[(turn + round) % order.length] ?? '';
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
const ratio = (row: Record<string, Rounds>, client: string, key: keyof Figures): string => {
  const ratios = (row[client] ?? []).flatMap((one, round) => {
    const [value, floor] = [one?.[key], row.raw?.[round]?.[key]];
    return value === undefined || floor === undefined || floor === 0 ? [] : [value / floor];
  });
  return ratios.length === 0 ? '–' : `${median(ratios).toFixed(2)}×`;
};

console.log('| scenario | encoding | client | ms | × raw | CPU ms | × raw | peak RSS MB | × raw |');
console.log('| --- | --- | --- | --: | --: | --: | --: | --: | --: |');
for (const [name, row] of table) {
  for (const [client, figures] of Object.entries(row)) {
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
