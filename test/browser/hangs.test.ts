// Why does my task hang? Five tasks that do, and what a person who does not know the code reads of each on the page.

import { describe, expect, it } from 'vitest';
import { expectQuiet, picture, select, useBrowser, visit, why } from '#test/support/browser';
import { fixture, pipeline, startInspected } from '#test/support/inspected';

useBrowser();

const entry = (name: string) => ({ entry: fixture(`${name}.mjs`) });

async function open(...given: Parameters<typeof startInspected>) {
  const started = await startInspected(...given);
  const visited = await visit(started.link);
  await visited.page.getByText('Live').first().waitFor();
  return { ...started, ...visited, visited };
}

describe('a task hangs, and the page says why', () => {
  it('it waits for a sub-pipeline whose algorithm is never loaded', async () => {
    const { hkube, page, visited } = await open({ asks: entry('asks-merge'), broken: entry('broken') });
    hkube.runRaw(pipeline('outer', 'asks', 'broken'));
    await select(page, 'asks-1', 'working');
    await select(page, 'algorithm', 'working');
    await expect
      .poll(() => why(page).textContent(), { timeout: 15_000 })
      .toMatch(/waits for the sub-pipeline.*merge-all/);
    // The run, not what the algorithm that asked for it sees of it.
    await select(page, 'merge-all', 'active');
    await expect.poll(() => why(page).textContent(), { timeout: 15_000 }).toMatch(/broken/);
    await select(page, 'broken-1', 'init');
    await expect.poll(() => why(page).textContent()).toMatch(/has not answered that it is initialized.*merge-all/);
    await page.getByRole('tab', { name: 'Output' }).click();
    await page.getByText('cannot open the model').first().waitFor();
    await picture(page, 'hang-never-loaded');
    expectQuiet(visited);
  });

  it('it never got its start: the worker’s word was lost', async () => {
    const { hkube, page, visited } = await open({
      count: { ...entry('count-words'), faults: [{ on: 'start', do: 'drop' }] },
    });
    hkube.runRaw(pipeline('words', 'count', 'a b'));
    await select(page, 'count-1', 'working');
    await expect.poll(() => why(page).textContent()).toMatch(/has said start, and the algorithm has not got it/);
    await select(page, 'algorithm', 'ready');
    await expect.poll(() => why(page).textContent()).toMatch(/start/);
    expectQuiet(visited);
  });

  it('its handler never yields', async () => {
    const { hkube, page, visited } = await open({ busy: entry('busy') });
    hkube.runRaw(pipeline('spin', 'busy'));
    await select(page, 'algorithm', 'working');
    await expect.poll(() => why(page).textContent(), { timeout: 30_000 }).toMatch(/load the model/);
    await expect.poll(() => why(page).textContent(), { timeout: 30_000 }).toMatch(/busy/);
    await picture(page, 'hang-busy');
    expectQuiet(visited);
  });

  it('it waits for a worker, and all workers wait for it', async () => {
    const limited = { ...entry('asks-merge'), workers: 1, maxWorkers: 1 };
    const { hkube, page, visited } = await open({ asks: limited, count: { ...entry('count-words'), workers: 1 } });
    hkube.runRaw(pipeline('slow', 'count', 'a', 600_000));
    hkube.runRaw(pipeline('outer', 'asks', 'count'));
    // The run that one clicks first says it, too.
    await select(page, 'outer');
    await expect
      .poll(() => why(page).textContent(), { timeout: 15_000 })
      .toMatch(/asks-1, which waits for the sub-pipeline merge-all/);
    // The run, not what the algorithm that asked for it sees of it.
    await select(page, 'merge-all', 'active');
    await expect.poll(() => why(page).textContent(), { timeout: 15_000 }).toMatch(/count-1 has node only of slow/);
    await expect.poll(() => why(page).textContent(), { timeout: 15_000 }).toMatch(/worker/);
    await expect.poll(() => why(page).textContent(), { timeout: 15_000 }).toMatch(/count/);
    await picture(page, 'hang-no-worker');
    expectQuiet(visited);
  });

  it('it was stopped, and its stop hook does not end', async () => {
    const { hkube, page, visited } = await open({ stubborn: entry('stubborn') });
    const { stop } = hkube.runRaw(pipeline('stuck', 'stubborn'));
    await select(page, 'algorithm', 'working');
    stop('enough of it');
    await select(page, 'algorithm', 'stopping');
    await expect.poll(() => why(page).textContent()).toMatch(/stop hook|handler/);
    expectQuiet(visited);
  });
});
