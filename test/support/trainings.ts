// Trainings to look at: an inspector of its own, whose processes tell of runs, workers and tasks as a local HKube would, and whose
// curves come from a real probe. The noise is always the same.

import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { Charts } from '#inspector/chart';
import { FORMAT, FORMAT_NAME, type Happening, type Header, type ScalarPoint } from '#inspector/frames';
import { createHub } from '#inspector/hub';
import { createProbe, type Probe } from '#inspector/probe';
import { serveInspector } from '#inspector/server';
import { taskIds } from '#model/task';
import { opened } from '#test/support/frame-writer';
import { root } from '#test/support/source-files';

export const TRAINED_AT = Date.UTC(2026, 0, 5, 9);

export interface Training {
  readonly jobId: string;
  /** How fast it learns, and how well at last. */
  readonly rate: number;
  readonly floor: number;
  readonly seed: number;
  readonly pipeline?: string;
  readonly node?: string;
}

export interface Trainings {
  readonly link: string;
  /** A run with its task, which has measured nothing yet. */
  begin(training: Training): (from: number, to: number) => void;
}

export async function serveTrainings(): Promise<Trainings> {
  const page = new URL('.test-build/inspector/', `file://${root}/`);
  const charts = Charts.parse(JSON.parse(readFileSync(new URL('charts.json', page), 'utf8')));
  const header: Header = {
    format: FORMAT_NAME,
    version: FORMAT,
    at: Date.now(),
    title: 'training',
    versions: {},
    charts,
  };
  const hub = createHub();
  const server = await serveInspector({
    port: 0,
    token: 'any',
    page,
    desk: { mode: 'live', header, acts: false, hub },
  });
  onTestFinished(server.close);
  const told: Happening[] = [processOf('local-hkube', 'local HKube', null)];
  const line = hub.join({
    process: 'hkube',
    deeds: null,
    watch: (isWatched) => {
      if (isWatched) tell(...told);
    },
  });
  const tell = (...happenings: Happening[]): void =>
    line.tell(
      happenings.map((one) => ({ at: Date.now(), process: 'hkube', ...one })),
      1_000,
    );
  return {
    link: server.link,
    begin: (training) => {
      const task = taskOf(training);
      const run = runOf(training);
      const worker = workerOf(training, task);
      told.push(run, worker);
      tell(run, worker);
      const probe = probeOf(training.jobId, hub);
      return (from, to) => {
        probe.scalars(task, seriesOf(training, from, to));
        probe.flush();
      };
    },
  };
}

const processOf = (role: 'local-hkube' | 'algorithm', title: string, worker: string | null) =>
  ({ kind: 'process.opened', role, title, pid: 4_711, worker, versions: {} }) as const;

function probeOf(jobId: string, hub: ReturnType<typeof createHub>): Probe {
  const name = `algorithm-${jobId}`;
  const probe = createProbe({
    process: name,
    about: processOf('algorithm', 'train', jobId),
    tell: (news, chars) => line.tell(news, chars),
  });
  const line = hub.join({
    process: name,
    watch: (isWatched) => queueMicrotask(() => probe.setWatched(isWatched)),
    deeds: null,
  });
  return probe;
}

const taskOf = ({ jobId, node = 'fit', pipeline = 'train' }: Training) =>
  taskIds({
    jobId,
    taskId: `${jobId}-fit`,
    attempts: 1,
    nodeName: node,
    algorithmName: 'train',
    pipelineName: pipeline,
  });

function runOf({ jobId, node = 'fit', pipeline = 'train' }: Training): Happening {
  const graph = { jobId, pipeline, counts: { total: 1, active: 1 }, node };
  return opened(`hkube/run:${jobId}`, {
    ...{ name: jobId, chart: 'run', value: 'active' },
    about: { jobId, pipeline },
    context: graph,
  });
}

function workerOf({ jobId }: Training, task: ReturnType<typeof taskOf>): Happening {
  const about = { worker: `train-${jobId}`, algorithm: 'train' };
  return opened(`hkube/session:${jobId}`, {
    ...{ chart: 'session', about, value: 'working' },
    context: { task: { ...task } },
  });
}

/** Between −0.5 and 0.5, and always the same for the same numbers. */
const noise = (seed: number, step: number): number => {
  const value = Math.sin(seed * 127.1 + step * 311.7) * 43_758.5453;
  return value - Math.floor(value) - 0.5;
};

function seriesOf({ rate, floor, seed }: Training, from: number, to: number) {
  const steps = Array.from({ length: to - from }, (_, index) => from + index);
  const series = (tag: string, every: number, value: (step: number) => number) => ({
    tag,
    isWhole: from === 0,
    points: steps
      .filter((step) => step % every === 0)
      .map((step): ScalarPoint => [step, value(step), TRAINED_AT + seed * 600_000 + step * 130]),
  });
  const loss = (step: number): number => floor + 2.3 * Math.exp(-step * rate);
  return [
    series('train/loss', 1, (step) => loss(step) * (1 + noise(seed, step) * 0.35)),
    series('train/accuracy', 1, (step) => 1 - loss(step) / 2.9 + noise(seed + 1, step) * 0.06),
    series('val/loss', 10, (step) => loss(step) * 1.08 + step * 3e-4 + noise(seed + 2, step) * 0.03),
    series('val/accuracy', 10, (step) => 0.98 - loss(step) / 2.8 + noise(seed + 3, step) * 0.015),
    series(
      'learning rate',
      1,
      (step) => 1e-3 * Math.min(1, (step + 1) / 40) * 0.5 * (1 + Math.cos(Math.min(1, step / 600) * Math.PI)),
    ),
    series('gradient norm', 1, (step) => (1.5 + 6 * Math.exp(-step * rate * 2)) * (1 + noise(seed + 4, step)) + 0.2),
  ];
}
