// From what the author's code asked for to the messages that say it. Pure.

import type { ApiCall } from '#model/api-call';
import { changeSpans, type SpanFrame, type SpanStep } from '#model/span-stack';
import type { Outgoing } from '#wire/outgoing';

/** The message of one step of the span stack. */
export function spanMessage(step: SpanStep): Outgoing {
  if (step.kind === 'open') {
    return { command: 'startSpan', data: { name: step.frame.name, ...(step.tags && { tags: step.tags }) } };
  }
  const { tags, error } = step.end;
  return { command: 'finishSpan', data: { ...(tags && { tags }), ...(error !== undefined && { error }) } };
}

/** The messages of some calls, in order, on the stack that stands before them. */
export function callMessages(stack: readonly SpanFrame[], calls: readonly ApiCall[]): Outgoing[] {
  let current = stack;
  return calls.flatMap((call): Outgoing[] => {
    if (call.kind === 'progress') return [{ command: 'progress', data: call.progress }];
    const result = changeSpans(current, [call]);
    current = result.stack;
    return result.steps.map(spanMessage);
  });
}

/** The message of a result. JSON has no word for `undefined`: it is left out. */
export function resultMessage(result: unknown): Outgoing {
  return result === undefined ? { command: 'done' } : { command: 'done', data: result };
}
