// Runs pipeline.yml on this machine: a process for each algorithm, and the result on stdout.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createLocalHKube, parsePipeline, type RunDocument } from 'algorithm-actor/local';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const entry = file('text.ts');

export async function runPipeline(): Promise<RunDocument> {
  const hkube = createLocalHKube({
    algorithms: { split: { entry }, count: { entry, workers: 2 }, grade: { entry }, report: { entry } },
    ports: { workers: 0 },
  });
  await hkube.start();
  try {
    return await hkube.runRaw(parsePipeline(await readFile(file('pipeline.yml'), 'utf8'), 'pipeline.yml')).done;
  } finally {
    await hkube.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(`${JSON.stringify(await runPipeline(), null, 2)}\n`);
