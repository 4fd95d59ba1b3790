// What has become of the webhooks of runs: of the latest status that was posted, and of the result. Kept with the run.

import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { type WebhookKind, WebhookRecord, type WebhookRecordsOfRun } from '#descriptors/webhook';
import { writeJson } from '#model/write-file';

export interface WebhookRecords {
  note(kind: WebhookKind, record: WebhookRecord): void;
  of(jobId: string): Promise<WebhookRecordsOfRun | undefined>;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

/** How many runs are remembered, with a folder and without. */
const REMEMBERED = 100;

const File = z.object({ progress: z.optional(WebhookRecord), result: z.optional(WebhookRecord) });

/** `folder`: of the runs, such as `.hkube/local/runs`. */
export function createWebhookRecords(folder: string | null): WebhookRecords {
  const root = folder === null ? null : resolve(folder);
  const remembered = new Map<string, z.output<typeof File>>();
  const writing = new Map<string, Promise<void>>();

  /** Of what is to be written the latest counts. What cannot be written is at least remembered. */
  function write(jobId: string): void {
    if (root === null || writing.has(jobId)) return;
    const noted = remembered.get(jobId);
    const written = access(join(root, jobId))
      .then(() => writeJson(join(root, jobId, 'webhooks.json'), noted))
      .catch(() => undefined)
      .then(() => {
        writing.delete(jobId);
        if (remembered.has(jobId) && remembered.get(jobId) !== noted) write(jobId);
      });
    writing.set(jobId, written);
  }

  return {
    note: (kind, record) => {
      const { jobId } = record;
      const before = remembered.get(jobId);
      remembered.delete(jobId);
      remembered.set(jobId, { ...before, [kind]: record });
      const [oldest] = remembered.keys();
      if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
      write(jobId);
    },
    of: async (jobId) => {
      const found = remembered.get(jobId) ?? (root === null ? undefined : await readKept(root, jobId));
      return found && { jobId, ...found };
    },
    settled: async () => {
      while (writing.size > 0) await Promise.all(writing.values());
    },
  };
}

async function readKept(root: string, jobId: string): Promise<z.output<typeof File> | undefined> {
  // What is asked for is a name, and no path.
  if (!/^\w+$/.test(jobId)) return undefined;
  try {
    return File.parse(JSON.parse(await readFile(join(root, jobId, 'webhooks.json'), 'utf8')));
  } catch {
    return undefined;
  }
}
