// A plausible stream of frames, as long as one wants and always the same: a local HKube with two algorithms and three workers,
// runs with tasks that open spans, tell their progress, ask for sub-pipelines, fail, and are refused.

import type { Charts } from '#inspector/chart';
import { FORMAT, FORMAT_NAME, type Frame, type Header } from '#inspector/frames';
import type { Json } from '#model/json';
import { moved, opened, step, type Worker, type Writer } from '#test/support/frame-writer';
import { makeTask, noTask } from '#test/support/task-frames';

export const BEGUN = 1_700_000_000_000;

export function headerOf(charts: Charts = {}): Header {
  const versions = { 'algorithm-actor': '0.1.0', node: 'v20.19.0' };
  return { format: FORMAT_NAME, version: FORMAT, at: BEGUN, title: 'word-count', versions, charts };
}

const workerOf = (algorithm: string, count: number): Worker => {
  const name = `${algorithm}-${count}`;
  return { name, algorithm, process: name, session: `hkube/session:${name}`, actor: `${name}/x:0` };
};
const workers = [workerOf('word-count', 1), workerOf('word-count', 2), workerOf('sum', 1)] as const;

/** At least so many frames; it ends with the run that is under way then. */
export function makeFrames(length: number): Frame[] {
  const frames: Frame[] = [];
  let at = BEGUN;
  const say: Writer['say'] = (process, happening, ms = 3) => {
    at += ms;
    frames.push({ n: frames.length, at, process, ...happening });
  };
  const writer: Writer = { frames, say };
  begin(writer);
  for (let run = 1; frames.length < length; run += 1) makeRun(writer, run);
  return frames;
}

function begin({ say }: Writer): void {
  const versions = { 'algorithm-actor': '0.1.0' };
  const local = { kind: 'process.opened', role: 'local-hkube', title: 'local HKube', worker: null, versions } as const;
  say('hkube', { ...local, pid: 4000 });
  for (const [index, worker] of workers.entries()) {
    const { name, algorithm, process, session, actor } = worker;
    const about = { worker: name, algorithm, url: `ws://127.0.0.1:${9000 + index}` };
    const context = { connected: false, tasks: 0, task: noTask, policy: 'OnCrash', end: null, rejected: 0 };
    say('hkube', opened(session, { chart: 'session', about, value: 'bootstrap', context }), 20);
    const own = { role: 'algorithm', title: algorithm, pid: 4001 + index, worker: name, versions } as const;
    say(process, { kind: 'process.opened', ...own }, 180);
    say(process, opened(actor, { ...algorithmOpened, about: { algorithm } }));
    for (const part of ['handlers', 'link', 'signals', 'children'])
      say(process, opened(`${process}/${part}`, { parent: actor, name: part }));
    step(say, worker, { on: 'link.opened', from: null, to: 'idle', end: 'algorithm', set: { connected: true } });
    step(say, worker, { on: 'bootstrap.over', from: null, to: 'ready', end: 'session', set: { connected: true } });
    say(process, { kind: 'log', level: 'info', text: `${algorithm} is connected to ${about.url}` });
  }
}

const algorithmOpened = {
  ...{ name: 'algorithm', chart: 'algorithm', value: 'idle' },
  context: {
    ...{
      stopGraceMs: 10_000,
      resumeGraceMs: 30_000,
      connected: false,
      connection: 0,
      run: 0,
      task: noTask,
      data: null,
    },
    ...{ startAsked: false, outcome: null, spans: [], progress: null, exitCode: 0, rejected: 0, dropped: 0 },
  },
} as const;

function makeRun(writer: Writer, count: number): void {
  const { say } = writer;
  const [jobId, actor] = [`raw-${String(count).padStart(4, '0')}`, `hkube/run:${count}`];
  const isSub = count % 5 === 0;
  const about = {
    jobId,
    pipeline: isSub ? 'count-one' : 'count-words',
    ...(isSub ? { parentJobId: parentOf(count) } : {}),
  };
  const context = { jobId, pipeline: about.pipeline, ttlMs: 3_600_000, activeTtlMs: null, counts: {}, end: null };
  say('hkube', opened(actor, { name: jobId, chart: 'run', about, value: 'active', context }), 40);
  const nodes = ['split', 'count', 'total'];
  say('hkube', { kind: 'shown', actor, name: 'graph', value: graphOf(nodes, 0) });
  let failed = 0;
  for (const [index, worker] of workers.entries()) {
    const nodeName = nodes[index] ?? 'total';
    const task = {
      ...{ jobId, taskId: `${jobId}-${nodeName}`, attempts: 1, nodeName },
      ...{ algorithmName: worker.algorithm, pipelineName: about.pipeline },
    };
    const fails = count % 7 === 3 && index === 1;
    if (fails) failed += 1;
    makeTask({ writer, worker, task, count, ends: fails ? 'failed' : 'done' });
    say('hkube', { kind: 'shown', actor, name: 'graph', value: graphOf(nodes, index + 1) });
    const counts = { total: 3, succeed: index + 1 - failed, failed };
    say('hkube', { kind: 'event', actor, from: null, event: { type: 'task.ended', task: { nodeName } } });
    say('hkube', moved(actor, { on: 'task.ended', actions: ['advancePlan'], value: 'active', set: { counts } }));
  }
  const value = failed > 0 ? 'failed' : 'completed';
  const on = `plan.${value}`;
  const end = { arrows: [`run.active/${on}/0`], actions: ['keepEnd'], set: { end: { status: value } } };
  say('hkube', moved(actor, { on, value, status: 'done', ...end }));
}

const parentOf = (count: number): string => `raw-${String(count - 1).padStart(4, '0')}`;

function graphOf(nodes: readonly string[], done: number): Json {
  const status = (index: number): string => (index < done ? 'succeed' : index === done ? 'active' : 'pending');
  return {
    nodes: nodes.map((nodeName, index) => ({ nodeName, algorithmName: 'word-count', status: status(index) })),
    edges: nodes.slice(1).map((target, index) => ({ source: nodes[index] ?? '', target })),
  };
}
