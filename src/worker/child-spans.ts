// The spans of what tasks ask for, sub-pipelines and executions: from the start of one to its end. What is started learns where it
// stands by the carrier of its order.

import { describeFailure } from '#model/failure';
import { addressOf, carrierOf } from '#model/trace-carrier';
import type { LiveSpan } from '#tracing/tracing';
import type { ChildEnd, ChildRun } from '#worker/children';
import type { RunExecution } from '#worker/executions';
import type { RunSubPipeline } from '#worker/sub-pipelines';
import { type Placed, tagsOf, type TracerOf, WORKER } from '#worker/task-spans';

export function traceSubPipelines(run: RunSubPipeline, tracing: TracerOf): RunSubPipeline {
  return (order, parent) => {
    const { name } = order.pipeline;
    const span = tracing.tracer(WORKER).open({
      name: `subpipeline ${typeof name === 'string' ? name : ''} start invoked`,
      parent: addressOf(order.spanId),
      tags: { subPipelineId: order.id, ...tagsOf(parent) },
    });
    return traced(span, order, (placed) => run(placed, parent));
  };
}

export function traceExecutions(run: RunExecution, tracing: TracerOf): RunExecution {
  return (order, parent) => {
    const { nodeName, algorithmName } = parent;
    const span = tracing.tracer(WORKER).open({
      name: `${nodeName ?? ''}:${algorithmName ?? ''} executing ${order.algorithmName}`,
      parent: addressOf(order.spanId),
      tags: tagsOf(parent),
    });
    return traced(span, order, (placed) => run(placed, parent));
  };
}

function traced<Order extends Placed>(span: LiveSpan, order: Order, start: (placed: Order) => ChildRun): ChildRun {
  try {
    const run = start({ ...order, spanId: carrierOf(span.address) });
    if (run.jobId !== undefined) span.tag({ subPipelineJobId: run.jobId });
    void run.ended.then((end) => close(span, end));
    return run;
  } catch (error) {
    close(span, { kind: 'failed', error: describeFailure(error).message });
    throw error;
  }
}

function close(span: LiveSpan, end: ChildEnd): void {
  switch (end.kind) {
    case 'done':
      span.tag({ status: 'completed' });
      break;
    case 'failed':
      span.tag({ status: 'failed' });
      span.fail({ message: end.error });
      break;
    case 'stopped':
      span.tag({ status: 'stopped', reason: end.reason });
      break;
  }
  span.end();
}
