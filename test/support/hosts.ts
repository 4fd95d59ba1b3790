// Algorithms whose handlers run in a thread or a process, playing the modes of test/fixtures/hosts/every-call.mjs.

import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { EntryOptions, Json } from 'algorithm-actor';
import { commandsOf, connectEntry, type ConnectedAlgorithm } from '#test/support/algorithm';
import type { FakeConnection } from '#test/support/fake-worker';

export const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/hosts/${name}`, import.meta.url));

export interface Host {
  readonly name: string;
  readonly entry: string;
  readonly options?: Omit<EntryOptions, 'entry'>;
  /** The file and line at which the mode `throw` throws. */
  readonly throwsAt: RegExp;
  /** Why the results of the mode `unencodable` cannot travel. */
  readonly unencodable: RegExp;
  /** What it is that ends when a handler exits. */
  readonly ends: 'thread' | 'process';
  /** Whether a loop that looks at the signal sees a stop. */
  readonly seesSignal: boolean;
}

/** A started task of a mode. */
export async function begun(host: Host, mode: string, given: Json = null, options: Partial<EntryOptions> = {}) {
  const algorithm = await connectEntry({ entry: host.entry, ...host.options, ...options });
  await algorithm.connection.begin({ input: [mode, given] });
  return algorithm;
}

async function ended(host: Host, mode: string, by: 'done' | 'errorMessage') {
  const algorithm = await begun(host, mode);
  return { ...algorithm, outcome: await algorithm.connection.next(by) };
}

export const done = (host: Host, mode: string) => ended(host, mode, 'done');
export const failed = (host: Host, mode: string) => ended(host, mode, 'errorMessage');

/** The number in a progress message. */
export const progressIn = (data: unknown): number => Number(Reflect.get(Object(data), 'progress'));

/** What was said, but for the heartbeat. */
export const said = (connection: FakeConnection) => commandsOf(connection).filter((command) => command !== 'alive');

/** A task that works, after whatever came before: the runtime lives, and the outcome is its own. */
export async function expectNextTask({ connection, worker }: ConnectedAlgorithm): Promise<void> {
  await connection.begin({ input: ['echo', 'next'], taskId: 'next' });
  expect(await connection.next('done')).toEqual({ command: 'done', data: 'next' });
  expect(worker.faults).toEqual([]);
}
