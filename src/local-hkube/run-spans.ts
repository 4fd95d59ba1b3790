// The span of a run, for its whole life: the root of a trace, or below the sub-pipeline that it is.

import type { RunDocument } from '#descriptors/run';
import { addressOf } from '#model/trace-carrier';
import { LOCAL_HKUBE, type LocalTracing } from '#local-hkube/local-tracing';
import type { LiveSpan } from '#tracing/tracing';

interface RunOpening {
  readonly jobId: string;
  /** Of the pipeline. */
  readonly name: string;
  /** The carrier of what it was asked for by; null: by nobody in a trace. */
  readonly askedIn: unknown;
}

export function openRunSpan(
  tracing: LocalTracing | undefined,
  { jobId, name, askedIn }: RunOpening,
): LiveSpan | undefined {
  const parent = addressOf(askedIn);
  return tracing?.current?.tracer(LOCAL_HKUBE).open({ name: 'run pipeline', parent, tags: { jobId, name } });
}

export function endRunSpan(span: LiveSpan, document: RunDocument): void {
  span.tag({ status: document.status });
  if (document.status === 'failed') span.fail({ message: document.error });
  if (document.status === 'stopped') span.tag({ reason: document.reason });
  span.end();
}
