// The author's calls about spans. They know which spans the author has opened, so that a mistake is answered at its line; what
// leaves, and in which order, the span stack of the chart decides (L7).

import { RuntimeError } from '#errors';
import type { TaskTrace } from '#model/task-trace';
import type { ApiCall } from '#model/api-call';
import { describeFailure } from '#model/failure';
import { preciseNow } from '#model/precise-now';
import type { SpanEnd, SpanTags } from '#model/span-stack';

export interface SpanCalls {
  /** Opens a span; `finishSpan` ends it. Spans nest. For work that may overlap, use `span`. */
  startSpan(name: string, tags?: SpanTags): void;
  /** Ends the span that `startSpan` opened last. `error`: a message, or anything thrown. Throws `SPAN_NOT_OPEN` if none is. */
  finishSpan(end?: { readonly tags?: SpanTags; readonly error?: unknown }): void;
  /** Runs `work` inside a span of its own; what it throws is the span's error and is thrown on. Overlapping spans are fine. */
  span<Value>(name: string, work: () => Value | Promise<Value>): Promise<Value>;
  span<Value>(name: string, tags: SpanTags | undefined, work: () => Value | Promise<Value>): Promise<Value>;
}

interface SpanCallOptions {
  /** Whether it is heard. */
  readonly call: (call: ApiCall) => boolean;
  readonly nextId: () => string;
  readonly trace: TaskTrace | undefined;
}

export function createSpanCalls({ call, nextId, trace }: SpanCallOptions): SpanCalls {
  /** Ids of spans opened by `startSpan` and not finished. */
  const opened: string[] = [];

  /** A span that nobody makes is nobody's parent: then it is opened in no trace. */
  function open(method: string, name: unknown, tags: unknown): { id: string; madeIn: TaskTrace | undefined } {
    const checked = { name: checkName(method, name), ...checkTags(method, tags) };
    const id = trace?.nextId() ?? nextId();
    const parent = trace?.current();
    const placed = { ...(parent !== undefined && { parent }), ...(trace && { at: preciseNow() }) };
    const isHeard = call({ kind: 'open', id, ...checked, ...placed });
    return { id, madeIn: isHeard ? trace : undefined };
  }

  function end(id: string, how: SpanEnd): void {
    call({ kind: 'end', id, end: how, ...(trace && { at: preciseNow() }) });
  }

  function span<Value>(
    name: string,
    ...rest: [() => Value | Promise<Value>] | [SpanTags | undefined, () => Value | Promise<Value>]
  ): Promise<Value> {
    const [tags, work] = rest.length === 1 ? [undefined, rest[0]] : rest;
    return runInSpan(() => open('span', name, tags), checkWork(work));
  }

  async function runInSpan<Value>(
    openSpan: () => ReturnType<typeof open>,
    work: () => Value | Promise<Value>,
  ): Promise<Value> {
    const { id, madeIn } = openSpan();
    try {
      const value = await (madeIn ? madeIn.within(id, work) : work());
      end(id, {});
      return value;
    } catch (error) {
      end(id, { error: describeFailure(error).message });
      throw error;
    }
  }

  return {
    startSpan: (name, tags) => {
      const { id, madeIn } = open('startSpan', name, tags);
      opened.push(id);
      madeIn?.opened(id);
    },
    finishSpan: ({ tags, error } = {}) => {
      const checked = checkTags('finishSpan', tags);
      const id = opened.pop();
      if (id === undefined) {
        throw new RuntimeError(
          'SPAN_NOT_OPEN',
          'api.finishSpan: no span that startSpan opened is open. A finish stands twice, or an `await` is missing before it.',
        );
      }
      trace?.ended(id);
      end(id, error === undefined || error === null ? checked : { ...checked, error: describeFailure(error).message });
    },
    span,
  };
}

/** A name that is no string takes the real worker down, so it never leaves. */
function checkName(method: string, name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new RuntimeError(
    'INVALID_CALL',
    `api.${method}: expected the span's name as a string that is not empty, got ${typeof name}.`,
  );
}

function checkTags(method: string, tags: unknown): { tags?: SpanTags } {
  if (tags === undefined || tags === null) return {};
  if (isTags(tags)) return { tags };
  throw new RuntimeError(
    'INVALID_CALL',
    `api.${method}: expected tags as an object of names and values, got ${typeof tags}.`,
  );
}

function isTags(tags: unknown): tags is SpanTags {
  return typeof tags === 'object' && tags !== null && !Array.isArray(tags);
}

function checkWork<Work>(work: Work): Work {
  if (typeof work === 'function') return work;
  throw new RuntimeError('INVALID_CALL', `api.span: expected a function to run inside the span, got ${typeof work}.`);
}
