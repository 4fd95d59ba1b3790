// Planning alone: how long the pure code takes over large pipelines, and what it keeps in memory. `npm run bench:planning`.

import { checkPipeline } from '#descriptors/pipeline';
import { createGraph } from '#pipeline/graph';
import { createPlan, type PlannedTask } from '#pipeline/plan';

interface Case {
  readonly name: string;
  readonly nodes: readonly { readonly nodeName: string; readonly input: unknown[] }[];
  readonly flowInput: Readonly<Record<string, unknown>>;
}

const ROUNDS = 5;

const list = (length: number): number[] => Array.from({ length }, (_, index) => index);

const batch = (items: number): Case => ({
  name: `a batch of ${items.toLocaleString('en')} items, one that follows it item by item, and a sum`,
  nodes: [
    { nodeName: 'batch', input: ['#@flowInput.list', { same: '@flowInput.same', more: list(10) }] },
    { nodeName: 'follows', input: ['*@batch'] },
    { nodeName: 'sum', input: ['@follows'] },
  ],
  flowInput: { list: list(items), same: { text: 'same' } },
});

const chain = (nodes: number): Case => ({
  name: `a chain of ${nodes.toLocaleString('en')} nodes`,
  nodes: list(nodes).map((index) => ({
    nodeName: `n${index}`,
    input: index === 0 ? ['x'] : [`@n${index - 1}`, `@n${Math.floor(index / 2)}`],
  })),
  flowInput: {},
});

const star = (nodes: number): Case => ({
  name: `${nodes.toLocaleString('en')} nodes between one and another`,
  nodes: [
    { nodeName: 'one', input: [] },
    ...list(nodes).map((index) => ({ nodeName: `n${index}`, input: ['@one.x'] })),
    { nodeName: 'all', input: list(nodes).map((index) => `@n${index}`) },
  ],
  flowInput: {},
});

/** Milliseconds for the whole run of a pipeline, and what is held at its end in bytes a task. */
function measure({ nodes, flowInput }: Case) {
  const document = { name: 'p', nodes: nodes.map((node) => ({ ...node, algorithmName: 'x' })), flowInput };
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  const pipeline = checkPipeline(document, 'p');
  const plan = createPlan(pipeline, createGraph(pipeline));
  let step = plan.begin();
  const open: PlannedTask[] = [...step.ready];
  for (let next = 0; next < open.length; next++) {
    const task = open[next];
    if (!task) break;
    const end = { kind: 'succeed', result: next } as const;
    step = plan.settle({ nodeName: task.node.nodeName, batchIndex: task.batchIndex, end });
    for (const ready of step.ready) open.push(ready);
  }
  const tookMs = performance.now() - began;
  globalThis.gc?.();
  const held = (process.memoryUsage().heapUsed - before) / open.length;
  if (step.verdict.kind !== 'completed') process.exitCode = 1;
  return { tookMs, held, tasks: open.length };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

for (const one of [chain(1_000), chain(10_000), star(10_000), batch(10_000), batch(100_000)]) {
  const runs = list(ROUNDS).map(() => measure(one));
  const [took, held] = [median(runs.map(({ tookMs }) => tookMs)), median(runs.map((run) => run.held))];
  const tasks = runs[0]?.tasks ?? 0;
  process.stdout.write(`${one.name}: ${tasks} tasks in ${took.toFixed(0)} ms, ${held.toFixed(0)} bytes a task\n`);
}
