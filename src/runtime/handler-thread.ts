// The program of a worker thread that runs handlers.

import { MessagePort, workerData } from 'node:worker_threads';
import * as z from 'zod/mini';
import { type Body, HostCommand, type HostReport } from '#handlers/rpc';
import { serveHandlers } from '#handlers/serve-handlers';
import { askedOf, postBack } from '#handlers/thread-channel';
import { prepareHandlers } from '#runtime/prepare-handlers';

const { shared, port } = z
  .object({ shared: z.instanceof(Int32Array), port: z.instanceof(MessagePort) })
  .parse(workerData);

const report = (note: HostReport, body?: Body): void =>
  postBack(port, shared, { note, ...(body !== undefined && { body }) });

const obey = serveHandlers({
  report,
  asked: () => askedOf(shared),
  prepare: async (load) => {
    // Code that awaits what never comes holds nothing: then this thread ends, and that is told.
    port.unref();
    const prepared = await prepareHandlers(load, report);
    port.ref();
    return prepared;
  },
});
port.on('message', ({ note, body }: { readonly note: unknown; readonly body?: Body }) =>
  obey(HostCommand.parse(note), body),
);
