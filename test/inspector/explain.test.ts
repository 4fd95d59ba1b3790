// "What is it waiting for?", as a table of situations.

import { describe, expect, it } from 'vitest';
import type { Fields, Frame, Happening } from '#inspector/frames';
import { createScene } from '#inspector/scene';
import { explain } from '#page/explain.ts';

type Said = Happening & { readonly process?: string; readonly in?: number };

const noTask = { jobId: 'job-1', taskId: 't', nodeName: 'count', pipelineName: 'texts' };
const opened = (
  actor: string,
  chart: string | null,
  more: Partial<Extract<Happening, { kind: 'actor.opened' }>>,
): Said => ({
  ...{ kind: 'actor.opened', actor, parent: null, name: actor, chart, about: {}, isNew: true, status: 'active' },
  ...{ value: null, context: {}, error: null, process: actor.slice(0, actor.indexOf('/')) },
  ...more,
});
const process = (id: string, worker: string | null): Said => ({
  ...{ kind: 'process.opened', role: worker === null ? 'local-hkube' : 'algorithm', title: id, pid: 1, worker },
  ...{ versions: {}, process: id },
});
const algorithm = (value: string, context: Fields = {}, id = 'w1/a'): Said =>
  opened(id, 'algorithm', {
    value,
    context: {
      task: noTask,
      connected: true,
      spans: [],
      progress: null,
      stopGraceMs: 8_000,
      resumeGraceMs: 2_000,
      ...context,
    },
  });
const session = (worker: string, value: string, context: Fields = {}): Said =>
  opened(`hkube/${worker}`, 'session', {
    value,
    about: { worker, algorithm: 'word' },
    context: { task: noTask, ...context },
  });
const child = (name: string, value = 'running', id = 'w1/c1'): Said =>
  opened(id, 'child', { value, context: { id: '1', kind: 'raw', name } });
const run = (jobId: string, about: Fields, value = 'active'): Said =>
  opened(`hkube/${jobId}`, 'run', { value, about: { jobId, pipeline: 'texts', parentJobId: null, ...about } });
const event = (actor: string, type: string, more: Fields = {}): Said => ({
  ...{ kind: 'event', actor, from: null },
  event: { ...more, type },
});
const emitted = (actor: string, type: string, more: Fields): Said => ({
  kind: 'emitted',
  actor,
  event: { ...more, type },
});
const shown = (actor: string | null, name: string, value: Fields | readonly Fields[]): Said => ({
  ...{ kind: 'shown', actor, name, process: 'hkube' },
  value,
});

/** What is said of an actor, a while after the last of these. */
function explained(actor: string, after: number, ...said: readonly Said[]) {
  let at = 1_000;
  const frames: Frame[] = [...said, { kind: 'log', level: 'info', text: '.', in: after } as const].map((one, n) => {
    const { in: wait = 0, process: where = 'hkube', ...happening } = one;
    at += wait;
    return { ...happening, n, at, process: where };
  });
  const maker = createScene();
  for (const frame of frames) maker.apply(frame);
  const scene = maker.scene();
  const view = scene.actors.get(actor);
  if (!view) throw new TypeError(`no actor ${actor}`);
  const own = frames.filter((frame) => 'actor' in frame && frame.actor === actor);
  const { headline, facts, remedy } = explain(scene, view, { own, lines: frames.filter(({ kind }) => kind === 'log') });
  return { headline, facts: facts.join(' '), remedy: remedy ?? '', all: [headline, ...facts, remedy].join(' ') };
}

describe('an algorithm', () => {
  it.each([
    ['idle', 'waits for a task'],
    ['initializing', 'initialize hook has been at work for 5.0 s'],
    ['ready', 'its worker has not sent start'],
    ['working', 'handler works for 5.0 s'],
    ['suspended', 'has to ask for this task again'],
    ['owing', 'Its outcome is known'],
    ['stopping', 'was asked to stop 5.0 s ago'],
    ['leaving', 'exit hook'],
    ['left', 'has left'],
  ])('that is %s', (state, words) => {
    expect(explained('w1/a', 5_000, process('w1', 'w-1'), algorithm(state)).headline).toContain(words);
  });

  it('says what is left of the grace of a stop', () => {
    expect(explained('w1/a', 5_000, algorithm('stopping')).facts).toContain('given up in 3.0 s');
    expect(explained('w1/a', 9_000, algorithm('stopping')).facts).toContain('grace is over');
  });

  it('that says nothing for long may be busy', () => {
    const quiet = explained('w1/a', 40_000, algorithm('working'));
    expect(quiet.headline).toContain('has not said anything for 40 s');
    expect(quiet.remedy).toContain('progress');
    const calls = { calls: [{ kind: 'progress', progress: 12 }] };
    const heard = explained('w1/a', 2_000, algorithm('working'), { ...event('w1/a', 'api.called', calls), in: 38_000 });
    expect(heard.headline).not.toContain('has not said');
    expect(heard.facts).toContain('last called the api 2.0 s ago');
  });

  it('that is in spans is in the innermost of them', () => {
    const spans = [
      { id: '1', name: 'outer', parent: null },
      { id: '2', name: 'inner', parent: '1' },
    ];
    expect(explained('w1/a', 1, algorithm('working', { spans })).facts).toContain('in the span inner, in outer');
  });

  it('that waits for a sub-pipeline says which, and since when', () => {
    const { headline, facts } = explained('w1/a', 3_000, algorithm('working'), child('totals', 'requested'));
    expect(headline).toContain('waits for the sub-pipeline totals');
    expect(facts).toContain('totals asked for, and not answered, for 3.0 s');
  });
});

describe('a chain of waiting', () => {
  const graph = {
    nodes: [
      { nodeName: 'count', algorithmName: 'word', status: 'creating' },
      { nodeName: 'sum', algorithmName: 'word', status: 'creating' },
    ],
    edges: [{ from: 'count', to: 'sum' }],
  };
  const pool = [{ algorithm: 'word', workers: [{ worker: 'w-1', state: 'working', url: '' }], waiting: 1, limit: 1 }];

  it('is followed from a task to the workers that its sub-pipeline waits for', () => {
    const { all } = explained(
      'w1/a',
      4_000,
      process('hkube', null),
      process('w1', 'w-1'),
      session('w-1', 'working'),
      algorithm('working'),
      child('totals'),
      run('job-2', { pipeline: 'totals', parentJobId: 'job-1' }),
      shown('hkube/job-2', 'graph', graph),
      shown(null, 'pool', pool),
    );
    expect(all).toContain('totals: count waits for a worker of word');
    expect(all).toContain('word: 1 of 1 workers are busy, waiting tasks: 1');
    expect(all).toMatch(/w-1 has node count of \w[\w-]*, which waits for the sub-pipeline totals/);
    expect(all).toContain('totals: sum waits for others');
  });

  it('finds the run that was asked for by the id of the child, of several by that name', () => {
    const asked = (jobId: string, askedAs: string): Said =>
      run(jobId, { pipeline: 'totals', parentJobId: 'job-1', askedAs });
    const runs = [asked('job-2', '7'), asked('job-3', '1')];
    const graphOf = (nodeName: string) => ({
      nodes: [{ nodeName, algorithmName: 'word', status: 'creating' }],
      edges: [],
    });
    const graphs = [shown('hkube/job-2', 'graph', graphOf('other')), shown('hkube/job-3', 'graph', graphOf('own'))];
    const { all } = explained(
      'w1/a',
      1,
      process('w1', 'w-1'),
      algorithm('working'),
      child('totals'),
      ...runs,
      ...graphs,
    );
    expect(all).toContain('totals: own waits for a worker');
    expect(all).not.toContain('other');
  });

  it('ends, also where it is a ring', () => {
    const { all } = explained(
      'w1/a',
      1,
      process('w1', 'w-1'),
      algorithm('working'),
      child('texts'),
      run('job-1', { parentJobId: 'job-1' }),
      shown('hkube/job-1', 'graph', graph),
    );
    expect(all).toContain('texts');
  });
});

describe('a run', () => {
  it('that is pending waits for another one', () => {
    expect(explained('hkube/r', 1, run('r', {}, 'pending')).headline).toContain('waits for another run');
  });

  it('that is active names what runs, and where', () => {
    const nodes = [
      {
        nodeName: 'count',
        algorithmName: 'word',
        status: null,
        batchInfo: { idle: 3, running: 2, completed: 1, errors: 0, total: 6 },
      },
    ];
    const { headline, facts } = explained(
      'hkube/job-1',
      2_000,
      session('w-1', 'working'),
      run('job-1', {}),
      shown('hkube/job-1', 'graph', { nodes, edges: [] }),
    );
    expect(headline).toContain('count runs');
    expect(facts).toContain('count runs, 2 tasks on w-1.');
    expect(facts).toContain('count waits for a worker of word, 3 tasks.');
  });
});

describe('a session', () => {
  it('without an algorithm shows what its process wrote last', () => {
    const log: Said = { kind: 'log', level: 'error', text: 'w-1 | Cannot find module' };
    const { headline, facts } = explained('hkube/w-1', 6_000, session('w-1', 'bootstrap', { connected: false }), log);
    expect(headline).toContain('No algorithm is connected for 6.0 s');
    expect(facts).toContain('It wrote: Cannot find module');
  });

  it('says what its algorithm does', () => {
    const { facts } = explained(
      'hkube/w-1',
      1,
      process('w1', 'w-1'),
      session('w-1', 'working'),
      algorithm('working'),
      child('totals'),
    );
    expect(facts).toContain('Node count of texts, job job-1.');
    expect(facts).toContain('The algorithm is working.');
    expect(facts).toContain('totals runs');
  });

  it('tells what was refused in this task, and not before', () => {
    const refusal = (sent: string): Fields => ({
      refusal: { sent, rule: 'Not so.', consequence: 'ignored', remedy: 'Do not.' },
    });
    const { facts, remedy } = explained(
      'hkube/w-1',
      1,
      session('w-1', 'working'),
      emitted('hkube/w-1', 'session.refused', refusal('old')),
      event('hkube/w-1', 'task.assigned'),
      emitted('hkube/w-1', 'session.refused', refusal('new')),
    );
    expect(facts).toContain('Refused: new. Not so.');
    expect(facts).not.toContain('old');
    expect(remedy).toBe('Do not.');
  });
});

describe('anything', () => {
  it.each(['requested', 'running', 'done', 'timedOut'])('has words for a child that is %s', (state) => {
    expect(explained('w1/c1', 1, child('x', state)).headline).toMatch(/\.$/);
  });

  it('has words for what has no chart, and for a process that is gone', () => {
    expect(explained('w1/link', 1, opened('w1/link', null, {})).headline).toContain('no states');
    const gone: Said = { kind: 'process.closed', reason: 'exit code 1', process: 'w1' };
    expect(explained('w1/a', 1, process('w1', 'w-1'), algorithm('working'), gone).headline).toContain('exit code 1');
  });
});
