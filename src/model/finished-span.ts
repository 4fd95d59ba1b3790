// A span that has ended, as plain data: what libraries make in an isolate travels so to whoever exports it. Types only.

import type { SpanTags } from '#model/span-stack';

export interface FinishedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly flags: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly status: { readonly code: number; readonly message?: string };
  readonly attributes: SpanTags;
  readonly events: readonly { readonly name: string; readonly at: number; readonly attributes: SpanTags }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: SpanTags }[];
  readonly scope: { readonly name: string; readonly version?: string };
}
