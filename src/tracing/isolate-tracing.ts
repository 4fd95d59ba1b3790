// Tracing inside of an isolate: the author's spans are made by the runtime, where they outlive a crash; those of the libraries are
// made here, with the ids of the author's as parents, and sent to the runtime when they are finished.

import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { FinishedSpan } from '#model/finished-span';
import { finishedSpan } from '#tracing/finished-span';
import { hasOwnProvider, register, routedTo } from '#tracing/globals';
import { createTaskTrace } from '#tracing/task-trace';
import type { TraceTask } from '#model/task-trace';

/** Traces the tasks of an isolate. Where the author's code has registered a provider, its spans go there. */
export function traceIsolate(send: (spans: readonly FinishedSpan[]) => void): TraceTask {
  const provider = hasOwnProvider() ? undefined : forwarding(send);
  if (provider) register(provider);
  const prepare = provider && routedTo(provider);
  return (flush) => createTaskTrace({ find: () => undefined, flush, prepare });
}

/** So many leave although the code never yields. */
const MANY = 64;

function forwarding(send: (spans: readonly FinishedSpan[]) => void): NodeTracerProvider {
  let waiting: FinishedSpan[] = [];
  const flush = (): void => {
    const spans = waiting;
    waiting = [];
    if (spans.length > 0) send(spans);
  };
  return new NodeTracerProvider({
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => {
          // The library is not to hear of it; nobody can tell what its span was to say.
          try {
            waiting.push(finishedSpan(span));
          } catch {
            return;
          }
          if (waiting.length === 1) queueMicrotask(flush);
          if (waiting.length >= MANY) flush();
        },
        // What is finished leaves by itself.
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
}
