// The one table that binds the algorithm chart to the world: its actors to the socket, the handlers and the children, its
// actions to messages. Nothing is decided here.

import { fromCallback } from 'xstate';
import type { CheckedHandlers } from '#handlers/algorithm-handlers';
import type { HandlerHost, HostReports } from '#handlers/host';
import type { AlgorithmEvent, HandlerCommand } from '#machines/algorithm.events';
import { algorithmMachine } from '#machines/algorithm.machine';
import type { ChildrenEvent } from '#machines/child.machine';
import { unwindSpans } from '#model/span-stack';
import type { TraceAddress } from '#model/trace-carrier';
import { createHandlerHost, passesFrames } from '#runtime/handler-host';
import { createHeartbeat } from '#runtime/heartbeat';
import { connectWorker } from '#runtime/link';
import type { ResolvedOptions } from '#runtime/options';
import { listenForSignals } from '#runtime/signals';
import { callMessages, spanMessage } from '#runtime/speech';
import { createChildSupervisor } from '#runtime/children';
import { createTraces, type Traces } from '#runtime/traces';
import { createVoice } from '#runtime/voice';
import type { World } from '#runtime/world';
import { createOutbox } from '#transport/outbox';
import type { Codec } from '#wire/codec';
import { RuntimeError } from '#errors';

/** The algorithm chart, ready to run in this world for these functions, or for the entry that the options name. */
export function provideAlgorithm(
  world: World,
  handlers: CheckedHandlers | undefined,
  options: ResolvedOptions,
): typeof algorithmMachine {
  const { frameBytes, outboxBytes, logger } = options;
  let leaving = false;
  const outbox = createOutbox({
    maxBytes: outboxBytes,
    onFull: (maxBytes) => logger.warn(`${maxBytes} bytes wait for the worker: spans and progress are dropped`),
  });
  const metrics = world.openMetrics({ folder: options.metricsDir, logger, after: world.after });
  let codec: Codec | undefined;
  const traces = tracesOf(options);
  const voice = createVoice({ codec: () => present(codec), outbox, frameBytes, logger });
  const heartbeat = createHeartbeat({ enabled: options.alive, beat: () => voice.say('alive'), after: world.after });

  let report: (event: AlgorithmEvent) => void = () => undefined;
  let host: HandlerHost | undefined;
  const children = createChildSupervisor({
    send: voice.ask,
    tell: (id, news) => host?.hearChild(id, news),
    reject: (rejection) => report({ type: 'wire.rejected', rejection }),
    after: world.after,
    carrierOf: traces?.carrierOf,
  });

  return algorithmMachine.provide({
    actors: {
      link: fromCallback(({ sendBack }) =>
        connectWorker({
          world,
          options,
          outbox,
          passesFrames: passesFrames(options),
          onCodec: (loaded) => (codec = loaded),
          tellAlgorithm: sendBack,
          tellChildren: children.send,
          wanted: () => !leaving,
          ready: traces?.ready,
        }),
      ),
      handlers: fromCallback(({ sendBack }) => {
        report = sendBack;
        const reports = reportsTo(sendBack, children.send, traces);
        host = createHandlerHost({ handlers, options, reports, voice, traces, codec: () => present(codec) });
        return () => {
          heartbeat.end();
          void traces?.end(FLUSH_MS);
          metrics.close();
          host?.close();
        };
      }),
      children: children.logic,
      signals: fromCallback(({ sendBack }) => (options.signals ? listenForSignals(sendBack) : undefined)),
    },
    actions: {
      command: ({ context }, command) => {
        if (command.type === 'initialize') children.beginTask();
        obey(host, command, (name, carrier) => traces?.enter(name, context.task, carrier));
      },
      reply: (_, { command }) => {
        voice.say(command);
        if (command === 'initialized') traces?.leave('init');
      },
      refuse: (_, { failure }) => voice.answer({ command: 'errorMessage', error: failure }),
      sendDone: (_, { frame }) => outbox.conclude(frame),
      sendFailure: (_, { failure }) => outbox.conclude(voice.encodeFailure(failure)),
      sendStopped: () => outbox.conclude(voice.encode({ command: 'stopped' })),
      holdFrames: () => outbox.hold(),
      resumeFrames: () => outbox.resume(),
      repeatOutcome: () => outbox.repeat(),
      forgetFrames: () => outbox.forget(),
      reportUnloadable: (_, { failure }) => logger.error(failure.message),
      reportRefusal: (_, { reason }) => logger.error(`the worker refused this algorithm: ${reason}`),
      retireLink: () => {
        leaving = true;
      },
      speak: ({ context }, { calls }) => voice.mention(callMessages(context.spans, calls, traces?.hear)),
      finishSpans: ({ context }, { error }) => {
        traces?.unwind(error);
        if (context.spans.length === 0) return;
        voice.mention(
          unwindSpans(context.spans, error === null ? {} : { error }).steps.map((step) => spanMessage(step)),
        );
      },
      closeTrace: (_, { outcome, failure }) => traces?.close(outcome, failure),
      writeScalars: ({ context }, { calls }) => metrics.write(context.task, calls),
      closeScalars: () => metrics.close(),
      settleChildren: (_, { how }) => children.endTask(how),
      beginAlive: () => heartbeat.begin(),
      endAlive: () => heartbeat.end(),
    },
  });
}

type Enter = (name: 'init' | 'start', carrier: unknown) => TraceAddress | undefined;

function obey(host: HandlerHost | undefined, command: HandlerCommand, enter: Enter): void {
  switch (command.type) {
    case 'initialize': {
      const { run, data, frame } = command;
      return host?.initialize(run, data, { frame, hook: enter('init', data.spanId) });
    }
    case 'start':
      return host?.start(command.run, enter('start', command.carrier));
    case 'stop':
      return host?.stop(command.run, command.force);
    case 'abandon':
      return host?.abandon();
    case 'exit':
      return host?.exit(command.code);
  }
}

function reportsTo(
  algorithm: (event: AlgorithmEvent) => void,
  children: (event: ChildrenEvent) => void,
  traces: Traces | undefined,
): HostReports {
  const left = (): void => algorithm({ type: 'handler.left' });
  return {
    initialized: (run) => algorithm({ type: 'handler.initialized', run }),
    returned: (run, frame) => algorithm({ type: 'handler.returned', run, frame }),
    failed: (run, failure) => algorithm({ type: 'handler.failed', run, failure }),
    stopped: (run) => algorithm({ type: 'handler.stopped', run }),
    left: traces ? () => void traces.end(FLUSH_MS).then(left) : left,
    unloadable: (failure) => algorithm({ type: 'handler.unloadable', failure }),
    called: (run, calls) => algorithm({ type: 'api.called', run, calls }),
    requestChild: (request) => children({ type: 'api.childRequested', request }),
    stopChild: (id, by, reason) => children({ type: 'api.childStopped', id, by, reason }),
  };
}

/** How long whoever leaves waits for a collector, in milliseconds. */
const FLUSH_MS = 2_000;

function tracesOf({ trace: source, service, place, logger }: ResolvedOptions): Traces | undefined {
  if (source.kind !== 'off') return createTraces({ source, service, isInline: place.kind === 'inline', logger });
  if (source.problem !== null) logger.warn(source.problem);
  return undefined;
}

function present(codec: Codec | undefined): Codec {
  if (codec) return codec;
  throw new RuntimeError('UNPROVIDED', 'A message was to be sent before the first connection opened.');
}
