// The stack of open spans of a task, as plain data in the machine's context. Pure.
//
//   L7. The wire knows only a stack: last in, first out. A span that ends while others stand above it is marked as ended
//       and leaves the wire only when it has become the top.

import type { Json } from '#model/json';

/** Tags of a span: what a tracer can show. */
export type SpanTags = Readonly<Record<string, Json>>;

/** How a span ended. */
export interface SpanEnd {
  readonly tags?: SpanTags;
  /** The message of the error that ended it. */
  readonly error?: string;
}

/** One open span. `parent` is the id of the span that it is part of, `ended` is set while it waits for those above. */
export interface SpanFrame {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly ended?: SpanEnd;
}

/** A change of the stack, as an author's call asks for it. */
export type SpanChange =
  | {
      readonly kind: 'open';
      readonly id: string;
      readonly name: string;
      readonly tags?: SpanTags;
      /** The span that was current where this one was opened; it may be a library's. Only where the task is traced. */
      readonly parent?: string;
      readonly at?: Moment;
    }
  | { readonly kind: 'end'; readonly id: string; readonly end: SpanEnd; readonly at?: Moment };

/** When the author's code said so, in milliseconds since 1970; calls may take a while to be heard. Only where the task is traced. */
type Moment = number;

/** A change as the wire sees it, always at the top of the stack. */
export type SpanStep =
  | { readonly kind: 'open'; readonly frame: SpanFrame; readonly tags?: SpanTags }
  | { readonly kind: 'finish'; readonly frame: SpanFrame; readonly end: SpanEnd };

/** A stack and the steps that lead to it. */
export interface SpanResult {
  readonly stack: readonly SpanFrame[];
  readonly steps: readonly SpanStep[];
}

/** Whatever else travels with changes: not looked at. */
interface Other {
  readonly kind: 'progress' | 'scalar';
}

/** Applies changes in order. Ending a span that is not open changes nothing: the api has told the author already. */
export function changeSpans(stack: readonly SpanFrame[], changes: readonly (SpanChange | Other)[]): SpanResult {
  const next = [...stack];
  const steps: SpanStep[] = [];
  for (const change of changes) {
    if (change.kind === 'open') {
      const { id, name, parent } = change;
      const isKnown = parent !== undefined && next.some((frame) => frame.id === parent);
      const frame: SpanFrame = { id, name, parent: isKnown ? parent : (next.at(-1)?.id ?? null) };
      next.push(frame);
      steps.push(change.tags === undefined ? { kind: 'open', frame } : { kind: 'open', frame, tags: change.tags });
    } else if (change.kind === 'end') {
      markEnded(next, change.id, change.end);
      popEnded(next, steps);
    }
  }
  return { stack: next, steps };
}

/** Finishes all that is open, top first: those that wait with their own end, the others with `end`. */
export function unwindSpans(stack: readonly SpanFrame[], end: SpanEnd): SpanResult {
  const steps = stack.toReversed().map((frame): SpanStep => ({ kind: 'finish', frame, end: frame.ended ?? end }));
  return { stack: [], steps };
}

function markEnded(stack: SpanFrame[], id: string, end: SpanEnd): void {
  const index = stack.findLastIndex((frame) => frame.id === id);
  const frame = stack[index];
  if (frame && frame.ended === undefined) stack[index] = { ...frame, ended: end };
}

function popEnded(stack: SpanFrame[], steps: SpanStep[]): void {
  for (let top = stack.at(-1); top?.ended !== undefined; top = stack.at(-1)) {
    stack.pop();
    steps.push({ kind: 'finish', frame: top, end: top.ended });
  }
}
