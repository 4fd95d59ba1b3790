// Loads the author's code inside of an isolate, and what it takes to read its tasks and write its results there.

import { loadEntry } from '#handlers/load-entry';
import type { HostCommand, Tongue } from '#handlers/rpc';
import type { IsolateWorld, Prepared } from '#handlers/serve-handlers';
import { resultMessage } from '#runtime/speech';
import { createTongue } from '#runtime/tongue';
import { loadIsolateTracing } from '#tracing/load-tracing';
import { Encoding, loadCodec } from '#wire/codec';
import { encodeMessage } from '#wire/encode';
import { TaskData } from '#wire/task-data';

export async function prepareHandlers(
  load: Extract<HostCommand, { type: 'load' }>,
  report: IsolateWorld['report'],
): Promise<Prepared> {
  const [codec, handlers] = await Promise.all([loadCodec(Encoding.parse(load.encoding)), loadEntry(load.entry)]);
  const tongue: Tongue = createTongue(() => codec);
  // After the author's code, which may have a tracer of its own.
  const traceTask = load.traces
    ? await loadIsolateTracing((spans) => report({ type: 'traced' }, tongue.encode('traced', spans)))
    : undefined;
  return {
    handlers,
    tongue,
    encodeResult: (result) => encodeMessage(codec, resultMessage(result), load.frameBytes),
    readTask: (body) => TaskData.parse(tongue.decode(body)),
    traceTask,
  };
}
