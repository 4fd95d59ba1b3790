// From what the author's code asked for to the messages that say it. Pure.

import type { ApiCall, ChildKind, ChildRequest } from '#model/api-call';
import { changeSpans, type SpanFrame, type SpanStep } from '#model/span-stack';
import type { TraceCarrier } from '#model/trace-carrier';
import type { Message } from '#wire/encode';
import type { Outgoing } from '#wire/outgoing';

/** The message of one step of the span stack; `carrier`: this very span is made, and sent on, by this process. */
export function spanMessage(step: SpanStep, carrier?: TraceCarrier): Outgoing {
  if (step.kind === 'open') {
    const tags = carrier ? { ...step.tags, ...carrier } : step.tags;
    return { command: 'startSpan', data: { name: step.frame.name, ...(tags && { tags }) } };
  }
  const { tags, error } = step.end;
  return { command: 'finishSpan', data: { ...(tags && { tags }), ...(error !== undefined && { error }) } };
}

/** The messages of some calls, in order, on the stack that stands before them. `trace` makes live spans of them. */
export function callMessages(
  stack: readonly SpanFrame[],
  calls: readonly ApiCall[],
  trace?: (call: ApiCall) => TraceCarrier | undefined,
): Outgoing[] {
  let current = stack;
  return calls.flatMap((call): Outgoing[] => {
    // Files are their way.
    if (call.kind === 'scalar') return [];
    const carrier = trace?.(call);
    if (call.kind === 'progress') return [{ command: 'progress', data: call.progress }];
    const result = changeSpans(current, [call]);
    current = result.stack;
    return result.steps.map((step) => spanMessage(step, carrier));
  });
}

/** The message of a result. JSON has no word for `undefined`: it is left out. */
export function resultMessage(result: unknown): Outgoing {
  return result === undefined ? { command: 'done' } : { command: 'done', data: result };
}

/** The message that asks for a child; `carrier` tells of the span in which it was asked for. */
export function requestMessage(request: ChildRequest, carrier: TraceCarrier | undefined): Message {
  const { id, includeResult } = request;
  const spanId = carrier && { spanId: carrier };
  switch (request.kind) {
    case 'raw':
    case 'stored': {
      const data = { subPipelineId: id, subPipeline: request.pipeline, includeResult, ...spanId };
      return { command: request.kind === 'raw' ? 'startRawSubPipeline' : 'startStoredSubPipeline', data };
    }
    case 'algorithm': {
      const { algorithmName, input } = request;
      return {
        command: 'startAlgorithmExecution',
        data: { execId: id, algorithmName, input, includeResult, ...spanId },
      };
    }
  }
}

/** The message that asks to stop one; no reply comes to it. */
export function stopMessage(kind: ChildKind, id: string, reason: string | undefined): Message {
  const why = reason === undefined ? {} : { reason };
  return kind === 'algorithm'
    ? { command: 'stopAlgorithmExecution', data: { execId: id, ...why } }
    : { command: 'stopSubPipeline', data: { subPipelineId: id, ...why } };
}
