// Loads the author's code inside of an isolate, and what it takes to read its tasks and write its results there.

import { loadEntry } from '#handlers/load-entry';
import type { HostCommand, Tongue } from '#handlers/rpc';
import type { Prepared } from '#handlers/serve-handlers';
import { resultMessage } from '#runtime/speech';
import { createTongue } from '#runtime/tongue';
import { Encoding, loadCodec } from '#wire/codec';
import { encodeMessage } from '#wire/encode';
import { TaskData } from '#wire/task-data';

export async function prepareHandlers(load: Extract<HostCommand, { type: 'load' }>): Promise<Prepared> {
  const [codec, handlers] = await Promise.all([loadCodec(Encoding.parse(load.encoding)), loadEntry(load.entry)]);
  const tongue: Tongue = createTongue(() => codec);
  return {
    handlers,
    tongue,
    encodeResult: (result) => encodeMessage(codec, resultMessage(result), load.frameBytes),
    readTask: (body) => TaskData.parse(tongue.decode(body)),
  };
}
