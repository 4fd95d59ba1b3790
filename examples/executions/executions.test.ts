import { fileURLToPath } from 'node:url';
import { createLocalHKube } from 'algorithm-actor/local';
import { expect, it } from 'vitest';

const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
// Started before they are asked: the time that an execution may take is its own, and that of its algorithm's process.
const expert = { entry: entry('experts.ts'), minHotWorkers: 1 };
const experts = ['cautious', 'bold', 'careless', 'thorough'].map((name) => [name, expert]);

it('goes by those that answer in time, and says why the others did not', async () => {
  const algorithms = { estimate: { entry: entry('estimate.ts') }, ...Object.fromEntries(experts) };
  const hkube = createLocalHKube({ algorithms, ports: { workers: 0 } });
  await hkube.start();
  try {
    const nodes = [{ nodeName: 'house', algorithmName: 'estimate', input: [100] }];
    const document = await hkube.runRaw({ name: 'estimate', nodes }).done;
    const missing = ['Execution of "careless" (3) failed: the price is on the other sheet', 'thorough took too long'];
    expect(document).toMatchObject({ status: 'completed', data: [{ result: { price: 110, missing } }] });
  } finally {
    await hkube.stop();
  }
});
