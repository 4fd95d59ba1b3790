// Started local HKubes for tests, their algorithms in this process, and what pipelines for them are made of.

import { afterEach } from 'vitest';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import { createLocalHKube, type LocalHKube } from '#local-hkube/create-local-hkube';
import type { LocalAlgorithmOptions, LocalHKubeOptions } from '#local-hkube/options';
import { keepLog, launchInProcess } from '#test/support/in-process';

const open: LocalHKube[] = [];

type Entries = Readonly<Record<string, AlgorithmHandlers & Partial<LocalAlgorithmOptions>>>;

/** Stopped after each test. */
export function stopLater(hkube: LocalHKube): LocalHKube {
  open.push(hkube);
  return hkube;
}

const HANDLERS = new Set(['start', 'initialize', 'init', 'stop', 'exit']);
const optionsOf = (entry: Entries[string]): Partial<LocalAlgorithmOptions> =>
  Object.fromEntries(Object.entries(entry).filter(([key]) => !HANDLERS.has(key)));

/** A started local HKube whose algorithms are these handlers; their options may stand beside them. All workers are hot. */
export async function startHKube(entries: Entries, options: Partial<LocalHKubeOptions> = {}) {
  const logger = keepLog();
  const { launch, launched, folders } = launchInProcess(entries);
  const algorithms = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [
      name,
      { minHotWorkers: entry.workers ?? 1, ...optionsOf(entry), entry: name },
    ]),
  );
  const hkube = createLocalHKube({ algorithms, launch, ports: { workers: 0 }, logger, ...options });
  open.push(hkube);
  await hkube.start();
  return { hkube, logger, launched, folders };
}

/** A node of a pipeline. */
export const node = (nodeName: string, algorithmName: string, ...input: unknown[]) => ({
  nodeName,
  algorithmName,
  input,
});
export const number = (value: unknown): number => (typeof value === 'number' ? value : NaN);

/** Adds up its input. */
export const add: AlgorithmHandlers = {
  start: ({ input }) => input.flat().reduce((sum: number, value) => sum + number(value), 0),
};

/** A handler that says when it begins and goes on when it is told to. */
export function gate() {
  let begin: () => void = () => undefined;
  let open: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  const start: AlgorithmHandlers['start'] = async (_, { signal }) => {
    begin();
    await Promise.race([opened, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
    return 'through';
  };
  return { handlers: { start }, begun, open };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((hkube) => hkube.stop()));
});
