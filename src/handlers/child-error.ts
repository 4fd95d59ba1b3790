// How a child of a task ended, where not well, as the error that its handle rejects with.

import { type ErrorCode, type ErrorFacts, RuntimeError } from '#errors';
import type { ChildKind, Settlement } from '#model/api-call';

/** Whose end it is. */
interface Whose {
  readonly id: string;
  readonly kind: ChildKind;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

/** What an error says of one kind of child. */
interface Words {
  readonly what: string;
  readonly facts: ErrorFacts;
  readonly codes: Readonly<Record<'failed' | 'stopped' | 'timedOut', ErrorCode>>;
}

const SUB_PIPELINE_CODES = {
  failed: 'SUB_PIPELINE_FAILED',
  stopped: 'SUB_PIPELINE_STOPPED',
  timedOut: 'SUB_PIPELINE_TIMED_OUT',
} as const;
const EXECUTION_CODES = {
  failed: 'EXECUTION_FAILED',
  stopped: 'EXECUTION_STOPPED',
  timedOut: 'EXECUTION_TIMED_OUT',
} as const;

function wordsOf({ id, kind, name }: Whose): Words {
  if (kind === 'algorithm') {
    const facts = { executionId: id, algorithmName: name };
    return { what: `execution of "${name}" (${id})`, facts, codes: EXECUTION_CODES };
  }
  const facts = { subPipelineId: id, subPipelineName: name };
  return { what: `sub-pipeline "${name}" (${id})`, facts, codes: SUB_PIPELINE_CODES };
}

/** The error for an end. */
export function childError(settlement: Exclude<Settlement, { kind: 'done' }>, whose: Whose): RuntimeError {
  const { what, facts, codes } = wordsOf(whose);
  const What = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  switch (settlement.kind) {
    case 'failed':
      return new RuntimeError(codes.failed, `${What} failed: ${settlement.error}`, {
        facts: { ...facts, error: settlement.error },
      });
    case 'stopped': {
      const by = settlement.by === 'algorithm' ? 'by this algorithm' : 'from outside';
      const reason = settlement.reason ?? 'no reason given';
      return new RuntimeError(codes.stopped, `${What} was stopped ${by}: ${reason}`, {
        facts: { ...facts, reason, by: settlement.by },
      });
    }
    case 'timedOut': {
      const { timeoutMs } = settlement;
      return new RuntimeError(codes.timedOut, `${What} took longer than ${timeoutMs} ms and was stopped.`, {
        facts: { ...facts, timeoutMs },
      });
    }
    case 'aborted':
      return new RuntimeError('ABORTED', `${What} was aborted by the signal given to it.`, {
        facts,
        cause: whose.signal?.reason,
      });
    case 'taskEnded':
      return new RuntimeError('TASK_ENDED', `The task ended before ${what} did. Await it before the handler returns.`, {
        facts,
      });
    case 'notSent':
      if (settlement.error instanceof RuntimeError) return settlement.error;
      return new RuntimeError('NOT_ENCODABLE', `${What} could not be sent: ${describe(settlement.error)}`, {
        facts,
        cause: settlement.error,
      });
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
