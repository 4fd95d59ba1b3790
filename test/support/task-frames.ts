// One task in frames, at both of its ends: it opens a span, tells its progress, asks for a sub-pipeline, and ends well or not.

import type { Fields } from '#inspector/frames';
import type { Json } from '#model/json';
import { message, moved, opened, step, type Worker, type Writer } from '#test/support/frame-writer';

export const noTask = {
  ...{ jobId: null, taskId: null, attempts: null, nodeName: null, algorithmName: null, pipelineName: null },
} as const;

interface Task {
  readonly writer: Writer;
  readonly worker: Worker;
  readonly task: Fields;
  /** The run. */
  readonly count: number;
  readonly ends: 'done' | 'failed';
}

export function makeTask(given: Task): void {
  const { writer, worker, task, count, ends } = given;
  const { say } = writer;
  const data = { ...task, input: [{ text: 'to be or not to be', part: count }] };
  step(say, worker, {
    end: 'session',
    on: 'task.assigned',
    from: 'ready',
    to: 'init',
    actions: ['say initialize'],
    set: { task, tasks: count },
  });
  message(say, worker, ['worker', 'initialize', data]);
  const fresh = { task, data, run: count, startAsked: false, progress: null, outcome: null };
  step(say, worker, {
    end: 'algorithm',
    on: 'wire.initialize',
    carries: { data },
    from: 'idle',
    to: 'initializing',
    actions: ['beginTask', 'command'],
    set: fresh,
  });
  step(say, worker, {
    end: 'algorithm',
    on: 'handler.initialized',
    carries: { run: count },
    from: 'initializing',
    to: 'ready',
    actions: ['reply initialized'],
  });
  message(say, worker, ['algorithm', 'initialized']);
  step(say, worker, {
    end: 'session',
    on: 'wire.initialized',
    from: 'init',
    to: 'working',
    actions: ['armTtl', 'say start'],
  });
  message(say, worker, ['worker', 'start']);
  tell(given, { type: 'task.started', task });
  step(say, worker, {
    end: 'algorithm',
    on: 'wire.start',
    from: 'ready',
    to: 'working',
    actions: ['reply started', 'command'],
    set: { startAsked: true },
  });
  work(given);
  if (ends === 'failed') fail(given);
  else finish(given);
  const end = ends === 'failed' ? { kind: 'failed', error: failure } : { kind: 'succeed', result: 6 };
  say('hkube', { kind: 'emitted', actor: worker.session, event: { type: 'task.ended', task, end } });
}

/** Both ends tell it. */
function tell({ writer: { say }, worker }: Task, event: Fields & { readonly type: string }): void {
  say('hkube', { kind: 'emitted', actor: worker.session, event });
  say(worker.process, { kind: 'emitted', actor: worker.actor, event });
}

function work(given: Task): void {
  const { writer, worker, task, count } = given;
  const { say } = writer;
  const call = (calls: readonly Json[], set: Fields): void =>
    step(say, worker, {
      end: 'algorithm',
      on: 'api.called',
      carries: { run: count, calls: [...calls] },
      from: null,
      to: 'working',
      actions: ['speak', 'keepCalls'],
      set,
    });
  const span = { id: `s${count}`, name: 'read text', parent: null };
  call([{ kind: 'open', id: span.id, name: span.name }], { spans: [span] });
  message(say, worker, ['algorithm', 'startSpan', { name: span.name }]);
  for (let progress = 25; progress <= 100; progress += 25) {
    call([{ kind: 'progress', progress }], { progress });
    message(say, worker, ['algorithm', 'progress', { progress }]);
    tell(given, { type: 'task.progressed', task, progress });
    say(
      worker.process,
      { kind: 'log', level: progress === 100 ? 'info' : 'debug', text: `${progress} % of part ${count} counted` },
      30,
    );
  }
  if (count % 3 === 0) askSubPipeline(given);
  if (count % 4 === 2) refuse(given);
  call([{ kind: 'end', id: span.id, end: {} }], { spans: [] });
  message(say, worker, ['algorithm', 'finishSpan', {}]);
}

function askSubPipeline({ writer: { say }, worker: { process }, count }: Task): void {
  const actor = `${process}/child:${count}`;
  const child = { parent: `${process}/children`, name: `sub-${count}`, chart: 'child', value: 'requested' } as const;
  say(
    process,
    opened(actor, { ...child, about: { kind: 'stored', pipeline: 'count-one' }, context: { id: `sub-${count}` } }),
  );
  say(process, moved(actor, { on: 'wire.started', arrows: ['child.requested/wire.started/0'], value: 'running' }), 60);
  const done = { on: 'wire.done', arrows: ['child.running/wire.done/0'], value: 'done', status: 'done' } as const;
  say(process, moved(actor, done), 200);
  say(process, { kind: 'actor.closed', actor });
}

function refuse({ writer: { say }, worker, task }: Task): void {
  const refusal = {
    sent: '`alive` outside of a task',
    rule: 'It starts a watchdog of ten seconds, at whose end HKube’s worker leaves.',
    consequence: 'expelled',
    remedy: 'Send no `alive` after `done`, `errorMessage` or a stop.',
  };
  say('hkube', { kind: 'emitted', actor: worker.session, event: { type: 'session.refused', task, refusal } });
  say('hkube', {
    kind: 'log',
    level: 'warn',
    text: `${worker.name}: ${refusal.sent}: ${refusal.rule} ${refusal.remedy}`,
  });
}

const failure = {
  code: 'ERR_PART',
  message: 'part 3 has no words',
  details: [
    'Error: part 3 has no words',
    '    at countWords (algorithms/word-count.ts:18:11)',
    '    at start (algorithms/word-count.ts:42:20)',
    'Caused by: TypeError: Cannot read properties of undefined (reading "length")',
    '    at split (algorithms/word-count.ts:9:27)',
  ].join('\n'),
};

function fail({ writer: { say }, worker, task, count }: Task): void {
  step(say, worker, {
    end: 'algorithm',
    on: 'handler.failed',
    carries: { run: count, failure },
    from: 'working',
    to: 'idle',
    actions: ['finishSpans', 'sendFailure', 'endTask', 'emitEnded'],
    set: { outcome: 'failed', data: null, spans: [] },
  });
  say(worker.process, {
    kind: 'emitted',
    actor: worker.actor,
    event: { type: 'task.ended', task, outcome: 'failed', failure },
  });
  message(say, worker, ['algorithm', 'errorMessage', failure]);
  say(worker.process, { kind: 'log', level: 'error', text: failure.message });
  step(say, worker, { end: 'session', on: 'wire.failed', from: 'working', to: 'ready', actions: ['emitEnded'] });
}

function finish({ writer: { say }, worker, task, count }: Task): void {
  step(say, worker, {
    end: 'algorithm',
    on: 'handler.returned',
    carries: { run: count },
    from: 'working',
    to: 'idle',
    actions: ['finishSpans', 'sendDone', 'endTask', 'emitEnded'],
    set: { outcome: 'done', data: null },
  });
  say(worker.process, {
    kind: 'emitted',
    actor: worker.actor,
    event: { type: 'task.ended', task, outcome: 'done', failure: null },
  });
  message(say, worker, ['algorithm', 'done', { result: 6 }]);
  step(say, worker, { end: 'session', on: 'wire.done', from: 'working', to: 'ready', actions: ['emitEnded'] });
}
