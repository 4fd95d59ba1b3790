// The worker's side of the recorded conversations, played to our runtime.

import { expect, it } from 'vitest';
import { connectAlgorithm } from '#test/support/algorithm';
import { recorded } from '#test/conformance/algorithm';
import { type Expected, readScenarios, type Said } from '#test/conformance/scenarios';

interface Difference {
  /** What ours says after `started`. */
  readonly instead: readonly Expected[];
  readonly why: string;
}

/** A request as it was recorded, whatever its id. */
const asked = (name: string, flowInput: object = {}): Expected => ({
  command: 'startStoredSubPipeline',
  data: { subPipeline: { name, flowInput }, subPipelineId: '*', includeResult: true },
});

/** Where ours differs: what it says instead of the frames that the official wrapper said, and why. */
const differences: Readonly<Record<string, Difference>> = {
  'v1/job_error': {
    instead: [
      {
        command: 'errorMessage',
        error: {
          code: 'Failed',
          message: 'algorithm boom',
          details: expect.stringMatching(/Error: algorithm boom\n +at/),
        },
      },
    ],
    why: 'L6: the stack goes into details, which the official wrapper always leaves out',
  },
  'v1/span': {
    instead: [
      { command: 'startSpan', data: { name: 'my-span', tags: { a: 1 } } },
      { command: 'startSpan', data: { name: 'inner' } },
      { command: 'finishSpan', data: { error: 'inner failed' } },
      { command: 'finishSpan', data: { tags: { b: 2 } } },
      { command: 'progress', data: { progress: 50 } },
      { command: 'done', data: 'spanned' },
    ],
    why: 'L7: the third finish of the recording has no span to finish, and our api does not let it out',
  },
  'v1/sub_error': {
    instead: [
      asked('fail-p'),
      { command: 'done', data: { err: expect.stringMatching(/^Sub-pipeline "fail-p" \(.+\) failed: sub boom$/) } },
    ],
    why: 'L8: an Error that names the sub-pipeline, not a bare string',
  },
  'v1/sub_missing': {
    instead: [
      asked('missing-p'),
      { command: 'done', data: { err: expect.stringContaining('pipeline missing-p Not Found') } },
    ],
    why: 'L8, the same',
  },
  'v1/sub_stopped': {
    instead: [
      asked('stopped-p'),
      { command: 'done', data: { err: expect.stringContaining('was stopped from outside: stopped by user') } },
    ],
    why: 'L8: stopped is not success; the reason is kept',
  },
  'v1/sub_error_unhandled': {
    instead: [
      asked('fail-p'),
      {
        command: 'errorMessage',
        error: {
          code: 'SUB_PIPELINE_FAILED',
          message: expect.stringContaining('sub boom'),
          details: expect.any(String),
        },
      },
    ],
    why: 'L6, L8: a code to test for',
  },
  'v1/sub_stop_wrong_id': {
    instead: [
      asked('hold-p'),
      { command: 'stopSubPipeline', data: { subPipelineId: '*', reason: 'because' } },
      {
        command: 'done',
        data: { settled: { err: expect.stringContaining('was stopped by this algorithm: because') } },
      },
    ],
    why: 'a stop for an id that is not pending does not leave; the reply to one is recorded, where the official wrapper dies',
  },
  'v1/sub_stop_wrong_id#2': {
    instead: [asked('hold-p'), { command: 'done', data: { settled: 'pending' } }],
    why: 'the same, with nothing else stopped',
  },
  'v1/sub_stop_by_alg': {
    instead: [
      asked('hold-p'),
      { command: 'stopSubPipeline', data: { subPipelineId: '*', reason: 'because' } },
      {
        command: 'done',
        data: { settled: { err: expect.stringContaining('was stopped by this algorithm: because') } },
      },
    ],
    why: 'L8: its own stop settles it, for no reply will come',
  },
  'v1/stop': { instead: [{ command: 'stopped' }], why: 'L3: no result after the stop' },
  'v1/pipeline_completed_while_working': { instead: [{ command: 'stopped' }], why: 'L3' },
  'v1/ttl': { instead: [{ command: 'stopped' }], why: 'L3' },
  'v1/scale_down': { instead: [{ command: 'stopped' }], why: 'L3' },
  'v1/stop_ignored_then_late_done': {
    instead: [
      { command: 'stopped' },
      { command: 'initialized' },
      { command: 'started' },
      { command: 'done', data: { slept: 5000, stopped: false, tag: 'B' } },
    ],
    why: 'L3: the late result of A does not complete B, as it does in the recording',
  },
  'v1/sub_left_running_at_stop': {
    instead: [
      asked('hold-r'),
      { command: 'stopSubPipeline', data: { subPipelineId: '*', reason: 'the task was stopped' } },
      { command: 'stopped' },
    ],
    why: 'L4: a stop stops the sub-pipelines of the task',
  },
  'v1/job_error_no_retry': {
    instead: [
      { command: 'errorMessage', error: { code: 'Failed', message: 'algorithm boom', details: expect.any(String) } },
    ],
    why: 'L6',
  },
  'v1/unknown_command': {
    instead: [{ command: 'done', data: 'bad sent' }],
    why: 'our api has no way to send what no worker knows',
  },
  'v1/sub_start_bad_message': {
    instead: [{ command: 'done', data: 'bad sent' }],
    why: 'our api has no way to send it; the worker’s answer without an id finds nothing pending and is recorded',
  },
  'v3/exec_missing_alg': {
    instead: [
      {
        command: 'startAlgorithmExecution',
        data: { execId: '*', algorithmName: 'nope-alg', input: [1], includeResult: true },
      },
      {
        command: 'done',
        data: { err: `Execution of "nope-alg" (1) failed: Algorithm named 'nope-alg' does not exist` },
      },
    ],
    why: 'storage v1: the input is in the message, and so is the result; L8: an Error that names the execution',
  },
  'v1/initialized_twice': {
    instead: [],
    why: 'our api has no way to say it twice; the exit that follows in the recording finds us in mid-task (L14)',
  },
};

/** What cannot be played: the api for it is not built, or the process is meant to die. */
const left: ReadonlyMap<string, string> = new Map([
  [
    'v1/exec_missing_alg',
    'the official wrapper fails before it asks, so there is no answer to ours; that of v3 is played',
  ],
  ['v1/datasource_missing', 'api.getDataSource is not built'],
  ['v1/die', 'the algorithm ends its process'],
]);

const scenarios = readScenarios();

it('every recorded scenario is played, or left out with a reason', () => {
  const names = new Set([...scenarios.keys()].map((key) => key.replace(/#\d+$/, '')));
  expect(names.size).toBe(31);
  for (const name of [...left.keys(), ...Object.keys(differences)]) expect([...scenarios.keys()]).toContain(name);
});

it.each([...scenarios].filter(([key]) => !left.has(key)))('%s', async (key, said) => {
  const { connection, worker } = await connectAlgorithm(recorded, { stopGraceMs: 15 });
  const expected = expectedOf(key, said);
  const due = expected.map(({ command }) => command);
  const ids = new Map<string, string>();

  for (const { by, text, message } of said) {
    if (by === 'worker') {
      connection.sendRaw(withOurIds(text, ids));
    } else if (due.includes(message.command)) {
      due.splice(due.indexOf(message.command), 1);
      learnId(ids, message, await connection.next(message.command));
    }
  }
  for (const command of due) await connection.next(command);

  expect(connection.received.map(withoutId)).toEqual(expected.map(withoutId));
  expect(worker.faults).toEqual([]);
});

function expectedOf(key: string, said: readonly Said[]): readonly Expected[] {
  const difference = differences[key];
  const official = said.filter(({ by }) => by === 'algorithm').map(({ message }) => message);
  return difference ? [{ command: 'initialized' }, { command: 'started' }, ...difference.instead] : official;
}

const ID = /"(subPipelineId|execId)":"([^"]+)"/;

function idOf({ data }: Expected): string | undefined {
  return ID.exec(JSON.stringify(data ?? null))?.[2];
}

function learnId(ids: Map<string, string>, theirs: Expected, ours: Expected): void {
  const [recordedId, ourId] = [idOf(theirs), idOf(ours)];
  if (recordedId !== undefined && ourId !== undefined) ids.set(recordedId, ourId);
}

/** The worker's frame as recorded, with our ids of what was asked for in it. */
function withOurIds(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replace(ID, (whole, key: string, id: string) => {
    const ours = ids.get(id);
    return ours === undefined ? whole : `"${key}":"${ours}"`;
  });
}

/** Requests are compared by what they ask for; their ids differ by nature. */
function withoutId(message: Expected): Expected {
  if (idOf(message) === undefined) return message;
  return { ...message, data: JSON.parse(JSON.stringify(message.data).replace(ID, '"$1":"*"')) };
}
