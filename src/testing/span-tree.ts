// The spans of a task as HKube's tracer shows them: a tree, made of the frames that open and close them. Pure.

import type { TestFrame } from '#testing/tape';

/** A span, and what was opened while it was open. Tags of its start and of its end together; `error` is null if it had none. */
export interface TestSpan {
  readonly name: string;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly error: string | null;
  readonly children: readonly TestSpan[];
}

interface Growing extends TestSpan {
  tags: Readonly<Record<string, unknown>>;
  error: string | null;
  readonly children: Growing[];
}

/** `open`: those that are not finished, the outermost first. */
export interface SpanTree {
  readonly roots: readonly TestSpan[];
  readonly open: readonly TestSpan[];
}

/** `said`: the frames of the algorithm. */
export function spanTree(said: readonly TestFrame[]): SpanTree {
  const roots: Growing[] = [];
  const open: Growing[] = [];
  for (const { command, data } of said) {
    if (command === 'startSpan') {
      const span: Growing = {
        name: String(field(data, 'name')),
        tags: record(data, 'tags'),
        error: null,
        children: [],
      };
      (open.at(-1)?.children ?? roots).push(span);
      open.push(span);
    } else if (command === 'finishSpan') {
      const span = open.pop();
      if (!span) continue;
      span.tags = { ...span.tags, ...record(data, 'tags') };
      span.error = errorText(field(data, 'error'));
    }
  }
  return { roots, open };
}

const field = (data: unknown, name: string): unknown =>
  typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;

function record(data: unknown, name: string): Readonly<Record<string, unknown>> {
  const value = field(data, name);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function errorText(error: unknown): string | null {
  if (typeof error === 'string') return error;
  const message = field(error, 'message');
  return typeof message === 'string' ? message : null;
}
