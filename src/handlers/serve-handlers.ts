// The isolate's side of the rpc: commands become calls of an inline host, and what that reports goes back. It runs in a thread or
// in a process of its own, beside the author's code.

import type { CheckedHandlers } from '#handlers/algorithm-handlers';
import type { HandlerHost } from '#handlers/host';
import { createInlineHost } from '#handlers/inline-host';
import type { Logger } from '#handlers/logger';
import type { Body, HostCommand, HostReport, Tongue } from '#handlers/rpc';
import type { TraceTask } from '#model/task-trace';
import { RuntimeError } from '#errors';
import type { ApiCall, ChildRequest, Settlement } from '#model/api-call';
import { describeFailure } from '#model/failure';
import type { Frame } from '#wire/codec';
import type { TaskData } from '#wire/task-data';

/** In characters: notes are small. */
const LONGEST_LINE = 64 * 1024;

type Load = Extract<HostCommand, { type: 'load' }>;
type Order = Exclude<HostCommand, Load>;

/** What an isolate needs of the world. */
export interface IsolateWorld {
  report(report: HostReport, body?: Body): void;
  /** Loads the author's code; throws words. */
  prepare(load: Load): Promise<Prepared>;
  /** Runs up to this one are to end: known without the event loop, where memory is shared. */
  readonly asked?: () => number;
}

export interface Prepared {
  readonly handlers: CheckedHandlers;
  readonly tongue: Tongue;
  readonly encodeResult: (result: unknown) => Frame;
  readonly readTask: (body: Body) => TaskData;
  readonly traceTask: TraceTask | undefined;
}

/** Takes commands, in order; what comes before the handlers are loaded waits for them. */
export function serveHandlers(world: IsolateWorld): (command: HostCommand, body: Body | undefined) => void {
  let ready: ((order: Order, body: Body | undefined) => void) | undefined;
  let waiting: [Order, Body | undefined][] = [];

  async function load(command: Load): Promise<void> {
    let prepared: Prepared;
    try {
      prepared = await world.prepare(command);
    } catch (error) {
      world.report({ type: 'unloadable', failure: describeFailure(error) });
      return;
    }
    const host = createHost(world, prepared, command.ids);
    world.report({ type: 'loaded', initialize: prepared.handlers.initialize !== undefined });
    ready = (next, body) => carryOut({ host, prepared, world }, next, body);
    for (const [next, body] of waiting) ready(next, body);
    waiting = [];
  }

  return (command, body) => {
    if (command.type === 'load') void load(command);
    else if (ready) ready(command, body);
    // No hook is there to be run, and none will be.
    else if (command.type === 'exit') world.report({ type: 'left' });
    else waiting.push([command, body]);
  };
}

function createHost(world: IsolateWorld, prepared: Prepared, ids: string): HandlerHost {
  const { handlers, tongue, encodeResult, traceTask } = prepared;
  const { report, asked } = world;
  const logger = loggerOf(world);
  const requestChild = (request: ChildRequest): void => {
    const { id, kind, includeResult, timeoutMs, span } = request;
    let body: Body;
    try {
      body = encodeRequest(request, tongue);
    } catch (error) {
      return host.hearChild(id, { kind: 'settled', settlement: { kind: 'notSent', error } });
    }
    const asked = { id, kind, includeResult, timeoutMs, ...(span !== undefined && { span }) };
    report({ type: 'requested', ...asked }, body);
  };
  const host = createInlineHost({
    handlers,
    logger,
    encodeResult,
    ids,
    traceTask: () => traceTask,
    ...(asked && { isAsked: (run: number) => asked() >= run }),
    reports: {
      initialized: (run) => report({ type: 'initialized', run }),
      returned: (run, frame) => report({ type: 'returned', run }, frame),
      failed: (run, failure) => report({ type: 'failed', run, failure }),
      stopped: (run) => report({ type: 'stopped', run }),
      left: () => report({ type: 'left' }),
      unloadable: (failure) => report({ type: 'unloadable', failure }),
      called: (run, calls) => report({ type: 'called', run }, encodeCalls(calls, tongue, logger)),
      requestChild,
      stopChild: (id, by, reason) =>
        report({ type: 'stopRequested', id, by, reason: reason?.slice(0, LONGEST_LINE) ?? null }),
    },
  });
  return host;
}

interface Service {
  readonly host: HandlerHost;
  readonly prepared: Prepared;
  readonly world: IsolateWorld;
}

function carryOut({ host, prepared, world }: Service, command: Order, body: Body | undefined): void {
  switch (command.type) {
    case 'initialize': {
      let task: TaskData;
      try {
        task = prepared.readTask(body ?? '');
      } catch (error) {
        return world.report({ type: 'failed', run: command.run, failure: describeFailure(error) });
      }
      return host.initialize(command.run, task, { hook: command.hook });
    }
    case 'start':
      return host.start(command.run, command.hook);
    case 'stop':
      return host.stop(command.run, command.force);
    case 'abandon':
      return host.abandon();
    case 'exit':
      return host.exit(command.code);
    case 'running':
      return host.hearChild(command.id, { kind: 'running' });
    case 'settled':
      return host.hearChild(command.id, {
        kind: 'settled',
        settlement: settlementOf(command.settlement, () => prepared.tongue.decode(body ?? '')),
      });
  }
}

function settlementOf(
  told: Extract<HostCommand, { type: 'settled' }>['settlement'],
  response: () => unknown,
): Settlement {
  if (told.kind === 'done') return { kind: 'done', response: response() };
  if (told.kind !== 'notSent') return told;
  return { kind: 'notSent', error: new RuntimeError(told.code, told.message) };
}

function encodeRequest(request: ChildRequest, { encode }: Tongue): Body {
  switch (request.kind) {
    case 'raw':
      return encode('startRawSubPipeline', { subPipeline: request.pipeline });
    case 'stored':
      return encode('startStoredSubPipeline', { subPipeline: request.pipeline });
    case 'algorithm': {
      const { algorithmName, input } = request;
      return encode('startAlgorithmExecution', { algorithmName, input });
    }
  }
}

function withoutTags({ kind, id, name, parent, at }: Extract<ApiCall, { kind: 'open' }>): ApiCall {
  return { kind, id, name, ...(parent !== undefined && { parent }), ...(at !== undefined && { at }) };
}

/** The calls as a body. Of one that cannot be encoded, what can is kept: a span's finish will come, so its start has to (L7). */
function encodeCalls(calls: readonly ApiCall[], { encode }: Tongue, logger: Logger): Body {
  try {
    return encode('called', calls);
  } catch {
    const sendable = calls.flatMap((call): ApiCall[] => {
      if (call.kind === 'scalar') return [call];
      const [command, data] = call.kind === 'progress' ? ['progress', call.progress] : ['startSpan', call];
      try {
        encode(command, data);
        return [call];
      } catch (error) {
        logger.warn(`${call.kind === 'end' ? 'finishSpan' : command} was not sent: ${describeFailure(error).message}`);
        if (call.kind === 'progress') return [];
        if (call.kind === 'open') return [withoutTags(call)];
        return [{ ...call, end: {} }];
      }
    });
    return encode('called', sendable);
  }
}

function loggerOf({ report }: IsolateWorld): Logger {
  const log = (level: keyof Logger) => (message: string) =>
    report({ type: 'logged', level, message: message.slice(0, LONGEST_LINE) });
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
