// Runs a plan as an engine would, without one: tasks end in an order of the test's choosing, with the answers it gives.

import { checkPipeline, type RawPipeline } from '#descriptors/pipeline';
import { createGraph } from '#pipeline/graph';
import { createPlan, type PlannedTask, type SettledTask } from '#pipeline/plan';

export type NodeInput = { readonly nodeName: string; readonly input?: unknown[]; readonly [key: string]: unknown };
export type Answer = (task: PlannedTask) => SettledTask['end'];
/** Which of the open tasks ends next: an index below `count`. */
export type Choice = (count: number) => number;

export function pipelineOf(nodes: readonly NodeInput[], rest: Readonly<Record<string, unknown>> = {}): RawPipeline {
  return checkPipeline({ name: 'p', nodes: nodes.map((node) => ({ algorithmName: 'x', ...node })), ...rest }, 'p');
}

export const succeed = (result: unknown): SettledTask['end'] => ({ kind: 'succeed', result });
export const fail = (error: string): SettledTask['end'] => ({ kind: 'failed', error });
/** The only argument, or all of them. */
export const echo: Answer = ({ input }) => succeed(input.length === 1 ? input[0] : input);
/** `node`, or `node#3` for the third item of a batch. */
export const nameOf = ({ node, batchIndex }: PlannedTask): string =>
  batchIndex === null ? node.nodeName : `${node.nodeName}#${batchIndex}`;

interface Play {
  readonly answer?: Answer;
  readonly choose?: Choice;
  readonly onReady?: (task: PlannedTask) => void;
  readonly onEnd?: (task: PlannedTask) => void;
}

/** Runs a pipeline to its end; without `choose` tasks end in the order in which they became ready. */
export function play(pipeline: RawPipeline, { answer = echo, choose = () => 0, onReady, onEnd }: Play = {}) {
  const plan = createPlan(pipeline, createGraph(pipeline));
  let step = plan.begin();
  const order: string[] = [];
  const inputs: (readonly unknown[])[] = [];
  const open: PlannedTask[] = [];
  const take = (): void => {
    for (const task of step.ready) {
      order.push(nameOf(task));
      inputs.push(task.input);
      onReady?.(task);
      open.push(task);
    }
  };
  take();
  while (step.verdict.kind === 'going') {
    const [task] = open.splice(choose(open.length), 1);
    if (!task) break;
    onEnd?.(task);
    step = plan.settle({ nodeName: task.node.nodeName, batchIndex: task.batchIndex, end: answer(task) });
    take();
  }
  const results = step.verdict.kind === 'completed' ? step.verdict.results : [];
  const tasks = Object.fromEntries(order.map((name, index) => [name, inputs[index]]));
  return { order, inputs, tasks, verdict: step.verdict, results, counts: step.counts };
}

export function run(nodes: readonly NodeInput[], rest: Readonly<Record<string, unknown>> = {}, answer: Answer = echo) {
  return play(pipelineOf(nodes, rest), { answer });
}
