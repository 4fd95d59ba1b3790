// The curves of trainings as a person looks at them: while they grow, compared, as they were, and in a file.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectQuiet, picture, select, useBrowser, visit } from '#test/support/browser';
import { temporaryFolder } from '#test/support/temporary';
import { serveTrainings } from '#test/support/trainings';

useBrowser();

const slow = { jobId: 'raw-slow', rate: 0.006, floor: 0.42, seed: 1 };
const fast = { jobId: 'raw-fast', rate: 0.014, floor: 0.31, seed: 5 };
const other = { jobId: 'raw-other', rate: 0.01, floor: 0.2, seed: 9, pipeline: 'other', node: 'tune' };

const curve = (page: Page, tag: string) => page.getByRole('slider', { name: `${tag}:` });
const reading = (page: Page, tag: string) => curve(page, tag).getAttribute('aria-valuetext');

/** Three trainings, and a page that shows the curves of the fast one. */
async function watch(options: Parameters<typeof visit>[1] = {}) {
  const trainings = await serveTrainings();
  const visited = await visit(trainings.link, options);
  const { page } = visited;
  await page.getByText('Live').first().waitFor();
  const [measureFast, ...others] = [fast, slow, other].map(trainings.begin);
  await select(page, 'train', 'raw-fast');
  expect(await page.getByRole('tab', { name: 'curves' }).count()).toBe(0);
  for (const measure of others) measure(0, 500);
  measureFast?.(0, 300);
  if ((options.viewport?.width ?? 1440) < 700) await page.getByRole('button', { name: 'picture' }).click();
  await page.getByRole('tab', { name: 'curves' }).click();
  await curve(page, 'train/loss').waitFor();
  return { ...visited, visited, link: trainings.link, measure: measureFast };
}

async function compare(page: Page, ...names: RegExp[]): Promise<void> {
  await page.getByRole('button', { name: 'compare with' }).click();
  for (const name of names) await page.getByRole('checkbox', { name }).check();
  await page.getByRole('button', { name: 'close the list' }).click();
}

describe('a person', () => {
  it('sees what a task measures, while it does, and reads exact values with the keys', async () => {
    const { page, visited, measure } = await watch();
    await expect.poll(() => reading(page, 'train/loss')).toContain('step 299,');
    measure?.(300, 500);
    await expect.poll(() => reading(page, 'train/loss')).toContain('step 499,');
    expect(await reading(page, 'val/loss')).toContain('step 490,');
    await curve(page, 'learning rate').focus();
    await page.keyboard.press('Home');
    expect(await reading(page, 'learning rate')).toBe('fit · raw-fast: 2.5e-5, step 0, 0');
    for (const key of ['ArrowRight', 'Shift+ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    expect(await reading(page, 'learning rate')).toContain('step 10,');
    // What is pointed at in one drawing is read in all of them.
    expect(await reading(page, 'train/loss')).toContain('step 10,');
    await page.keyboard.press('Escape');
    expect(await reading(page, 'train/loss')).toContain('step 499,');
    expect(await page.getByRole('slider', { name: /Frame/ }).getAttribute('aria-valuetext')).not.toContain('frame 1,');
    expectQuiet(visited);
  });

  it('compares it with other runs: the same node first, with a line, a mark and numbers for each', async () => {
    const { page, visited, measure } = await watch({ viewport: { width: 1500, height: 1000 } });
    measure?.(300, 500);
    await page.getByRole('button', { name: 'compare with' }).click();
    const offered = page.getByRole('list', { name: 'Tasks to compare with' }).getByRole('listitem');
    expect(await offered.allInnerTexts()).toEqual([
      expect.stringMatching(/raw-slow[^]*the same node/),
      expect.stringMatching(/raw-other[^]*other · 6 tags/),
    ]);
    await page.getByRole('button', { name: 'close the list' }).click();
    await compare(page, /raw-slow/);
    await expect.poll(() => reading(page, 'train/loss')).toMatch(/raw-fast: 0\.27\d+, .*; fit · raw-slow: 0\.60\d+, /);
    const rows = page.getByRole('table', { name: 'What stands out' }).getByRole('row').filter({ hasText: 'raw-slow' });
    expect(await rows.nth(2).innerText()).toMatch(/0\.8\d+ at 499[^]*−0\.06\d+ \(−7\.\d %\)/);
    await page.getByRole('slider', { name: 'smoothing' }).fill('0.8');
    const filter = page.getByRole('searchbox', { name: 'Filter tags' });
    await filter.fill('LOSS');
    await expect.poll(() => page.getByRole('figure').count()).toBe(2);
    await filter.blur();
    await curve(page, 'train/loss').hover();
    await expect.poll(() => reading(page, 'train/loss')).toContain('smoothed');
    await picture(page, 'curves');
    // The address says what is compared.
    await expect.poll(() => page.url()).toContain('with=raw-slow/raw-slow-fit/1');
    await page.reload();
    await expect.poll(() => reading(page, 'train/loss')).toContain('raw-slow');
    await page.getByRole('checkbox', { name: 'as tables' }).check();
    const values = page.getByRole('group', { name: 'Values of val/loss' });
    expect(await values.getByRole('row').count()).toBe(51);
    await page.getByRole('button', { name: 'Without fit · raw-slow' }).click();
    await expect.poll(() => values.getByRole('columnheader').count()).toBe(2);
    expectQuiet(visited);
  });

  it('sees what was known at an earlier point, while more comes', async () => {
    const { page, measure } = await watch();
    await expect.poll(() => reading(page, 'train/loss')).toContain('step 299,');
    await page.getByRole('button', { name: 'Pause' }).click();
    const frames = page.getByRole('slider', { name: /Frame/ });
    const before = Number(await frames.getAttribute('max'));
    measure?.(300, 500);
    await expect.poll(async () => Number(await frames.getAttribute('max'))).toBeGreaterThan(before);
    expect(await reading(page, 'train/loss')).toContain('step 299,');
    await page.getByRole('main').getByRole('tabpanel').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => reading(page, 'train/loss')).toContain('step 499,');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => reading(page, 'train/loss')).toContain('step 299,');
    await page.keyboard.press('l');
    await expect.poll(() => reading(page, 'train/loss')).toContain('step 499,');
  });

  it('who comes late is told all of it, and takes it along in a file that opens from disk', async () => {
    const { link } = await watch();
    const late = await visit(link);
    await late.page.getByText('Live').first().waitFor();
    await select(late.page, 'train', 'raw-fast');
    await late.page.keyboard.press('5');
    await expect.poll(() => reading(late.page, 'train/loss')).toContain('step 299,');
    expectQuiet(late);
    const { search, origin } = new URL(link);
    const html = await (await fetch(`${origin}/recording.html${search}`)).text();
    const file = join(temporaryFolder({ 'training.html': html }), 'training.html');
    const opened = await visit(pathToFileURL(file).href);
    await select(opened.page, 'train', 'raw-fast');
    await opened.page.getByRole('tab', { name: 'curves' }).click();
    await compare(opened.page, /raw-slow/);
    await expect.poll(() => reading(opened.page, 'train/loss')).toContain('raw-slow');
    // Its style sheet is there, too.
    const border = await opened.page.evaluate(`getComputedStyle(document.querySelector('figure')).borderTopWidth`);
    expect(border).toBe('1px');
    await opened.page.getByRole('tab', { name: 'graph' }).click();
    await opened.page.getByText('no run whose graph is known').waitFor();
    expectQuiet(opened);
  });

  it.each([
    ['light', 420],
    ['dark', 420],
    ['dark', 1440],
  ] as const)('sees it %s, %d wide', async (colorScheme, width) => {
    const { page, visited } = await watch({ colorScheme, viewport: { width, height: 900 } });
    await compare(page, /raw-slow/, /raw-other/);
    for (const name of ['relative time', 'time of day']) await page.getByRole('button', { name }).click();
    await page.getByRole('checkbox', { name: 'log scale' }).check();
    await page.getByRole('figure').first().waitFor();
    const sideways = await page.evaluate(
      `[document.documentElement, document.querySelector('.drawing')].map((it) => it.scrollWidth - it.clientWidth)`,
    );
    expect(sideways).toEqual([0, 0]);
    await picture(page, `curves-${colorScheme}-${width}`);
    expectQuiet(visited);
  });
});
