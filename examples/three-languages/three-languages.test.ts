import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAlgorithmActor } from 'algorithm-actor';
import { createLocalHKube, parsePipeline } from 'algorithm-actor/local';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeWorker } from '#test/support/fake-worker';

const here = (name: string): string => join(import.meta.dirname, name);
const algorithms = {
  'tally-ts': { entry: here('tally.ts') },
  'tally-js': { entry: here('tally.js') },
  'tally-py': { entry: here('tally.py') },
};

it('one pipeline goes through all three', async () => {
  const hkube = createLocalHKube({ algorithms, ports: { workers: 0 } });
  onTestFinished(() => hkube.stop());
  await hkube.start();
  const file = here('pipeline.yml');
  const heard: string[] = [];
  const { done } = hkube.runRaw(parsePipeline(readFileSync(file, 'utf8'), file), {
    onNotice: (notice) => heard.push(notice.type),
  });
  expect(await done).toMatchObject({
    status: 'completed',
    data: [
      {
        nodeName: 'python',
        result: { the: 3, dog: 2, quick: 1, brown: 1, fox: 1, jumps: 1, over: 1, lazy: 1, sleeps: 1 },
      },
    ],
  });
  expect(heard.filter((type) => type === 'task.progressed')).toHaveLength(3);
  expect(heard.filter((type) => type === 'span.changed')).toHaveLength(6);
});

it.each(Object.entries(algorithms))('%s does by itself what the others do', async (_, { entry }) => {
  const worker = await startFakeWorker();
  const actor = createAlgorithmActor({ entry, url: worker.url, encoding: 'json' }).start();
  onTestFinished(() => worker.close());
  onTestFinished(() => void actor.stop());
  const connection = await worker.connection();
  await connection.begin({ input: ['One fish, two fish', { fish: 1, red: 1 }] });
  expect(await connection.next('progress')).toMatchObject({ data: { progress: 100, details: '4 words' } });
  expect((await connection.next('done')).data).toEqual({ fish: 3, red: 1, one: 1, two: 1 });
  expect(worker.faults).toEqual([]);
});
