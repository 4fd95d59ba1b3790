// An algorithm of ours connected to a fake worker over a real socket, and everything closed when the test ends.

import { onTestFinished } from 'vitest';
import {
  type AlgorithmActor,
  type AlgorithmHandlers,
  type AlgorithmOptions,
  createAlgorithmActor,
  type EntryOptions,
  type Logger,
} from 'algorithm-actor';
import { type FakeConnection, type FakeWorker, startFakeWorker } from '#test/support/fake-worker';

export interface ConnectedAlgorithm {
  readonly worker: FakeWorker;
  readonly connection: FakeConnection;
  readonly actor: AlgorithmActor;
  /** Lines `level message`. */
  readonly logs: readonly string[];
}

export function keepLogs(): { readonly logger: Logger; readonly logs: readonly string[] } {
  const logs: string[] = [];
  const log = (level: string) => (message: string) => {
    logs.push(`${level} ${message}`);
  };
  return { logs, logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') } };
}

type Create = (options: AlgorithmOptions) => AlgorithmActor;

/** Starts an algorithm and waits until it is connected. Speaks json, connects again after 1 ms, unless `options` say otherwise. */
export function connectAlgorithm<Input, Result>(
  handlers: AlgorithmHandlers<Input, Result>,
  options: AlgorithmOptions = {},
): Promise<ConnectedAlgorithm> {
  return connect((defaults) => createAlgorithmActor(handlers, { ...defaults, ...options }));
}

/** The same, for handlers that a thread or a process loads. */
export function connectEntry(options: EntryOptions): Promise<ConnectedAlgorithm> {
  return connect((defaults) => createAlgorithmActor({ ...defaults, ...options }));
}

async function connect(create: Create): Promise<ConnectedAlgorithm> {
  const worker = await startFakeWorker();
  const { logger, logs } = keepLogs();
  const actor = create({ url: worker.url, encoding: 'json', signals: false, reconnect: { minMs: 1 }, logger });
  onTestFinished(async () => {
    actor.stop();
    await worker.close();
  });
  actor.start();
  return { worker, connection: await worker.connection(), actor, logs };
}

/** A promise, and the functions that settle it. */
export function gate<Value = void>(): { readonly promise: Promise<Value>; open(value: Value): void } {
  let open: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** The commands of what was received, in order. */
export const commandsOf = ({ received }: FakeConnection): string[] => received.map(({ command }) => command);
