// The program of a Node process that runs handlers: parcels on pipe 3 from the runtime, on pipe 4 to it.
//
//   Reports are written there and then: they leave although the author's code never yields, and a process that says more than
//   the runtime can take waits (L12).

import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { createUnpacker, packParcel } from '#handlers/parcels';
import { type Body, HostCommand, type HostReport } from '#handlers/rpc';
import { serveHandlers } from '#handlers/serve-handlers';
import { prepareHandlers } from '#runtime/prepare-handlers';

const input = new Socket({ fd: 3, readable: true, writable: false });
const OUTPUT = 4;

const report = (note: HostReport, body?: Body): void => {
  for (const bytes of packParcel(note, body)) write(bytes);
};

const obey = serveHandlers({
  report,
  prepare: async (load) => {
    // Code that awaits what never comes holds nothing: then this process ends, and that is told.
    input.unref();
    const prepared = await prepareHandlers(load, report);
    input.ref();
    return prepared;
  },
});

input.on(
  'data',
  createUnpacker({
    onParcel: (note, body) => obey(HostCommand.parse(note), body),
    onBroken: (reason) => {
      process.stderr.write(`the runtime said what cannot be understood: ${reason}\n`);
      process.exit(1);
    },
  }),
);
// A runtime that is gone takes its handlers along.
input.on('close', () => process.exit(0));

function write(bytes: Uint8Array): void {
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(OUTPUT, bytes, written);
  } catch {
    process.exit(0);
  }
}
