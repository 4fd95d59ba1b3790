// Part of a pipeline, run again with the results that others have left.

import { describe, expect, it } from 'vitest';
import { createGraph } from '#pipeline/graph';
import { partFrom } from '#pipeline/part';
import { createPlan, type PlanStep } from '#pipeline/plan';
import { type Answer, echo, fail, nameOf, pipelineOf, succeed } from '#test/support/plan';

const pipeline = pipelineOf(
  [
    { nodeName: 'top', input: ['#@flowInput.list'] },
    { nodeName: 'none', input: ['#@flowInput.nothing'] },
    { nodeName: 'left', input: ['@top', '@none'] },
    { nodeName: 'right', input: ['#@top'] },
    { nodeName: 'end', input: ['@left', '@right', '@flowInput.list'] },
    { nodeName: 'aside', input: ['@top'] },
  ],
  { flowInput: { list: [1, 2, 3], nothing: [] }, options: { batchTolerance: 100 } },
);
const whole = createGraph(pipeline);

function play(plan: ReturnType<typeof createPlan>, answer: Answer) {
  const order: string[] = [];
  let step: PlanStep = plan.begin();
  const open = [...step.ready];
  for (let task = open.shift(); task; task = open.shift()) {
    order.push(nameOf(task));
    step = plan.settle({ nodeName: task.node.nodeName, batchIndex: task.batchIndex, end: answer(task) });
    open.push(...step.ready);
  }
  return { order, step };
}

const first = createPlan(pipeline, whole);
const { step } = play(first, (task) => (nameOf(task) === 'top#2' ? fail('odd') : echo(task)));
const results = step.verdict.kind === 'completed' ? step.verdict.results : [];

function again(nodeName: string) {
  const { graph, given } = partFrom(whole, nodeName);
  const left = first.inner();
  const ends = new Map([...given].map((name) => [name, left.get(name) ?? []]));
  return { graph, given, ...play(createPlan(pipeline, graph, ends), echo) };
}

describe('a part of a pipeline', () => {
  it.each([
    ['end', ['left', 'right'], ['end']],
    ['left', ['top', 'none', 'right'], ['left', 'end']],
    ['right', ['top', 'left'], ['right#1', 'right#2', 'end']],
    ['aside', ['top'], ['aside']],
  ])('from %s reads %j, runs %j, and brings what the whole has brought (G5)', (nodeName, reads, runs) => {
    const { given, order, step: last } = again(nodeName);
    expect([...given].toSorted()).toEqual(reads.toSorted());
    expect(order).toEqual(runs);
    const expected = results.filter((one) => one.nodeName === (nodeName === 'aside' ? 'aside' : 'end'));
    expect(last.verdict).toEqual({ kind: 'completed', results: expected });
    expect(last.counts).toMatchObject({ total: runs.length, succeed: runs.length, failed: 0 });
  });

  it('from a node without parents is the node and its descendants', () => {
    const { order, given } = again('top');
    expect([...given]).toEqual(['none']);
    expect(order).toEqual(['top#1', 'top#2', 'top#3', 'left', 'right#1', 'right#2', 'right#3', 'aside', 'end']);
  });

  it('knows what nodes have come to only when they are over', () => {
    const plan = createPlan(pipeline, whole);
    plan.begin();
    expect([...plan.inner().keys()]).toEqual(['none']);
    for (const batchIndex of [1, 2, 3]) plan.settle({ nodeName: 'top', batchIndex, end: succeed(batchIndex) });
    expect(plan.inner().get('top')).toEqual([succeed(1), succeed(2), succeed(3)]);
  });
});
