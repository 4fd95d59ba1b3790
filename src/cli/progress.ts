// How a run looks while it goes: a bar a node where somebody looks on, a line now and then where a file or a log does.

import { MultiBar, type SingleBar } from 'cli-progress';
import type { GraphNodeState, RunGraph, RunStatus } from '#descriptors/run';

export interface ProgressView {
  show(status: RunStatus, graph: RunGraph): void;
  /** Writes a line that stays. */
  log(line: string): void;
  end(): void;
}

const MOST_BARS = 24;
const LINE_MS = 2_000;

export function createProgress(stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY ? createBars(stream) : createLines(stream);
}

function createBars(stream: NodeJS.WriteStream): ProgressView {
  const multi = new MultiBar(
    {
      stream,
      clearOnComplete: false,
      hideCursor: true,
      forceRedraw: true,
      format: ' {name} |{bar}| {done}/{total} {words}',
    },
    {
      format: ' {name} |{bar}| {done}/{total} {words}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
    },
  );
  const bars = new Map<string, SingleBar>();

  function update(name: string, width: number, { done, total, words }: Tally): void {
    const payload = { name: name.padEnd(width), done, words };
    const bar = bars.get(name) ?? multi.create(total, 0, payload);
    bars.set(name, bar);
    bar.setTotal(total);
    bar.update(done, payload);
  }

  return {
    show: (status, graph) => {
      const nodes = graph.nodes.slice(0, MOST_BARS);
      const width = Math.max(...nodes.map(({ nodeName }) => nodeName.length), 1);
      for (const node of nodes) update(node.nodeName, width, tallyOf(node));
      if (nodes.length < graph.nodes.length)
        update('all', width, { done: status.data?.progress ?? 0, total: 100, words: status.data?.details ?? '' });
    },
    log: (line) => {
      if (multi.isActive) multi.log(`${line}\n`);
      else stream.write(`${line}\n`);
    },
    end: () => {
      // A second time it would draw over what was written since.
      if (!multi.isActive) return;
      // Lines that wait for the next drawing would be lost.
      multi.update();
      multi.stop();
    },
  };
}

function createLines(stream: NodeJS.WritableStream): ProgressView {
  let writtenAt = Date.now();
  let last = '';
  return {
    show: ({ jobId, data }) => {
      const line = `run ${jobId}: ${data?.details ?? ''}`;
      if (line === last || Date.now() - writtenAt < LINE_MS) return;
      writtenAt = Date.now();
      last = line;
      stream.write(`${line}\n`);
    },
    log: (line) => {
      stream.write(`${line}\n`);
    },
    end: () => undefined,
  };
}

interface Tally {
  readonly done: number;
  readonly total: number;
  readonly words: string;
}

const over = new Set(['succeed', 'failed', 'skipped']);

function tallyOf({ status, batchInfo }: GraphNodeState): Tally {
  if (!batchInfo) return { done: over.has(status ?? '') ? 1 : 0, total: 1, words: status ?? '' };
  const { completed, errors, running, total } = batchInfo;
  const words = [running > 0 ? `${running} active` : '', errors > 0 ? `${errors} failed` : ''].filter(Boolean);
  return { done: completed, total, words: words.join(', ') };
}
