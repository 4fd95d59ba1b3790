// The example that hangs, as a person finds out why.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parsePipeline } from '../../src/local.js';
import { expectQuiet, picture, select, useBrowser, visit, why } from '#test/support/browser';
import { startInspected } from '#test/support/inspected';

useBrowser();

const example = (name: string): string => fileURLToPath(new URL(`../../examples/hanging/${name}`, import.meta.url));

it('says who waits for whom', async () => {
  const { hkube, link } = await startInspected({
    explain: { entry: example('algorithms/explain.ts'), workers: 1 },
    lookup: { entry: example('algorithms/lookup.ts'), workers: 1 },
  });
  const visited = await visit(link);
  const { page } = visited;
  await page.getByText('Live').first().waitFor();
  const { done, stop } = hkube.runRaw(parsePipeline(readFileSync(example('pipeline.yml'), 'utf8'), 'pipeline.yml'));
  await select(page, 'explain-1', 'working');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => why(page).innerText())
    .toMatch(/lookup-1 has node word of reading, which waits for the sub-pipeline words-of-mast\./);
  const words = await why(page).innerText();
  expect(words).toContain('waits for the sub-pipeline meaning-of-leviathan');
  expect(words).toContain('meaning-of-leviathan: lookup waits for a worker of lookup.');
  await picture(page, 'hanging');
  stop('seen');
  await done;
  expectQuiet(visited);
});
