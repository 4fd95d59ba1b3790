// A build that was begun: followed to its end, and its version found. `apply` and `builds rerun` do the same with it.

import type { BuildStatus } from '#cluster/builds';
import { type MadeVersion, settleVersion } from '#cli/built-version';
import { ExitCode } from '#cli/exit-code';
import { followBuild } from '#cli/follow-build';
import type { Interruption } from '#cli/interrupts';
import type { OpenHKube } from '#cli/open-api';
import { say } from '#cli/print';

export interface Settling {
  readonly isWaiting: boolean;
  readonly json?: boolean | undefined;
  readonly setCurrent?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly timeout?: number | undefined;
  readonly interruption: Interruption;
}

export interface Begun {
  readonly buildId: string;
  /** Of the algorithm. */
  readonly name: string;
}

export interface Settled {
  readonly build?: BuildStatus | undefined;
  readonly version?: MadeVersion | undefined;
}

/** Sets the exit code. */
export async function settleBuild(
  hkube: OpenHKube,
  { buildId, name }: Begun,
  { isWaiting, json, setCurrent, force, timeout, interruption }: Settling,
): Promise<Settled> {
  if (!isWaiting) {
    if (!json) process.stdout.write(`${buildId}\n`);
    say(`To follow it: ${hkube.command(`builds log ${buildId} --follow`)}`);
    return {};
  }
  const { build, code } = await followBuild(hkube, { buildId, timeout, interruption });
  process.exitCode = code;
  if (code !== ExitCode.ok || !build) return { build };
  const { signal } = interruption;
  return { build, version: await settleVersion(hkube, { name, build, setCurrent, force, signal }) };
}
