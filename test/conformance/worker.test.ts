// The algorithm's side of the recorded conversations, the official wrapper's mistakes included, played to our worker: it has to
// say what the real one said, and to judge the tasks as that did.

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { RunSubPipeline, SubPipelineEnd } from '#worker/sub-pipelines';
import { type Expected, readScenarios, type Said } from '#test/conformance/scenarios';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { endsOf, heard, startWorker, type Started } from '#test/support/worker';
import { TaskData } from '#wire/task-data';

const answered = (result: unknown): SubPipelineEnd => ({
  kind: 'done',
  response: [{ nodeName: 'n1', algorithmName: 'eval-alg', result }],
  storedAt: 'local-hkube-results/sub:done-p:tabbcqg6/result.json',
});

/** The sub-pipelines of the recordings. */
const runRecorded: RunSubPipeline = ({ pipeline: { name, flowInput } }) => {
  const ended = ((): SubPipelineEnd | undefined => {
    switch (name) {
      case 'done-p':
      case 'done-raw':
        return answered({ got: flowInput });
      case 'nodata-p':
        return { kind: 'done', response: null, storedAt: '' };
      case 'fail-p':
        return { kind: 'failed', error: 'sub boom' };
      case 'stopped-p':
        return { kind: 'stopped', reason: 'stopped by user' };
      default:
        return undefined;
    }
  })();
  if (name === 'missing-p') throw new TypeError('pipeline missing-p Not Found');
  return { ended: ended ? Promise.resolve(ended) : new Promise(() => undefined), stop: () => undefined };
};

/** How the tasks of a scenario ended, where not with success (outcomes.jsonl). */
const verdicts: Readonly<Record<string, readonly object[]>> = {
  'v1/job_error': [{ kind: 'failed', error: { message: 'algorithm boom' } }],
  'v1/sub_error_unhandled': [{ kind: 'failed', error: { message: 'sub boom' } }],
  'v1/job_error_no_retry': [{ kind: 'failed', error: { message: 'algorithm boom' } }],
  'v1/stop': [{ kind: 'stopped' }],
  'v1/pipeline_completed_while_working': [{ kind: 'stopped' }],
  'v1/sub_left_running_at_stop': [{ kind: 'stopped' }],
  'v1/ttl': [{ kind: 'failed', error: { message: 'Algorithm TTL expired' } }],
  // The late result of the first task is taken for the second one's, as in the recording.
  'v1/stop_ignored_then_late_done': [
    { kind: 'stopped' },
    { kind: 'succeed', result: { slept: 3000, stopped: false, tag: 'A' } },
  ],
  // The algorithm died, or was lost to a mistake: its task was to be tried again.
  'v1/sub_stop_wrong_id': [{ kind: 'crashed' }],
  'v1/sub_stop_wrong_id#2': [{ kind: 'crashed' }],
  'v1/sub_start_bad_message': [{ kind: 'crashed' }],
  'v1/initialized_twice': [{ kind: 'crashed' }],
  'v1/die': [{ kind: 'crashed' }],
};

/** What ours says otherwise, and why. */
const otherwise: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // Our words for what a schema wants; the id is missing all the same.
  'v1/sub_start_bad_message': { subPipelineError: { error: 'data.subPipelineId: should be string' } },
  // Ours keeps storage v1, and does not come to look for the algorithm.
  'v3/exec_missing_alg': {
    algorithmExecutionError: { execId: '11', error: expect.stringContaining('send input instead') },
  },
};

const scenarios = readScenarios();
const died = new Set(['v1/sub_stop_wrong_id', 'v1/sub_stop_wrong_id#2', 'v1/sub_start_bad_message', 'v1/die']);

describe('our worker, in the place of the real one', () => {
  it.each([...scenarios])('%s', async (key, said) => {
    const started = await startWorker({ runSubPipeline: runRecorded });
    const algorithm = await connectFakeAlgorithm(started.worker.url);
    await started.worker.ready();
    await play(key, said, started, algorithm);
    await heard(algorithm);
    if (died.has(key)) {
      algorithm.drop();
      await expect.poll(() => started.worker.state).toBe('bootstrap');
    }
    const theirs = said.filter(({ by }) => by === 'worker').map(({ message }) => message);
    expect(algorithm.received.map(comparable)).toEqual(theirs.map((message) => comparable(expected(key, message))));
    expect(endsOf(started.notices)).toMatchObject(verdicts[key] ?? [{ kind: 'succeed' }]);
  });
});

/** The algorithm says what it said, when the worker has said what it had said by then. */
async function play(key: string, said: readonly Said[], started: Started, algorithm: FakeAlgorithm): Promise<void> {
  for (const { by, text, message } of said) {
    if (by === 'algorithm') algorithm.sayRaw(text);
    else await meet(key, message, started, algorithm);
  }
}

/** What made the real worker say it is done to ours; the rest it says of itself. */
async function meet(key: string, message: Expected, started: Started, algorithm: FakeAlgorithm): Promise<void> {
  const { worker, clock } = started;
  await heard(algorithm);
  if (message.command === 'initialize') {
    await worker.ready();
    void worker.run(taskOf(key, message.data));
  } else if (message.command === 'stop') {
    if (key === 'v1/ttl') clock.increment(1_000);
    else if (key === 'v1/scale_down') worker.scaleDown();
    else worker.stop('the pipeline was stopped');
  }
  await algorithm.next(message.command);
}

function taskOf(key: string, data: unknown): TaskData {
  const policy = key === 'v1/job_error_no_retry' ? { retry: { policy: 'Never' } } : {};
  return TaskData.parse({ ...Object(data), ...policy, ...(key === 'v1/ttl' && { ttl: 1 }) });
}

function expected(key: string, { command, data }: Expected): Expected {
  const own = otherwise[key]?.[command];
  return { command, data: own ?? data };
}

const Task = z.looseObject({ retry: z.unknown(), ttl: z.unknown() });

/** Spans are the tracer's affair; what was added to a task for the test is left out. */
function comparable({ command, data }: Expected): unknown {
  if (command === 'start') return { command };
  if (command !== 'initialize') return { command, data };
  const { success, data: task } = Task.safeParse(data);
  return { command, data: success && { ...task, retry: undefined, ttl: undefined } };
}
