// A local HKube that is looked at: both ends of everything on one line, and what can be done to it from there.

import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalHKube } from '../../src/local.js';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import type { Redact } from '#inspector/shorten';
import { look } from '#test/support/looking';
import { keepLog } from '#test/support/in-process';

async function start(algorithms: Record<string, AlgorithmHandlers>, manners = {}, redact?: Redact) {
  const hkube = createLocalHKube({
    algorithms: Object.fromEntries(Object.entries(algorithms).map(([name, handlers]) => [name, { handlers }])),
    inspect: { port: 0, redact },
    ports: { workers: 0 },
    manners,
    logger: keepLog(),
  });
  await hkube.start();
  onTestFinished(hkube.stop);
  const link = hkube.inspector ?? '';
  return { hkube, link, looking: await look(link) };
}

const one = (algorithmName: string, ...input: unknown[]) => ({
  name: 'p',
  nodes: [{ nodeName: 'n', algorithmName, input }],
});

const isOf =
  (chart: string, about: Record<string, unknown> = {}) =>
  (actor: { chart: string | null; about: Record<string, unknown> }) =>
    actor.chart === chart && Object.entries(about).every(([key, value]) => actor.about[key] === value);

/** A handler that waits to be let go. */
function gated() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('one line shows both ends', () => {
  it('of a run: its actor, its graph, its worker, its algorithm, its sub-pipeline, the messages at both ends', async () => {
    const { hkube, looking } = await start({
      outer: {
        start: async (_, api) => {
          api.progress({ progress: 50 });
          return api.startRawSubPipeline(one('inner', 1));
        },
      },
      inner: { start: async ({ input }) => input },
    });
    const { jobId, done } = hkube.runRaw(one('outer'));
    expect(await done).toMatchObject({ status: 'completed' });
    const run = await looking.actor((actor) => isOf('run', { jobId })(actor) && actor.isClosed);
    expect(run).toMatchObject({ status: 'done', value: 'completed' });
    expect(run.shown).toHaveProperty('graph.nodes', [expect.objectContaining({ nodeName: 'n', status: 'succeed' })]);
    await looking.actor(isOf('run', { parentJobId: jobId }));
    const session = await looking.actor(isOf('session', { worker: 'outer-1' }));
    const outer = await looking.actor(
      (actor) =>
        isOf('algorithm')(actor) &&
        JSON.stringify(actor.about.url).startsWith(JSON.stringify(session.about.url).slice(0, -1)),
    );
    await looking.actor(({ chart, value }) => chart === 'child' && value === 'done');
    const said = (id: string) =>
      looking.frames.flatMap((frame) => (frame.kind === 'message' && frame.actor === id ? [frame.command] : []));
    const conversation = [
      ...['initialize', 'initialized', 'start', 'started', 'progress'],
      ...['startRawSubPipeline', 'subPipelineStarted', 'subPipelineDone', 'done'],
    ];
    await expect.poll(() => said(session.id)).toEqual(conversation);
    await expect.poll(() => said(outer.id)).toEqual(conversation);
    const initialize = looking.frames.find((frame) => frame.kind === 'message' && frame.command === 'initialize');
    expect(initialize).toMatchObject({ isWhole: true, data: { jobId, algorithmName: 'outer' } });
  });

  it('of nothing that `redact` hides, at neither end', async () => {
    const redact: Redact = (value, key) => (key === 'patient' ? 'somebody' : value);
    const { hkube, looking } = await start({ a: { start: async ({ input }) => input } }, {}, redact);
    await hkube.runRaw(one('a', { patient: 'Ada Lovelace' })).done;
    const algorithm = await looking.actor((actor) => isOf('algorithm')(actor) && actor.value === 'idle');
    const ended = () =>
      looking.frames.some(
        (frame) => frame.kind === 'message' && frame.actor === algorithm.id && frame.command === 'done',
      );
    await expect.poll(ended).toBe(true);
    expect(JSON.stringify(looking.frames)).toContain('somebody');
    expect(JSON.stringify(looking.frames)).not.toContain('Lovelace');
  });

  it('of nothing, as long as nobody looks', async () => {
    const { hkube, link, looking } = await start({ a: { start: async () => 1 } });
    looking.close();
    await hkube.runRaw(one('a')).done;
    const again = await look(link);
    await expect.poll(() => again.replies.some(({ kind }) => kind === 'caughtUp')).toBe(true);
    await again.actor(isOf('session', { worker: 'a-1' }));
    expect(again.frames.filter(({ kind }) => kind === 'message')).toEqual([]);
  });
});

describe('from the inspector', () => {
  it('a task is stopped', async () => {
    const { hkube, looking } = await start({
      a: {
        start: (_, api) => new Promise((resolve) => api.signal.addEventListener('abort', () => resolve('stopped'))),
      },
    });
    const { done } = hkube.runRaw(one('a'));
    const session = await looking.actor((actor) => isOf('session')(actor) && actor.value === 'working');
    const offers = await looking.offers(session.id);
    expect(offers.map(({ name }) => name)).toEqual(['task.stopAsked', 'again', 'cut', 'fault', 'scaleDown']);
    expect(await looking.act(session.id, 'task.stopAsked', { reason: 'enough' })).toMatchObject({ kind: 'done' });
    expect(await done).toMatchObject({ status: 'failed', error: expect.stringContaining('enough') });
  });

  it('a task is run again with another input, and the run that does it is named', async () => {
    const { hkube, looking } = await start({ a: { start: async ({ input }) => input } });
    await hkube.runRaw(one('a', { x: 1 })).done;
    const session = await looking.actor(isOf('session'));
    const offer = (await looking.offers(session.id)).find(({ name }) => name === 'again');
    expect(offer).toMatchObject({ value: { input: [{ x: 1 }] }, schema: { properties: { input: { type: 'array' } } } });
    const reply = await looking.act(session.id, 'again', { input: [{ x: 2 }] });
    expect(reply).toMatchObject({ kind: 'done', goTo: expect.any(String) });
    const jobId = reply.kind === 'done' ? (reply.goTo ?? '') : '';
    await looking.actor((actor) => isOf('run', { jobId })(actor) && actor.isClosed);
    expect(await hkube.result(jobId)).toMatchObject({ status: 'completed', data: [{ result: [{ x: 2 }] }] });
  });

  it('a run is run again with another flowInput, and stopped', async () => {
    const { hkube, looking } = await start({
      a: { start: async ({ input: [x] }) => (x === 1 ? x : new Promise(() => undefined)) },
    });
    const first = hkube.runRaw({ ...one('a', '@flowInput.x'), flowInput: { x: 1 } });
    const run = await looking.actor(isOf('run', { jobId: first.jobId }));
    const reply = await looking.act(run.id, 'again', { flowInput: { x: 2 } });
    const jobId = reply.kind === 'done' ? (reply.goTo ?? '') : '';
    const second = await looking.actor((actor) => isOf('run', { jobId })(actor) && actor.value === 'active');
    expect(await looking.act(second.id, 'run.stopAsked', { reason: 'enough' })).toMatchObject({ kind: 'done' });
    await looking.actor((actor) => actor.id === second.id && actor.value === 'stopped');
    expect((await looking.offers(second.id)).map(({ name }) => name)).toEqual(['again']);
  });

  it('a connection is cut, and the task goes on where the worker lets it', async () => {
    const { opened, open } = gated();
    const { hkube, looking } = await start(
      { a: { start: async () => opened.then(() => 'still here') } },
      { lenient: true },
    );
    const { done } = hkube.runRaw(one('a'));
    const session = await looking.actor((actor) => isOf('session')(actor) && actor.value === 'working');
    const algorithm = await looking.actor((actor) => isOf('algorithm')(actor) && actor.value === 'working');
    expect(await looking.act(session.id, 'cut', {})).toMatchObject({ kind: 'done' });
    await looking.actor((actor) => actor.id === algorithm.id && actor.context.connection === 2);
    await looking.actor((actor) => actor.id === algorithm.id && actor.value === 'working');
    open();
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 'still here' }] });
  });

  it('a fault is injected: the next start is lost, and one sees where the task waits', async () => {
    const { hkube, looking } = await start({ a: { start: async () => 1 } });
    await hkube.runRaw(one('a')).done;
    const session = await looking.actor(isOf('session'));
    expect(await looking.act(session.id, 'fault', { do: 'drop', on: 'start', times: 1 })).toMatchObject({
      kind: 'done',
    });
    const { stop, done } = hkube.runRaw(one('a'));
    const waiting = await looking.actor((actor) => isOf('algorithm')(actor) && actor.value === 'ready');
    expect(waiting.context.task).toMatchObject({ nodeName: 'n' });
    stop('seen');
    await done;
  });

  it('an algorithm of another inspector’s process is told what its worker could say', async () => {
    const { hkube, looking } = await start({ a: { start: () => new Promise(() => undefined) } });
    hkube.runRaw(one('a'));
    const algorithm = await looking.actor((actor) => isOf('algorithm')(actor) && actor.value === 'working');
    expect((await looking.offers(algorithm.id)).map(({ name }) => name)).toEqual([
      'wire.stop',
      'wire.exit',
      'shutdown',
    ]);
    expect(await looking.act(algorithm.id, 'shutdown', { code: 0 })).toMatchObject({ kind: 'done' });
    await looking.actor(({ id, status }) => id === algorithm.id && status === 'done');
  });

  it.each<[string, string, Record<string, never> | { do: string; on: string }]>([
    ['a deed that there is not', 'explode', {}],
    ['a form that is not as it was asked for', 'fault', { do: 'nothing', on: 'start' }],
  ])('%s is refused with words', async (_, name, value) => {
    const { hkube, looking } = await start({ a: { start: async () => 1 } });
    await hkube.runRaw(one('a')).done;
    const session = await looking.actor(isOf('session'));
    expect(await looking.act(session.id, name, value)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/\w{3}/),
    });
  });
});
