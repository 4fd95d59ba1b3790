// How an algorithm stands a worker that misbehaves: the faults are named, and happen as often as they say.

import { fileURLToPath } from 'node:url';
import { createLocalHKube, type Fault, type LocalHKube } from 'algorithm-actor/local';
import { afterAll, beforeAll, expect, it } from 'vitest';

const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
let hkube: LocalHKube;

beforeAll(async () => {
  hkube = createLocalHKube({
    algorithms: { lookup: { entry: entry('lookup.ts') }, dictionary: { entry: entry('dictionary.ts') } },
    pipelines: [
      {
        name: 'dictionary',
        nodes: [{ nodeName: 'word', algorithmName: 'dictionary', input: ['@flowInput.word'] }],
        flowInput: { word: '' },
      },
    ],
    ports: { workers: 0 },
  });
  await hkube.start();
});
afterAll(() => hkube.stop());

async function lookUp(word: string, ...faults: readonly Fault[]): Promise<unknown> {
  for (const fault of faults) hkube.inject('lookup', fault);
  const nodes = [{ nodeName: 'a', algorithmName: 'lookup', input: [word] }];
  const document = await hkube.runRaw({ name: 'look-up', nodes }).done;
  return document.status === 'completed' ? document.data[0]?.result : document;
}

it('without a fault finds the word', async () => {
  expect(await lookUp('whale')).toBe('whale: a word of 5 letters');
});

it('survives a connection that is cut in mid-task: HKube tries the task again', async () => {
  expect(await lookUp('sea', { on: 'subPipelineStarted', do: 'close', code: 1006 })).toBe('sea: a word of 3 letters');
});

it('does its task once when `start` comes twice, and late', async () => {
  const late: Fault = { on: 'start', do: 'delay', ms: 100 };
  expect(await lookUp('ship', late, { on: 'start', do: 'duplicate' })).toBe('ship: a word of 4 letters');
});

it('does its task when `start` comes without data, as the public documentation shows it', async () => {
  expect(await lookUp('mast', { on: 'start', do: 'withoutData' })).toBe('mast: a word of 4 letters');
});

it('is not harmed by half a frame', async () => {
  expect(await lookUp('rope', { on: 'subPipelineStarted', do: 'malformed' })).toBe('rope: a word of 4 letters');
});
