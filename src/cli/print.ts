// What commands write: results on stdout, as a table for people or as JSON; everything else on stderr.

import Table from 'cli-table3';
import type { RunDocument, RunSummary } from '#descriptors/run';

const NARROW = 60;
const WIDTH = 100;

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A table without lines: it can be cut and grepped. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const bare = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
  const lines = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' };
  const table = new Table({
    head: [...head],
    chars: { ...bare, ...lines, right: '', 'right-mid': '', middle: '  ' },
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  process.stdout.write(`${table.toString().replace(/ +$/gm, '')}\n`);
}

/** The results of a run; of one that has failed or was stopped nothing, its words are said on stderr. */
export function printDocument(document: RunDocument): void {
  switch (document.status) {
    case 'completed':
      printTable(
        ['NODE', 'BATCH', 'RESULT'],
        document.data.map(({ nodeName, batchIndex, result, error }) => [
          nodeName,
          batchIndex === undefined ? '' : batchIndex === -1 ? 'skipped' : String(batchIndex),
          error === undefined ? brief(result) : `failed: ${error}`,
        ]),
      );
      return;
    case 'failed':
      say(`${document.nodeName === '' ? '' : `node "${document.nodeName}": `}${document.error}`);
      return;
    case 'stopped':
      say(`stopped: ${document.reason}`);
      return;
  }
}

export function printRuns(runs: readonly RunSummary[]): void {
  printTable(
    ['JOB', 'PIPELINE', 'STATUS', 'STARTED', 'TOOK'],
    runs.map(({ jobId, pipeline, status, startTime, timeTook }) => [
      jobId,
      pipeline,
      status,
      new Date(startTime).toISOString(),
      timeTook === undefined ? '' : seconds(timeTook),
    ]),
  );
}

export const seconds = (time: number): string => `${time.toFixed(time < 10 ? 2 : 0)} s`;

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  const width = Math.max(NARROW, (process.stdout.columns ?? WIDTH) - 30);
  return text.length > width ? `${text.slice(0, width - 1)}… (--json has it whole)` : text;
}
