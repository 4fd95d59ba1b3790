// The host of the handlers, wherever they run.

import type { CheckedHandlers } from '#handlers/algorithm-handlers';
import type { OpenChannel } from '#handlers/channel';
import type { HandlerHost, HostReports } from '#handlers/host';
import { createInlineHost } from '#handlers/inline-host';
import { findPython } from '#handlers/interpreter';
import { createIsolatedHost } from '#handlers/isolated-host';
import type { HandlerPlace } from '#handlers/place';
import { openProcess } from '#handlers/process-channel';
import { openThread } from '#handlers/thread-channel';
import { nodeCommand, pythonCommand, threadProgram } from '#runtime/isolate-programs';
import type { ResolvedOptions } from '#runtime/options';
import { resultMessage } from '#runtime/speech';
import type { Traces } from '#runtime/traces';
import { createTaskTongue } from '#runtime/tongue';
import type { Voice } from '#runtime/voice';
import { type Codec, jsonCodec } from '#wire/codec';

export interface HostOptions {
  /** The functions of inline handlers. */
  readonly handlers: CheckedHandlers | undefined;
  readonly options: ResolvedOptions;
  readonly reports: HostReports;
  readonly voice: Voice;
  readonly traces: Traces | undefined;
  /** The wire's. */
  readonly codec: () => Codec;
}

type Elsewhere = Exclude<HandlerPlace, { kind: 'inline' }>;

/** Whether messages reach the handlers as they came: the isolate reads what the wire speaks. */
export function passesFrames({ place, encoding }: ResolvedOptions): boolean {
  return place.kind !== 'inline' && (place.kind !== 'python' || encoding === 'json');
}

export function createHandlerHost({ handlers, options, reports, voice, traces, codec }: HostOptions): HandlerHost {
  const { place, logger, encoding, frameBytes, stopGraceMs } = options;
  if (place.kind === 'inline') {
    const encodeResult = (result: unknown) => voice.encode(resultMessage(result));
    const traceTask = traces && (() => traces.traceTask);
    return createInlineHost({
      ...{ handlers: handlers ?? { start: () => undefined }, logger, reports, encodeResult, traceTask },
    });
  }
  const isPython = place.kind === 'python';
  return createIsolatedHost({
    open: openerOf(place, options),
    entry: place.entry,
    encoding: isPython ? 'json' : encoding,
    frameBytes,
    tongue: createTaskTongue(isPython ? () => jsonCodec : codec, { codec, frameBytes }),
    reports,
    logger,
    patienceMs: stopGraceMs,
    onTraced: traces?.take,
  });
}

function openerOf(place: Elsewhere, { logger }: ResolvedOptions): OpenChannel {
  const child = { onPrint: logger.info, onWarning: logger.warn };
  switch (place.kind) {
    case 'thread':
      return openThread(threadProgram());
    case 'process':
      return openProcess({ command: nodeCommand(), ...child });
    case 'python':
      return openProcess({ command: pythonCommand(findPython(place.entry, place.python, process.env)), ...child });
  }
}
