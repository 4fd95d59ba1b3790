// Launches algorithms as child processes, and sees to it that none outlives its parent.
//
//   Z1. A child is in a process group of its own: Ctrl-C reaches the parent alone, which ends its children in order.
//   Z2. When the parent dies, however it dies, a guard beside each child ends it, and what it has started.

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { RuntimeError } from '#errors';
import type { Launch } from '#local-hkube/launch';
import type { LocalLogger } from '#local-hkube/local-logger';
import { hasGroups, watchChild } from '#processes/child';
import { guard } from '#processes/guard';

export interface SpawnOptions {
  /** The program and its first arguments; the entry comes last. */
  readonly command: readonly [string, ...string[]];
  /** Gets what the algorithms write, line by line, at `info`, where the launch names no other. */
  readonly logger: LocalLogger;
}

const TERM_PATIENCE_MS = 3_000;

/** Launches an algorithm with `command <entry>` and the address of its worker in the environment. */
export function createSpawner({ command: [program, ...first], logger: usual }: SpawnOptions): Launch {
  return ({ name, entry, env, cwd }, { url, worker, inspector, metricsDir }, logger = usual) => {
    if (entry === null)
      throw new RuntimeError(
        'INVALID_OPTIONS',
        `algorithm "${name}": functions cannot move to a process; give an entry.`,
      );
    const child = spawn(program, [...first, resolve(entry)], {
      ...(cwd !== undefined && { cwd }),
      detached: hasGroups,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // The name of our own process is not its.
        OTEL_SERVICE_NAME: undefined,
        OTEL_RESOURCE_ATTRIBUTES: withoutName(process.env.OTEL_RESOURCE_ATTRIBUTES),
        // As HKube's operator sets it.
        ALGORITHM_TYPE: name,
        ...env,
        WORKER_SOCKET_URL: url,
        WORKER_ALGORITHM_ENCODING: 'json',
        STORAGE_PROTOCOL: 'v1',
        // What its parent dials is not its own to dial.
        ALGORITHM_ACTOR_INSPECTOR: inspector ?? undefined,
        ALGO_METRICS_DIR: metricsDir ?? undefined,
      },
    });
    const write = (line: string): void => logger.info(`${worker} | ${line}`);
    const { ended, stop } = watchChild(child, { onStdout: write, onStderr: write });
    const release = guard(child, logger.warn);
    return { ended: ended.finally(release), stop: () => stop(TERM_PATIENCE_MS) };
  };
}

function withoutName(attributes: string | undefined): string | undefined {
  const kept = attributes?.split(',').filter((attribute) => !/^\s*service\.name\s*=/.test(attribute));
  return kept && kept.length > 0 ? kept.join(',') : undefined;
}
