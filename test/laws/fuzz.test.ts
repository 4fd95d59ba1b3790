// Valid, mutated and random frames in any order, on every encoding, with drops in between: never a crash, never a second
// outcome, never the outcome of another task, always able to run the next one.

import { serialize } from 'bson';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, it } from 'vitest';
import { type AlgorithmActor, createAlgorithmActor, type Task } from 'algorithm-actor';
import { keepLogs } from '#test/support/algorithm';
import { type FakeConnection, type FakeWorker, startFakeWorker, taskOf } from '#test/support/fake-worker';

type Step =
  | { readonly kind: 'initialize'; readonly taskId: string; readonly mode: string }
  | { readonly kind: 'say'; readonly command: string; readonly data: unknown }
  | { readonly kind: 'mutated'; readonly command: string; readonly at: number; readonly byte: number }
  | { readonly kind: 'noise'; readonly bytes: Uint8Array; readonly asText: boolean }
  | { readonly kind: 'drop' };

const modes = ['return', 'throw', 'later', 'wait', 'sub', 'ignore'];
const subPipelineId = fc.constantFrom('1', '2', '3', undefined, 7);
const said: fc.Arbitrary<Step> = fc
  .oneof(
    fc.constantFrom<[string, unknown]>(
      ['start', {}],
      ['start', undefined],
      ['start', 'mistyped'],
      ['cleanup', 1],
      ['stop', {}],
      ['stop', undefined],
    ),
    fc.tuple(
      fc.constantFrom('subPipelineStarted', 'subPipelineDone', 'subPipelineError', 'subPipelineStopped'),
      fc.record({ subPipelineId, response: fc.jsonValue() }),
    ),
    fc.tuple(
      fc.constantFrom('initialize', 'dance', 'error', 'algorithmExecutionDone', 'dataSourceResponse'),
      fc.constantFrom(undefined, null, 7, [], { input: 5 }),
    ),
  )
  .map(([command, data]) => ({ kind: 'say', command, data }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('initialize'),
      taskId: fc.constantFrom('a', 'b'),
      mode: fc.constantFrom(...modes),
    }),
  },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'say', command: 'start', data: {} }) },
  { weight: 5, arbitrary: said },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('mutated'),
      command: fc.constantFrom('initialize', 'start', 'stop'),
      at: fc.nat(),
      byte: fc.nat({ max: 255 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('noise'), bytes: fc.uint8Array({ maxLength: 40 }), asText: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'drop' }) },
);

const handlers = {
  start: async (
    { input: [mode], taskId }: Task<readonly unknown[]>,
    api: Parameters<Parameters<typeof createAlgorithmActor>[0]['start']>[1],
  ) => {
    if (mode === 'throw') throw new Error(`task ${taskId ?? ''}`);
    if (mode === 'later') await new Promise((resolve) => setTimeout(resolve, 3));
    if (mode === 'wait') await new Promise((resolve) => api.signal.addEventListener('abort', resolve));
    if (mode === 'ignore') await new Promise((resolve) => setTimeout(resolve, 40));
    if (mode === 'sub') await api.startStoredSubPipeline({ name: 'child' }, { timeoutMs: 30 }).catch(() => undefined);
    api.startSpan('left open');
    return { taskId };
  },
};

it.each(['json', 'bson', 'msgpack'] as const)('whatever comes in %s', { timeout: 120_000 }, async (encoding) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const worker = await startFakeWorker();
      const actor = createAlgorithmActor(handlers, {
        url: worker.url,
        encoding,
        signals: false,
        stopGraceMs: 15,
        resumeGraceMs: 10,
        reconnect: { minMs: 1 },
        logger: keepLogs().logger,
      }).start();
      try {
        await play({ worker, actor, steps });
      } finally {
        actor.stop();
        await worker.close();
      }
    }),
    { numRuns: 40 },
  );
});

interface Play {
  readonly worker: FakeWorker;
  readonly actor: AlgorithmActor;
  readonly steps: readonly Step[];
}

async function play({ worker, actor, steps }: Play): Promise<void> {
  const judge = createJudge();
  let connection = await worker.connection();
  for (const next of steps) {
    if (next.kind === 'drop') {
      await connection.roundTrip();
      judge.hear(connection);
      connection.drop();
      connection = await worker.connection();
      continue;
    }
    judge.hear(connection);
    carryOut(connection, next, judge);
    await connection.roundTrip();
  }
  judge.hear(connection);
  expect(actor.getSnapshot().status).toBe('active');
  judge.begin('final');
  connection.send('initialize', taskOf({ taskId: 'final', jobId: 'final', input: ['return'] }));
  await connection.next('initialized');
  connection.send('start', {});
  while ((await connection.next('done')).data === undefined) expect(worker.faults).toEqual([]);
  judge.hear(connection);
  expect(worker.faults).toEqual([]);
}

function carryOut(connection: FakeConnection, next: Exclude<Step, { kind: 'drop' }>, judge: Judge): void {
  switch (next.kind) {
    case 'initialize':
      judge.begin(next.taskId);
      return connection.send('initialize', taskOf({ taskId: next.taskId, input: [next.mode] }));
    case 'say':
      if (next.command === 'initialize') judge.begin(undefined);
      return connection.send(next.command, next.data);
    case 'mutated': {
      const frame = encode(connection.encoding, {
        command: next.command,
        data: taskOf({ taskId: 'mutant', input: ['return'] }),
      });
      if (next.command === 'initialize') judge.begin(undefined);
      frame[next.at % frame.length] = next.byte;
      return connection.sendRaw(connection.encoding === 'json' ? frame.toString('latin1') : frame);
    }
    case 'noise':
      return connection.sendRaw(next.asText ? Buffer.from(next.bytes).toString('latin1') : next.bytes);
  }
}

function encode(encoding: FakeConnection['encoding'], message: object): Buffer {
  if (encoding === 'json') return Buffer.from(JSON.stringify(message));
  return Buffer.from(
    encoding === 'bson' ? serialize({ data: message }) : new Packr({ useRecords: false }).pack(message),
  );
}

interface Judge {
  /** The host begins a task; undefined: something that may or may not be one. */
  begin(taskId: string | undefined): void;
  /** Looks at what has arrived since the last look. */
  hear(connection: FakeConnection): void;
}

/** A task of the host; `certain`: it is one. */
interface Judged {
  readonly id: string | undefined;
  readonly certain: boolean;
  outcomes: number;
}

function createJudge(): Judge {
  const seen = new Map<FakeConnection, number>();
  let former: Judged = { id: undefined, certain: false, outcomes: 0 };
  let current = former;
  /** What comes before the answer was on its way when the host began this task: it is of the one before. */
  let isAnswered = false;
  return {
    begin: (id) => {
      former = current;
      current = { id, certain: id !== undefined, outcomes: 0 };
      isAnswered = false;
    },
    hear: (connection) => {
      const fresh = connection.received.slice(seen.get(connection) ?? 0);
      seen.set(connection, connection.received.length);
      for (const { command, data, error } of fresh) {
        if (command === 'initialized') isAnswered = true;
        const whose = isAnswered ? current : former;
        if (!whose.certain || !current.certain || (command !== 'done' && command !== 'errorMessage')) continue;
        whose.outcomes += 1;
        expect(whose.outcomes, `outcomes of task ${whose.id ?? ''}`).toBe(1);
        if (command === 'done') expect(data).toEqual({ taskId: whose.id });
        const message = String(Reflect.get(Object(error), 'message') ?? '');
        if (message.startsWith('task ')) expect(message).toBe(`task ${whose.id ?? ''}`);
      }
    },
  };
}
