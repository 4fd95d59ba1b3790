// Recordings as an inspector would have made them, from what a test says happened.

import { FORMAT, FORMAT_NAME, type Frame, type Happening, type Header } from '#inspector/frames';
import type { Json } from '#model/json';

/** When recordings of tests begin. */
const BEGIN = Date.UTC(2026, 0, 5, 9);

export const ALGORITHM = 'p1/x:1';
export const SESSION = 'p0/x:4';

export const header: Header = {
  format: FORMAT_NAME,
  version: FORMAT,
  at: BEGIN,
  title: 'word-count',
  versions: { 'algorithm-actor': '0.1.0', node: '20.20.2' },
  charts: {},
};

/** Frames of what happened in one process, a millisecond apart. */
export function framesOf(happenings: readonly Happening[], process = 'p1'): Frame[] {
  return happenings.map((happening, n) => ({ n, at: BEGIN + n, process, ...happening }));
}

export const textOf = (frames: readonly Frame[], first: unknown = header): string =>
  [first, ...frames].map((line) => `${JSON.stringify(line)}\n`).join('');

interface Said {
  readonly actor?: string;
  readonly connection?: number;
  readonly isWhole?: boolean;
}

const said =
  (from: 'worker' | 'algorithm') =>
  (command: string, data?: Json, { actor = ALGORITHM, connection = 1, isWhole = true }: Said = {}): Happening => {
    const bytes = JSON.stringify({ command, data }).length;
    return { kind: 'message', actor, from, connection, command, ...(data !== undefined && { data }), bytes, isWhole };
  };

export const worker = said('worker');
export const algorithm = said('algorithm');

export function opened(actor = ALGORITHM, chart = 'algorithm', about: Readonly<Record<string, Json>> = {}): Happening {
  return {
    kind: 'actor.opened',
    actor,
    parent: null,
    name: chart,
    chart,
    about,
    isNew: true,
    status: 'active',
    value: 'idle',
    context: {},
    error: null,
  };
}

export const processOpened: Happening = {
  kind: 'process.opened',
  role: 'algorithm',
  title: 'word-count',
  pid: 4711,
  worker: null,
  versions: { node: '20.20.2' },
};

/** The task of these arguments, as a worker describes it. */
export const task = (input: readonly Json[], fields: Readonly<Record<string, Json>> = {}): Json => ({
  input,
  jobId: 'job-1',
  taskId: 'task-1',
  nodeName: 'count',
  algorithmName: 'word-count',
  pipelineName: 'count-words',
  kind: 'batch',
  attempts: 0,
  info: { extraData: {}, savePaths: [], lastRunResult: null },
  ...fields,
});

/** How each task begins. */
export const begun = (input: readonly Json[], fields: Readonly<Record<string, Json>> = {}): Happening[] => [
  worker('initialize', task(input, fields)),
  algorithm('initialized'),
  worker('start', {}),
  algorithm('started'),
];

/** A recording with this many frames of usual sizes. */
export function manyFrames(count: number): Frame[] {
  const kinds: readonly ((n: number) => Happening)[] = [
    (n) => ({
      kind: 'event',
      actor: ALGORITHM,
      from: 'p1/x:2',
      event: { type: 'wire.start', data: { spanId: { 'uber-trace-id': `${n}:${n}:0:1` }, words: 'b'.repeat(120) } },
    }),
    (n) => ({
      kind: 'moved',
      actor: ALGORITHM,
      on: 'wire.start',
      arrows: ['algorithm.ready:wire.start:0'],
      actions: ['reply started', 'openSpan'],
      status: 'active',
      value: { working: 'busy' },
      set: { task: { jobId: 'job-1', taskId: `task-${n}` }, spans: [{ id: 1, name: 'count', parent: null }] },
    }),
    (n) => worker('initialize', task(['a text of some words', n])),
    (n) => ({ kind: 'log', level: 'info', text: `counted ${n} words ${'.'.repeat(200)}` }),
  ];
  return framesOf(Array.from({ length: count }, (_, n) => kinds[n % kinds.length]?.(n) ?? processOpened));
}
