// What has come of the inner nodes of runs, kept beside the runs of a folder, so that a part of one can run again without them. The
// results of its last nodes are in its document anyway.
//
//   E1. Of one run at most LIMIT characters of JSON are kept: all that its inner nodes have come to, or nothing, and why.
//   E2. What JSON does not give back as it was, bytes above all, is not kept.

import { access, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { describeFailure } from '#model/failure';
import type { LocalLogger } from '#local-hkube/local-logger';
import type { PendingRun } from '#local-hkube/run';
import type { NodeEnds } from '#pipeline/plan';

/** Or why there is nothing. */
export type KeptEnds = { readonly ends: NodeEnds } | { readonly without: string };

export interface InnerEnds {
  /** `listed`: the run has its folder. */
  keep(run: Pick<PendingRun, 'jobId' | 'inner'>, listed: Promise<void>): void;
  of(jobId: string): Promise<KeptEnds>;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

export const LIMIT = 16_000_000;

const End = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('succeed'), result: z._default(z.unknown(), null) }),
  z.object({ kind: z.literal('failed'), error: z.string() }),
]);
const File = z.union([z.object({ ends: z.record(z.string(), z.array(End)) }), z.object({ without: z.string() })]);

/** `folder`: of the runs, such as `.hkube/local/runs`; null: nothing is kept. */
export function createInnerEnds(folder: string | null, logger: LocalLogger, limit: number = LIMIT): InnerEnds {
  const root = folder === null ? null : resolve(folder);
  const writing = new Map<string, Promise<void>>();

  async function write(path: string, text: string, listed: Promise<void>): Promise<void> {
    await listed;
    // Where the run is not kept, neither is this.
    await access(join(path, '..'));
    await writeFile(path, text);
  }

  return {
    keep: (run, listed) => {
      if (root === null) return;
      const ends = run.inner();
      if (ends.size === 0) return;
      const path = join(root, run.jobId, 'nodes.json');
      const written = write(path, fileOf(ends, limit), listed)
        .catch((error: unknown) => logger.debug(`${path}: ${describeFailure(error).message}`))
        .then(() => {
          writing.delete(run.jobId);
        });
      writing.set(run.jobId, written);
    },
    of: async (jobId) => {
      if (root === null) return { without: 'results of nodes are kept in a folder only, and there is none' };
      // What is asked for is a name, and no path.
      if (!/^\w+$/.test(jobId)) return { ends: new Map() };
      await writing.get(jobId);
      const kept = await readKept(join(root, jobId, 'nodes.json'));
      if (kept === undefined) return { ends: new Map() };
      return 'ends' in kept ? { ends: new Map(Object.entries(kept.ends)) } : kept;
    },
    settled: () => Promise.all(writing.values()).then(() => undefined),
  };
}

async function readKept(path: string): Promise<z.output<typeof File> | undefined> {
  try {
    return File.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** E1, E2 */
function fileOf(ends: NodeEnds, limit: number): string {
  const parts: string[] = [];
  let length = 0;
  for (const [name, items] of ends) {
    const texts: string[] = [];
    for (const item of items) {
      const text = asJson(item);
      if (text === undefined) return without(`node "${name}" has brought what JSON cannot keep, such as bytes`);
      texts.push(text);
      length += text.length;
      if (length > limit)
        return without(`the nodes have brought more than the ${limit} characters of JSON that are kept of a run`);
    }
    parts.push(`${JSON.stringify(name)}:[${texts.join()}]`);
  }
  return `{"ends":{${parts.join()}}}`;
}

const without = (reason: string): string => JSON.stringify({ without: reason });

/** Undefined for what would come back as something else. */
function asJson(value: unknown): string | undefined {
  let isFaithful = true;
  const text = JSON.stringify(value, function (this: unknown, key, shown: unknown) {
    const own: unknown = Reflect.get(Object(this), key);
    if (ArrayBuffer.isView(own) || own instanceof Date || typeof own === 'bigint') isFaithful = false;
    return typeof shown === 'bigint' ? null : shown;
  });
  return isFaithful ? text : undefined;
}
