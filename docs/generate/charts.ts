// Draws every machine of machines/ into machines/README.md, so that the drawing cannot drift from the chart. `npm run charts`
// writes the page; with --check it only says whether the page is still true.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chartsIn, type FoundChart } from './chart.js';
import { anywhereTable, arrowTable, diagram, prose, stateTable } from './chart-page.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../machines');
const page = join(folder, 'README.md');

const opening = `# The charts

<!-- Written by \`npm run charts\` from the files of this folder. Do not edit: change a chart, or docs/generate. -->

What happens, and never how: a chart names its effects, and the rooms that run it bind them. Each file opens with what it
promises; tests cite the numbers.

How to read a drawing: an arrow \`a --> b : event [guard]\` says "in *a*, when *event* comes and *guard* holds, go to *b*".
\`after grace\` is time passing, \`at once\` needs no event, \`otherwise\` is what is left when the guards beside it do not hold.
What happens without leaving a state is not drawn; it stands in the tables.
`;

async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  const exports: unknown = await import(pathToFileURL(join(folder, file)).href);
  return typeof exports === 'object' && exports !== null ? { ...exports } : {};
}

function section(file: string, { root: chart, delays }: FoundChart): string {
  const anywhere = anywhereTable(chart);
  const arrows = arrowTable(chart);
  const lines = [
    `## ${chart.key}`,
    `[${file}](${file})`,
    prose(readFileSync(join(folder, file), 'utf8')),
    diagram(chart),
    stateTable(chart),
    anywhere === '' ? '' : `In any state with no answer of its own, without leaving it:\n\n${anywhere}`,
    arrows === '' ? '' : `<details><summary>What happens on each arrow</summary>\n\n${arrows}\n\n</details>`,
    chart.invokes.length === 0 ? '' : `Actors that live beside it: ${chart.invokes.join(', ')}.`,
    delays.length === 0 ? '' : `Delays: ${delays.join(', ')}.`,
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

async function draw(): Promise<string> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.machine.ts'));
  const sections: string[] = [];
  for (const file of files.toSorted()) {
    const charts = chartsIn(await load(file));
    sections.push(...charts.map((chart) => section(file, chart)));
    if (charts.length === 0) throw new TypeError(`machines/${file}: exports neither a machine nor a table of states`);
  }
  return `${[opening.trimEnd(), ...sections].join('\n\n')}\n`;
}

const drawn = await draw();
if (!process.argv.includes('--check')) {
  writeFileSync(page, drawn);
} else if (!existsSync(page) || readFileSync(page, 'utf8') !== drawn) {
  process.stderr.write(
    'machines/README.md no longer shows the charts as they are. Run `npm run charts` and commit it.\n',
  );
  process.exitCode = 1;
}
