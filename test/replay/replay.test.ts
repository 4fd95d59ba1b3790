// Recorded conversations, played to algorithms of today: the same one, and others.

import { describe, expect, it } from 'vitest';
import { type AlgorithmHandlers, createAlgorithmActor } from 'algorithm-actor';
import { conversationOf, conversationsIn } from '#inspector/conversation';
import type { Happening } from '#inspector/frames';
import type { Json } from '#model/json';
import { replay, type Replayed } from '#replay/replay';
import { keepLogs } from '#test/support/algorithm';
import { algorithm, begun, framesOf, opened, SESSION, worker } from '#test/support/recordings';

async function play(
  happenings: readonly Happening[],
  handlers: AlgorithmHandlers,
  timeoutMs = 5_000,
): Promise<Replayed> {
  return replay({
    conversation: conversationOf(framesOf([opened(), ...happenings])),
    timeoutMs,
    start: (url) => {
      const { logger } = keepLogs();
      const options = { url, encoding: 'json', signals: false, reconnect: { minMs: 1 }, logger } as const;
      const actor = createAlgorithmActor(handlers, options);
      let hasLeft = false;
      actor.subscribe({ complete: () => (hasLeft = true) });
      actor.start();
      return {
        get hasLeft() {
          return hasLeft;
        },
        stop: () => void actor.stop(),
      };
    },
  });
}

const count: AlgorithmHandlers = {
  start: async ({ input }, api) => {
    api.progress({ progress: 50 });
    return { words: String(input[0]).split(' ').length };
  },
};
const counted = (words: Json): Happening[] => [
  ...begun(['one two three']),
  algorithm('progress', { progress: 10 }),
  algorithm('alive'),
  algorithm('progress', { progress: 50 }),
  algorithm('done', words),
];

describe('an algorithm that has not changed', () => {
  it('is the same, heartbeats and all but the last progress aside', async () => {
    expect(await play(counted({ words: 3 }), count)).toMatchObject({ kind: 'same', same: 3, notes: [] });
  });

  it('may run several tasks, and leave', async () => {
    const all = [...counted({ words: 3 }), ...counted({ words: 3 }), worker('exit', { exitCode: 0 })];
    expect(await play(all, count)).toMatchObject({ kind: 'same', same: 6 });
  });

  it('is the same with other ids of what it asks for, and in the order of its requests', async () => {
    const request = (id: string, name: string): Happening =>
      algorithm('startStoredSubPipeline', { subPipelineId: id, subPipeline: { name }, includeResult: true });
    const said = [
      ...begun([]),
      request('recorded-a', 'a'),
      request('recorded-b', 'b'),
      worker('subPipelineStarted', { subPipelineId: 'recorded-b' }),
      worker('subPipelineDone', { subPipelineId: 'recorded-b', response: ['b'] }),
      worker('subPipelineError', { subPipelineId: 'recorded-a', error: 'no' }),
      algorithm('stopSubPipeline', { subPipelineId: 'recorded-c', reason: 'enough' }),
      algorithm('done', [['b'], 'SUB_PIPELINE_FAILED']),
    ];
    const handlers: AlgorithmHandlers = {
      start: async (_, api) => {
        const [a, b] = [api.startStoredSubPipeline({ name: 'a' }), api.startStoredSubPipeline({ name: 'b' })];
        const answer = await b;
        const code = await a.then(
          () => 'none',
          (error: unknown) => (error instanceof Error && 'code' in error ? error.code : ''),
        );
        return [answer, code];
      },
    };
    const without = said.filter((one) => one.kind !== 'message' || one.command !== 'stopSubPipeline');
    expect(await play(without, handlers)).toMatchObject({ kind: 'same', same: 5 });
    expect(await play(said, handlers)).toMatchObject({
      kind: 'diverged',
      expected: { command: 'stopSubPipeline' },
      came: { command: 'done' },
    });
  });

  it('fails as it failed, whatever the stack', async () => {
    const failing: AlgorithmHandlers = {
      start: () => {
        throw new RangeError('too much');
      },
    };
    const error = { code: 'Failed', message: 'too much', details: 'a stack of then' };
    expect((await play([...begun([]), algorithm('errorMessage', error)], failing)).kind).toBe('same');
    expect(
      await play([...begun([]), algorithm('errorMessage', { ...error, message: 'too little' })], failing),
    ).toMatchObject({
      kind: 'diverged',
      differences: [{ path: 'data.message', expected: 'too little', came: 'too much' }],
    });
  });

  it('is stopped where it was stopped', async () => {
    const handlers: AlgorithmHandlers = {
      start: async (_, api) => {
        for (let part = 1; !api.signal.aborted; part++) {
          api.progress({ part });
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    };
    const said = [
      ...begun([]),
      algorithm('progress', { part: 7 }),
      worker('stop', { forceStop: true }),
      algorithm('stopping'),
      algorithm('progress', { part: 8 }),
      algorithm('stopped'),
    ];
    expect(await play(said, handlers)).toMatchObject({ kind: 'same', same: 3 });
  });

  it('goes on where its connection was cut', async () => {
    const again = { connection: 2 };
    const said = [
      ...begun(['x']),
      worker('initialize', { input: ['x'], jobId: 'job-1', taskId: 'task-1', attempts: 0 }, again),
      algorithm('initialized', undefined, again),
      worker('start', {}, again),
      algorithm('started', undefined, again),
      algorithm('done', 1, again),
    ];
    let runs = 0;
    const handlers: AlgorithmHandlers = {
      start: async () => {
        runs += 1;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return runs;
      },
    };
    expect(await play(said, handlers)).toMatchObject({ kind: 'same', same: 5 });
  });
});

describe('an algorithm that has changed', () => {
  it('diverges where its result does, with the places in it', async () => {
    expect(await play(counted({ words: 4, lines: [1] }), count)).toMatchObject({
      kind: 'diverged',
      same: 2,
      place: { frame: 8, atMs: 7, connection: 1 },
      expected: { command: 'done', data: { words: 4, lines: [1] } },
      came: { command: 'done', data: { words: 3 } },
      differences: [
        { path: 'data.words', expected: 4, came: 3 },
        { path: 'data.lines', expected: [1] },
      ],
      before: [
        expect.stringMatching(/^→ initialize \{"input":\["one two three"\],/),
        '← initialized',
        '→ start {}',
        '← started',
        '← progress {"progress":10}',
        '← progress {"progress":50}',
      ],
    });
  });

  it('diverges where it asks for something else, or for nothing', async () => {
    const span = algorithm('startSpan', { name: 'count' });
    const said = [...begun(['a b']), span, algorithm('finishSpan', {}), algorithm('done', { words: 2 })];
    expect(await play(said, count)).toMatchObject({
      kind: 'diverged',
      expected: { command: 'startSpan' },
      came: { command: 'done' },
      differences: [{ path: 'command', expected: 'startSpan', came: 'done' }],
    });
  });

  it('diverges in the last progress of a task', async () => {
    const said = [...begun(['a']), algorithm('progress', { progress: 60 }), algorithm('done', { words: 1 })];
    expect(await play(said, count)).toMatchObject({
      kind: 'diverged',
      expected: { command: 'progress' },
      differences: [{ path: 'data.progress', expected: 60, came: 50 }],
    });
    expect(await play(said, { start: () => ({ words: 1 }) })).toMatchObject({
      expected: { command: 'progress' },
      came: null,
    });
  });

  it('diverges where it leaves', async () => {
    const leaves: AlgorithmHandlers = { start: () => new Promise(() => undefined) };
    const said = [...begun(['a']), worker('exit', { exitCode: 0 }), algorithm('done', 1)];
    expect(await play(said, leaves)).toMatchObject({ kind: 'diverged', expected: { command: 'done' }, came: null });
  });

  it('is waited for no longer than asked', async () => {
    const hangs: AlgorithmHandlers = { start: () => new Promise(() => undefined) };
    expect(await play(counted(3), hangs, 100)).toMatchObject({
      kind: 'timedOut',
      waitedFor: 'done of the algorithm',
      ms: 100,
      same: 2,
    });
  });

  it('P6: may say more where the recording ends in mid-task', async () => {
    const said = [worker('initialize', { input: [] }), algorithm('initialized')];
    expect(await play(said, count)).toMatchObject({ kind: 'same', notes: [] });
    expect(await play([...begun(['a'])], count)).toMatchObject({
      kind: 'same',
      notes: ['the recording ends in mid-task; the algorithm went on: done {"words":1}'],
    });
  });
});

describe('a recording that cannot be played', () => {
  const refusal = (happenings: readonly Happening[]) =>
    play(happenings, count).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );

  it('has a message of the worker that was cut', async () => {
    expect(await refusal([worker('initialize', '⟨9 bytes⟩', { isWhole: false })])).toMatch(
      /The worker's initialize \(frame 1, \d+ bytes\) was cut or masked when it was recorded.*record again/,
    );
  });

  it('may have one of the algorithm that was: it is compared by its command', async () => {
    expect(await play([...begun(['a']), algorithm('done', '⟨9 bytes⟩', { isWhole: false })], count)).toMatchObject({
      kind: 'same',
      notes: ['the data of done (frame 5) were cut when recorded, and not compared'],
    });
  });
});

describe('conversations', () => {
  it('that were seen at both ends are one, and each of them can be named', () => {
    const both = counted(3).flatMap((one) => [one, { ...one, actor: SESSION }]);
    const frames = framesOf([opened(), opened(SESSION, 'session', { worker: 'count-1' }), ...both]);
    expect(conversationsIn(frames)).toMatchObject([{ actor: 'p1/x:1', chart: 'algorithm' }]);
    expect(conversationOf(frames).said).toHaveLength(8);
    expect(conversationOf(frames, 'x:4').actor).toBe(SESSION);
  });

  it('are listed where one has to be chosen', () => {
    const frames = framesOf([
      opened(),
      ...counted(3),
      opened(SESSION, 'session', { worker: 'count-1' }),
      worker('initialize', 1, { actor: SESSION }),
    ]);
    const words =
      /It holds 2 conversations\. Choose one with --actor:\n {2}p1\/x:1 {2}.*\(8 messages\)\n {2}p0\/x:4 {2}count-1 \(1 messages\)/;
    expect(() => conversationOf(frames)).toThrow(words);
    expect(() => conversationOf(frames, 'nobody')).toThrow(/There is no one conversation of "nobody"/);
    expect(() => conversationOf([])).toThrow(/It holds no messages/);
  });
});
