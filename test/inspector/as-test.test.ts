// Tests made of recordings: what is in their text. That they run is seen in test/cli/recordings.test.ts.

import { describe, expect, it } from 'vitest';
import { testOf } from '#inspector/as-test';
import { conversationOf } from '#inspector/conversation';
import type { Happening } from '#inspector/frames';
import { algorithm, begun, framesOf, worker } from '#test/support/recordings';
import { problemsOf } from '#test/support/problems';

const made = (...happenings: readonly Happening[]) =>
  testOf({
    conversation: conversationOf(framesOf(happenings)),
    ...{ entry: 'count.ts', title: 'a\nb', from: 'run.jsonl' },
  });

const request = (id: string, name = 'merge') =>
  algorithm('startStoredSubPipeline', { subPipelineId: id, subPipeline: { name }, includeResult: true });

describe('a test of a recording', () => {
  it('has a test for each task, and says which are left out', () => {
    const { text, skipped } = made(
      ...begun([1], { batchIndex: 2, info: { extraData: { depth: 3 } } }),
      algorithm('done', { "it's": ['__proto__'] }),
      ...begun([2]),
      algorithm('errorMessage', { code: 'Failed', message: 'too much', details: 'a stack' }),
      ...begun(['⟨cut⟩']).map((one) => (one.kind === 'message' ? { ...one, isWhole: false } : one)),
      algorithm('done'),
      ...begun([3]),
    );
    expect(skipped).toEqual([
      expect.stringMatching(/^task 3: its message initialize \(frame \d+\) was cut or masked/),
      'task 4: it has no end in the recording',
    ]);
    expect(text).toContain('// Made from a recording of a b: run.jsonl.');
    expect(text).toContain('batchIndex: 2,');
    expect(text).toContain('info: { extraData: { depth: 3 } }');
    expect(text).toContain(`expect(task.result).toEqual({ "it's": ['__proto__'] });`);
    expect(text).toContain(
      "expect(task.outcome).toMatchObject({ kind: 'failed', error: { code: 'Failed', message: 'too much' } });",
    );
  });

  it('answers as was answered: in order, with errors, stops, and never', () => {
    const { text } = made(
      ...begun([]),
      ...[request('1'), request('2'), request('3'), request('4', 'other')],
      worker('subPipelineStopped', { subPipelineId: '2', reason: 'enough' }),
      worker('subPipelineError', { subPipelineId: '3', error: 'no `such`' }),
      worker('subPipelineDone', { subPipelineId: '1', response: { a: 1 } }),
      algorithm('done'),
    );
    const order = ['() => ({ a: 1 }),', "(_, ends) => ends.stopped('enough'),", "throw new Error('no `such`');"];
    const places = order.map((words) => text.indexOf(words));
    expect(places.every((place, index) => place > (places[index - 1] ?? 0))).toBe(true);
    expect(text).toContain('other: (_, ends) => ends.never(),');
    expect(text).toContain('expect(task.result).toBeUndefined();');
  });

  it('stops where it was stopped', () => {
    const { text } = made(
      ...begun([]),
      algorithm('progress', 1),
      worker('stop', { forceStop: false }),
      algorithm('stopped'),
    );
    expect(text).toContain("await running.until('progress');\n  const task = await running.scaleDown();");
  });

  it('cannot be made of nothing', () => {
    expect(problemsOf(() => made(...begun([])), 'INVALID_RECORDING')).toContain('task 1: it has no end');
    expect(problemsOf(() => made(worker('exit')), 'INVALID_RECORDING')).toContain('no task begins in it');
  });
});
