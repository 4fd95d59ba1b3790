// A test from a conversation, as the text of a file for vitest: each task is run again with its input and with what it was
// answered, and has to end as it did.
//
//   C1. What a test cannot be made of is left out, and said: a task that had not ended, one whose messages were cut or masked,
//       one that was begun on one connection and ended on another.

import { keyOf, literal } from '#inspector/literal';
import type { Conversation, Said } from '#inspector/conversation';
import { RuntimeError } from '#errors';
import type { Json } from '#model/json';

export interface AsTest {
  readonly conversation: Conversation;
  /** The algorithm, by its path from the folder of the test. */
  readonly entry: string;
  readonly title: string;
  /** The recording that it is made from. */
  readonly from: string;
}

export interface MadeTest {
  readonly text: string;
  /** What is left out, in sentences. */
  readonly skipped: readonly string[];
}

/** Throws `INVALID_RECORDING`: there is no task that a test can be made of. */
export function testOf({ conversation, entry, title, from }: AsTest): MadeTest {
  const tasks = tasksIn(conversation.said);
  const reasons = tasks.map(whyNot);
  const sound = tasks.filter((_, place) => reasons[place] === undefined);
  const skipped = reasons.flatMap((reason, place) => (reason === undefined ? [] : [`task ${place + 1}: ${reason}`]));
  if (sound.length === 0) {
    const words = skipped.length === 0 ? 'no task begins in it' : skipped.join('; ');
    throw new RuntimeError('INVALID_RECORDING', `No test can be made of this conversation: ${words}.`);
  }
  const tests = sound.map((task, place) => textOf(task, sound.length === 1 ? '' : ` ${place + 1}`));
  const isInTurn = tests.some((test) => test.includes(' inTurn('));
  const text = [headOf({ entry, title, from }, isInTurn), ...tests].join('\n');
  return { text, skipped };
}

/** From `initialize` to the outcome. */
interface Task {
  readonly begin: Said;
  readonly said: readonly Said[];
  readonly outcome: Said | undefined;
}

const OUTCOMES: ReadonlySet<string | null> = new Set(['done', 'errorMessage', 'stopped']);

function tasksIn(said: readonly Said[]): Task[] {
  const begins = said.flatMap(({ from, command }, place) =>
    from === 'worker' && command === 'initialize' ? [place] : [],
  );
  return begins.flatMap((place, index): Task[] => {
    const begin = said[place];
    const rest = said.slice(place + 1, begins[index + 1]);
    const end = rest.findIndex(({ from, command }) => from === 'algorithm' && OUTCOMES.has(command));
    return begin ? [{ begin, said: end < 0 ? rest : rest.slice(0, end), outcome: rest[end] }] : [];
  });
}

function whyNot({ begin, said, outcome }: Task): string | undefined {
  const all = [begin, ...said, ...(outcome ? [outcome] : [])];
  if (!outcome) return 'it has no end in the recording';
  if (all.some(({ connection }) => connection !== begin.connection)) return 'its connection was lost meanwhile';
  const cut = all.find(({ from, isWhole }) => from === 'worker' && !isWhole);
  if (cut) return `its message ${cut.command ?? '?'} (frame ${cut.n}) was cut or masked when it was recorded`;
  if (fieldsOf(begin.data).input === undefined) return 'it has no input';
  return undefined;
}

type Fields = Readonly<Record<string, Json>>;

const fieldsOf = (data: Json | undefined): Fields =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.fromEntries(Object.entries(data)) : {};

const textOfField = (data: Json | undefined, name: string): string | undefined => {
  const value = fieldsOf(data)[name];
  return typeof value === 'string' ? value : undefined;
};

const IN_TURN = `
/** The first answer for who asks first, and so on. */
const inTurn =
  (...answers: ((asked: unknown, ends: FakeEnds) => unknown)[]) =>
  (asked: unknown, ends: FakeEnds) =>
    answers.shift()?.(asked, ends);
`;

function headOf({ entry, title, from }: Omit<AsTest, 'conversation'>, isInTurn: boolean): string {
  return `// Made from a recording of ${oneLine(title)}: ${oneLine(from)}. It is yours: change it as you like.

import { join } from 'node:path';
import { ${isInTurn ? 'type FakeEnds, ' : ''}testAlgorithm } from 'algorithm-actor/testing';
import { afterAll, expect, it } from 'vitest';

const test = testAlgorithm({ entry: join(import.meta.dirname, ${literal(entry)}) }, { timeoutMs: 30_000 });
afterAll(() => test.close());
${isInTurn ? IN_TURN : ''}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 100);

function textOf(task: Task, number: string): string {
  const { begin, said, outcome } = task;
  const fakes = fakesOf(said);
  const options = fakes.length === 0 ? '' : `, {\n${fakes.join('\n')}\n  }`;
  const run = `${literal(inputOf(begin), 1)}${options}`;
  const stop = said.find(({ from, command }) => from === 'worker' && command === 'stop');
  const name = outcomeName(outcome);
  return `it(${literal(`task${number}: ${name}`)}, async () => {
${stop ? stopped(run, said.slice(0, said.indexOf(stop)), stop) : `  const task = await test.run(${run});`}
${expectations(task).join('\n')}
});
`;
}

function outcomeName(outcome: Said | undefined): string {
  switch (outcome?.command ?? '') {
    case 'done':
      return 'has the result that it had';
    case 'errorMessage':
      return 'fails as it did';
    default:
      return 'is stopped as it was';
  }
}

/** Fields that say who ran what when are another's in each run. */
const own: ReadonlySet<string> = new Set(['nodeName', 'algorithmName', 'pipelineName', 'batchIndex', 'attempts']);

function inputOf({ data }: Said): Json {
  const { input = [], info, ...fields } = fieldsOf(data);
  const kept = Object.entries(fields).filter(([key, value]) => own.has(key) && value !== 0 && value !== null);
  const { extraData } = fieldsOf(info);
  const hasMore = Object.keys(fieldsOf(extraData)).length > 0;
  return { input, ...Object.fromEntries(kept), ...(hasMore && extraData !== undefined && { info: { extraData } }) };
}

function stopped(run: string, before: readonly Said[], stop: Said): string {
  const last = before.findLast(({ from, command }) => from === 'algorithm' && command !== 'alive');
  const how = fieldsOf(stop.data).forceStop === false ? 'scaleDown()' : 'stop()';
  return `  const running = test.start(${run});
  await running.until(${literal(last?.command ?? 'started')});
  const task = await running.${how};`;
}

/** What was asked for, and the answers to it, by name. */
function fakesOf(said: readonly Said[]): string[] {
  const pipelines = group(
    said.filter(({ command }) => command?.endsWith('SubPipeline') && command !== 'stopSubPipeline'),
    said,
  );
  const executions = group(
    said.filter(({ command }) => command === 'startAlgorithmExecution'),
    said,
  );
  return [...block('subPipelines', pipelines), ...block('executions', executions)];
}

function group(requests: readonly Said[], said: readonly Said[]): ReadonlyMap<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const request of requests) {
    const name =
      textOfField(request.data, 'algorithmName') ?? textOfField(fieldsOf(request.data).subPipeline, 'name') ?? '*';
    byName.set(name, [...(byName.get(name) ?? []), answerTo(request, said)]);
  }
  return byName;
}

function block(option: string, fakes: ReadonlyMap<string, readonly string[]>): string[] {
  if (fakes.size === 0) return [];
  const lines = [...fakes].map(([name, answers]) => `      ${keyOf(name)}: ${fakeOf(answers)},`);
  return [`    ${option}: {`, ...lines, '    },'];
}

/** One answer to all, or one after the other. */
function fakeOf(answers: readonly string[]): string {
  if (answers.length === 1) return answers[0] ?? '';
  const list = answers.map((answer) => `        ${answer},`).join('\n');
  return `inTurn(\n${list}\n      )`;
}

function answerTo(request: Said, said: readonly Said[]): string {
  const field = request.command === 'startAlgorithmExecution' ? 'execId' : 'subPipelineId';
  const id = textOfField(request.data, field);
  const reply = said.find(
    ({ from, command, data }) =>
      from === 'worker' && command !== 'subPipelineStarted' && textOfField(data, field) === id && id !== undefined,
  );
  const fields = fieldsOf(reply?.data);
  switch (reply?.command) {
    case 'subPipelineDone':
    case 'algorithmExecutionDone':
      return `() => ${returned(fields.response ?? null)}`;
    case 'subPipelineStopped':
      return `(_, ends) => ends.stopped(${literal(fields.reason ?? '')})`;
    case undefined:
    case null:
      return '(_, ends) => ends.never()';
    default:
      return `() => {\n          throw new Error(${literal(wordsOf(fields.error ?? fields.response))});\n        }`;
  }
}

/** An arrow that returns an object has it in brackets. */
function returned(response: Json): string {
  const text = literal(response, 3);
  return text.startsWith('{') ? `(${text})` : text;
}

const wordsOf = (error: Json | undefined): string =>
  typeof error === 'string' ? error : (textOfField(error, 'message') ?? 'unknown error');

function expectations({ said, outcome }: Task): string[] {
  const lines = [outcomeLine(outcome)];
  const last = said.findLast(({ from, command }) => from === 'algorithm' && command === 'progress');
  if (last?.isWhole && outcome?.command !== 'stopped')
    lines.push(`  expect(task.progress.at(-1)).toEqual(${literal(last.data ?? null, 1)});`);
  const asked = said.flatMap(requestOf);
  if (asked.length > 0) lines.push(`  expect(task.requests).toMatchObject(${literal(asked, 1)});`);
  return lines;
}

function outcomeLine(outcome: Said | undefined): string {
  const { code, message } = fieldsOf(outcome?.data);
  switch (outcome?.command ?? '') {
    case 'done':
      if (!outcome?.isWhole) return "  expect(task.outcome.kind).toBe('succeed');";
      return outcome.data === undefined
        ? '  expect(task.result).toBeUndefined();'
        : `  expect(task.result).toEqual(${literal(outcome.data, 1)});`;
    case 'errorMessage': {
      const error = {
        ...(code !== undefined && { code }),
        ...(outcome?.isWhole && message !== undefined && { message }),
      };
      return `  expect(task.outcome).toMatchObject(${literal({ kind: 'failed', error }, 1)});`;
    }
    default:
      return "  expect(task.outcome.kind).toBe('stopped');";
  }
}

function requestOf({ command, data, isWhole }: Said): Json[] {
  if (!isWhole) return [];
  const { subPipeline, algorithmName, input } = fieldsOf(data);
  const { name = '', flowInput } = fieldsOf(subPipeline);
  switch (command ?? '') {
    case 'startRawSubPipeline':
      return [{ kind: 'raw', name, ...(flowInput !== undefined && { flowInput }) }];
    case 'startStoredSubPipeline':
      return [{ kind: 'stored', name, ...(flowInput !== undefined && { flowInput }) }];
    case 'startAlgorithmExecution':
      return [{ kind: 'algorithm', name: algorithmName ?? '', ...(input !== undefined && { input }) }];
    default:
      return [];
  }
}
