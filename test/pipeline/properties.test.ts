// Any pipeline that can be run, run in any order: it ends, nothing starts before what it waits for, and the order in which tasks
// end changes nothing of what they get and what the run brings.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedTask } from '#pipeline/plan';
import { type Answer, fail, nameOf, type NodeInput, pipelineOf, play, succeed } from '#test/support/plan';

/** How a node refers to one of the nodes before it, or to a batch of its own. */
const link = fc.record({ to: fc.nat(), how: fc.constantFrom('@', '@x', '#@', '#@x', '*@', 'edge') });
const draft = fc.record({
  links: fc.array(link, { maxLength: 4 }),
  batch: fc.option(fc.constantFrom('#[1...3]', '#[]', '#[2...1]', '#@flowInput.list', '#@flowInput.none')),
  cartesian: fc.boolean(),
});

interface Drawn {
  readonly nodes: readonly NodeInput[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/** A node has no more tasks than this: products of products would be millions, and a test of hours. */
const MOST_TASKS = 100;
/** The elements of the longest list that one task brings or the flow input has, and of the longest raw batch. */
const LONGEST_LIST = 3;

/** Keeps the rules that a graph has to keep: `*@` only on batches, and never beside one. */
const pipelines = fc.array(draft, { minLength: 1, maxLength: 14 }).chain((drafts) => {
  const isBatch: boolean[] = [];
  const mostTasks: number[] = [];
  const edges: Drawn['edges'][number][] = [];
  const nodes = drafts.map(({ links, batch, cartesian }, index): NodeInput => {
    const nodeName = `n${index}`;
    const usable = links.filter(() => index > 0).map(({ to, how }) => ({ to: to % index, how }));
    const follows = usable.some(({ to, how }) => how === '*@' && isBatch[to]);
    const input = usable.flatMap(({ to, how }) => {
      if (how === 'edge') edges.push({ source: `n${to}`, target: nodeName });
      if (how === 'edge' || (how === '*@' && !isBatch[to]) || (how.startsWith('#') && follows)) return [];
      return [how.endsWith('x') ? `${how.slice(0, -1)}n${to}.x` : `${how}n${to}`];
    });
    if (batch !== null && !follows) input.push(batch);
    isBatch.push(input.some((text) => text.startsWith('#') || text.startsWith('*')));
    const lengths = usable
      .filter(({ how }) => /[#*]/.test(how))
      .map(({ to }) => Math.max(mostTasks[to] ?? 1, LONGEST_LIST));
    const product = lengths.reduce((all, length) => all * length, LONGEST_LIST);
    const multiplies = cartesian && product <= MOST_TASKS;
    mostTasks.push(multiplies ? product : Math.max(LONGEST_LIST, ...lengths));
    return { nodeName, input, ...(multiplies && { batchOperation: 'cartesian' }) };
  });
  return fc.shuffledSubarray(nodes, { minLength: nodes.length }).map((shuffled): Drawn => ({ nodes: shuffled, edges }));
});

const flowInput = { list: ['a', 'b'], none: [] };
/** Results of every shape, and a failure in the middle of batches. */
const answer: Answer = ({ node, batchIndex, input }) => {
  if (batchIndex === 2 && node.nodeName.endsWith('2')) return fail('boom');
  const shape = Number(node.nodeName.slice(1)) % 4;
  if (shape === 0) return succeed([batchIndex, 'e']);
  if (shape === 1) return succeed({ x: [batchIndex, { y: 1 }] });
  return succeed(shape === 2 ? [] : `${node.nodeName} ${JSON.stringify(input).length}`);
};

const drawn = ({ nodes, edges }: Drawn) =>
  pipelineOf(nodes, { flowInput, edges, options: { batchTolerance: 100, ttl: 0 } });

describe('any pipeline', () => {
  it('ends, whatever the order, and runs each task once', () => {
    fc.assert(
      fc.property(pipelines, fc.infiniteStream(fc.nat()), (one, choices) => {
        const { verdict, order, counts } = play(drawn(one), { answer, choose: choiceOf(choices) });
        expect(verdict.kind).toBe('completed');
        expect(new Set(order).size).toBe(order.length);
        expect(counts).toMatchObject({ active: 0, succeed: order.length - counts.failed });
        expect(counts.total).toBe(order.length + counts.skipped);
      }),
      { numRuns: 300 },
    );
  });

  it('starts no task before what it waits for: all of a node, or with *@ the item of the same index', () => {
    fc.assert(
      fc.property(pipelines, fc.infiniteStream(fc.nat()), (one, choices) => {
        const starts: { readonly task: PlannedTask; readonly at: number }[] = [];
        const ends = new Map<string, number>();
        let clock = 0;
        const onReady = (task: PlannedTask): void => void starts.push({ task, at: (clock += 1) });
        const onEnd = (task: PlannedTask): void => void ends.set(nameOf(task), (clock += 1));
        play(drawn(one), { answer, choose: choiceOf(choices), onReady, onEnd });
        const endsOf = (nodeName: string, index: number | null = null): number[] =>
          starts.flatMap(({ task }) => {
            if (task.node.nodeName !== nodeName || (index !== null && task.batchIndex !== index)) return [];
            return [ends.get(nameOf(task)) ?? Infinity];
          });
        for (const { task, at } of starts)
          for (const parent of task.parents) {
            const all = isAwaited(one, task.node.nodeName, parent);
            for (const end of endsOf(parent, all ? null : task.batchIndex)) expect(end).toBeLessThan(at);
          }
      }),
      { numRuns: 300 },
    );
  });

  it('gives every task the same input and brings the same results, in index order, for any order of ends', () => {
    fc.assert(
      fc.property(pipelines, fc.infiniteStream(fc.nat()), (one, choices) => {
        const first = play(drawn(one), { answer });
        const second = play(drawn(one), { answer, choose: choiceOf(choices) });
        const third = play(drawn(one), { answer, choose: (count) => count - 1 });
        for (const other of [second, third]) {
          expect(other.tasks).toEqual(first.tasks);
          expect(other.results).toEqual(first.results);
        }
        for (const [name, indexes] of indexesOf(first.results))
          expect(indexes, name).toEqual([...indexes].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
});

const choiceOf =
  (choices: Iterator<number>) =>
  (count: number): number =>
    count === 0 ? 0 : Number(choices.next().value) % count;

function isAwaited({ nodes, edges }: Drawn, name: string, parent: string): boolean {
  const input = nodes.find(({ nodeName }) => nodeName === name)?.input ?? [];
  const byReference = input.some((text) => new RegExp(`^#?@${parent}(\\.|$)`).test(String(text)));
  return byReference || edges.some(({ source, target }) => source === parent && target === name);
}

function indexesOf(results: readonly { readonly nodeName: string; readonly batchIndex?: number | undefined }[]) {
  const indexes = new Map<string, number[]>();
  for (const { nodeName, batchIndex = 0 } of results)
    indexes.set(nodeName, [...(indexes.get(nodeName) ?? []), batchIndex]);
  return indexes;
}

it('names tasks as these tests do', () => {
  const tasks: string[] = [];
  play(pipelineOf([{ nodeName: 'n', input: ['#[1,2]'] }]), { onReady: (task) => tasks.push(nameOf(task)) });
  expect(tasks).toEqual(['n#1', 'n#2']);
});
