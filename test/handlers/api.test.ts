import { describe, expect, it } from 'vitest';
import { createTaskApi, type TaskApi } from '#handlers/api';
import type { ApiCall } from '#model/api-call';
import { keepLogs } from '#test/support/algorithm';

function taskApi(): { readonly task: TaskApi; readonly batches: (readonly ApiCall[])[] } {
  const batches: (readonly ApiCall[])[] = [];
  let ids = 0;
  const task = createTaskApi({
    port: {
      called: (calls) => batches.push(calls),
      requestChild: ({ id }) => batches.push([{ kind: 'progress', progress: `request ${id}` }]),
      stopChild: () => undefined,
    },
    abort: new AbortController(),
    logger: keepLogs().logger,
    nextId: () => String((ids += 1)),
  });
  task.enter('start');
  return { task, batches };
}

const sizes = (batches: readonly (readonly ApiCall[])[]) => batches.map((calls) => calls.length);

describe('I2: the calls of one turn', () => {
  it('leave at once while they are few, so that a handler that does not yield is heard', () => {
    const { task, batches } = taskApi();
    for (let call = 0; call < 3; call++) task.api.progress(call);
    expect(sizes(batches)).toEqual([1, 1, 1]);
  });

  it('leave together at the end of the turn when they are many, in order', async () => {
    const { task, batches } = taskApi();
    for (let span = 0; span < 50; span++) {
      task.api.startSpan(`s${span}`);
      task.api.finishSpan();
    }
    expect(sizes(batches)).toEqual([1, 1, 1, 1]);
    await Promise.resolve();
    expect(sizes(batches)).toEqual([1, 1, 1, 1, 96]);
    expect(batches.flat().map(({ kind }) => kind)).toEqual(Array.from({ length: 50 }, () => ['open', 'end']).flat());
  });

  it('L12: of progress that waits, the latest wins, and the last is always sent', async () => {
    const { task, batches } = taskApi();
    for (let progress = 0; progress < 100; progress++) task.api.progress(progress);
    task.api.startSpan('between');
    for (let progress = 100; progress < 200; progress++) task.api.progress(progress);
    await Promise.resolve();
    const values = batches.flat().map((call) => (call.kind === 'progress' ? call.progress : call.kind));
    expect(values).toEqual([0, 1, 2, 3, 99, 'open', 199]);
  });

  it('leave before a sub-pipeline that is asked for after them', () => {
    const { task, batches } = taskApi();
    for (let call = 0; call < 6; call++) task.api.progress(call);
    void task.api.startStoredSubPipeline({ name: 's' });
    expect(batches.flat().at(-1)).toMatchObject({ progress: 'request 1' });
    expect(batches.flat()).toHaveLength(6);
  });
});
