// Lays out every chart for the inspector's page, when the package is built: charts.json, in the folder that is given. So the page
// needs no layout engine, and a chart looks the same each time.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { algorithmMachine } from '#machines/algorithm.machine';
import { childChart } from '#machines/child.machine';
import { runMachine } from '#machines/run.machine';
import { sessionMachine } from '#machines/session.machine';
import { sidecarMachine } from '#machines/sidecar.machine';
import type { Charts, ChartState } from '#inspector/chart';
import { readChart, readTable } from '#inspector/read-chart';
import { layOut } from './chart-layout.js';

const roots: Readonly<Record<string, ChartState>> = {
  algorithm: readChart(algorithmMachine),
  session: readChart(sessionMachine),
  sidecar: readChart(sidecarMachine),
  run: readChart(runMachine),
  child: readTable(childChart),
};

/** Every chart with its layout. */
export async function layOutCharts(): Promise<Charts> {
  const charts: Record<string, Charts[string]> = {};
  for (const [name, root] of Object.entries(roots)) charts[name] = { root, layout: await layOut(root) };
  return charts;
}

/** Writes charts.json into a folder. */
export async function writeCharts(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'charts.json'), JSON.stringify(await layOutCharts()));
}

const [, program, folder] = process.argv;
if (program === fileURLToPath(import.meta.url) && folder !== undefined) await writeCharts(folder);
