// L7 over a real socket: what the author's calls look like on the wire.

import { describe, expect, it } from 'vitest';
import type { AlgorithmApi } from 'algorithm-actor';
import { connectAlgorithm, gate } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';

/** Runs one task and gives what was sent between `started` and the outcome, as `+name` and `-error`, and the outcome. */
async function spell(start: (api: AlgorithmApi) => unknown): Promise<string> {
  const { connection } = await connectAlgorithm({ start: (_, api) => start(api) });
  await connection.begin();
  for (let frame = await connection.next(); ; frame = await connection.next()) {
    if (frame.command === 'done' || frame.command === 'errorMessage') break;
  }
  return connection.received
    .slice(2)
    .map(({ command, data, error }) => {
      if (command === 'startSpan') return `+${String(Reflect.get(Object(data), 'name'))}`;
      if (command === 'finishSpan') return `-${String(Reflect.get(Object(data), 'error') ?? '')}`;
      return command === 'errorMessage' ? `errorMessage ${String(Reflect.get(Object(error), 'message'))}` : command;
    })
    .join(' ');
}

describe('L7: spans unwind', () => {
  it('as they were opened, last first', async () => {
    const spelled = await spell((api) => {
      api.startSpan('a');
      api.startSpan('b');
      api.finishSpan();
      api.finishSpan();
    });
    expect(spelled).toBe('+a +b - - done');
  });

  it('with tags and errors in the form of the wire', async () => {
    const { connection } = await connectAlgorithm({
      start: (_, api) => {
        api.startSpan('load', { file: 'a.txt', rows: 3 });
        api.finishSpan({ tags: { ok: false }, error: new Error('torn') });
      },
    });
    await connection.begin();
    expect(await connection.next()).toEqual({
      command: 'startSpan',
      data: { name: 'load', tags: { file: 'a.txt', rows: 3 } },
    });
    expect(await connection.next()).toEqual({ command: 'finishSpan', data: { tags: { ok: false }, error: 'torn' } });
  });

  it('that were left open are finished before done', async () => {
    expect(await spell((api) => (api.startSpan('a'), api.startSpan('b'), 1))).toBe('+a +b - - done');
  });

  it('with the error when the task fails', async () => {
    const spelled = await spell((api) => {
      api.startSpan('a');
      api.startSpan('b');
      throw new Error('boom');
    });
    expect(spelled).toBe('+a +b -boom -boom errorMessage boom');
  });

  it('before stopped too', async () => {
    const opened = gate();
    const { connection } = await connectAlgorithm(
      {
        start: (_, api) => {
          api.startSpan('a');
          opened.open();
          return new Promise(() => undefined);
        },
      },
      { stopGraceMs: 5 },
    );
    await connection.begin();
    await opened.promise;
    connection.send('stop');
    await connection.next('startSpan');
    await connection.next('finishSpan');
    await connection.next('stopped');
  });

  it('scoped spans end with their work, or with its error, which is thrown on', async () => {
    const spelled = await spell(async (api) => {
      await api.span('fine', () => 1);
      await api.span('async', { tag: 1 }, async () => Promise.resolve(2));
      await api.span('bad', () => Promise.reject(new Error('inner')));
    });
    expect(spelled).toBe('+fine - +async - +bad -inner errorMessage inner');
  });

  it('scoped spans that overlap wait for those above them', async () => {
    const [first, second] = [gate(), gate()];
    const spelled = await spell(async (api) => {
      const one = api.span('one', () => first.promise);
      const two = api.span('two', () => second.promise);
      first.open();
      await one;
      api.progress('one has ended');
      second.open();
      await two;
    });
    expect(spelled).toBe('+one +two progress - - done');
  });

  it('a finish without a span is the author’s error, and nothing on the wire', async () => {
    const spelled = await spell((api) => {
      expect(() => api.finishSpan()).toThrow(expect.objectContaining({ code: 'SPAN_NOT_OPEN' }));
      return api.span('scoped', () => {
        expect(() => api.finishSpan()).toThrow('no span that startSpan opened is open');
      });
    });
    expect(spelled).toBe('+scoped - done');
  });

  it.each<[name: unknown]>([[7], [undefined], [''], [{}]])(
    'a name %j never leaves: it would take the worker down',
    async (name) => {
      const spelled = await spell((api) => {
        expect(() => Reflect.apply(api.startSpan, api, [name])).toThrow(
          expect.objectContaining({ code: 'INVALID_CALL' }),
        );
        expect(() => Reflect.apply(api.startSpan, api, ['a', 'tags'])).toThrow(
          expect.objectContaining({ code: 'INVALID_CALL' }),
        );
      });
      expect(spelled).toBe('done');
    },
  );

  it('outside of start stay off the wire, and their work runs', async () => {
    const { connection } = await connectAlgorithm({
      initialize: (_, api) => {
        api.startSpan('too early');
        return api.span('scoped', () => 1);
      },
      start: (_, api) => {
        api.startSpan('in time');
      },
    });
    await connection.begin();
    expect(await connection.next()).toMatchObject({ command: 'startSpan', data: { name: 'in time' } });
    await connection.next('finishSpan');
    expect(await connection.next()).toMatchObject({ command: 'done' });
  });

  it('tags that cannot be encoded cost the span its message, not the task its result', async () => {
    const { connection, logs } = await connectAlgorithm({
      start: (_, api) => {
        Reflect.apply(api.startSpan, api, ['a', { big: 1n }]);
        return 1;
      },
    });
    await connection.begin();
    await connection.next('done');
    expect(logs.join('\n')).toContain('startSpan.data.tags.big is a BigInt');
  });
});

describe('progress', () => {
  it.each([{ progress: 40, details: 'half of the tiles' }, 'text', 0.5, null, [1], true])(
    'takes any JSON value: %j',
    async (value) => {
      const { connection } = await connectAlgorithm({ start: (_, api) => api.progress(value) });
      await connection.begin();
      expect(await connection.next()).toEqual({ command: 'progress', data: value });
    },
  );

  it('keeps its order with spans, also in a long turn', async () => {
    const { connection } = await connectAlgorithm({
      start: (_, api) => {
        for (let step = 0; step < 300; step++) {
          api.startSpan(`s${step}`);
          api.progress(step);
          api.finishSpan();
        }
      },
    });
    await connection.begin();
    await connection.next('done');
    const commands = connection.received.slice(2, -1);
    expect(commands).toHaveLength(900);
    for (const [index, { command, data }] of commands.entries()) {
      expect(command).toBe(['startSpan', 'progress', 'finishSpan'][index % 3]);
      if (command === 'progress') expect(data).toBe(Math.floor(index / 3));
    }
  });

  it('of a task that has ended goes nowhere', async () => {
    const api = gate<AlgorithmApi>();
    const { connection } = await connectAlgorithm({ start: (_, given) => api.open(given) });
    await connection.begin();
    await connection.next('done');
    const late = await api.promise;
    late.progress('late');
    late.startSpan('late');
    late.finishSpan();
    connection.send('initialize', taskOf({ taskId: 'b' }));
    await connection.next('initialized');
    await connection.roundTrip();
    expect(connection.received.map(({ command }) => command)).toEqual([
      'initialized',
      'started',
      'done',
      'initialized',
    ]);
  });
});
