// The inspector as a person uses it: open it, watch a task, go back, run it again with other input, lose the connection.

import { describe, expect, it } from 'vitest';
import { expectQuiet, picture, select, useBrowser, visit, why } from '#test/support/browser';
import { fixture, pipeline, startInspected } from '#test/support/inspected';

useBrowser();

const countWords = { 'count-words': { entry: fixture('count-words.mjs') } };

describe('a person', () => {
  it('watches a task run, and sees both of its ends', async () => {
    const { hkube, link } = await startInspected(countWords);
    const visited = await visit(link);
    const { page } = visited;
    await page.getByText('Live').first().waitFor();
    const { done, stop } = hkube.runRaw(pipeline('words', 'count-words', 'to be or not to be', 60_000));
    await select(page, 'count-words-1', 'working');
    await page.getByRole('img', { name: /session is working/ }).waitFor();
    await select(page, 'algorithm', 'working');
    await page.getByRole('img', { name: /algorithm is working/ }).waitFor();
    await why(page).getByText('count', { exact: false }).first().waitFor();
    expect(await why(page).textContent()).toContain('handler');
    await picture(page, 'chart');
    await page.getByRole('tab', { name: 'Sequence' }).click();
    await page.getByText('initialize', { exact: true }).first().waitFor();
    await page.getByText('started', { exact: true }).first().waitFor();
    await picture(page, 'sequence');
    await page.getByRole('tab', { name: 'Spans' }).click();
    await page.getByText('sort').first().waitFor();
    await picture(page, 'spans');
    stop('seen');
    await done;
    await page.getByRole('treeitem').filter({ hasText: 'words' }).filter({ hasText: 'stopped' }).waitFor();
    expectQuiet(visited);
  });

  it('sees why a task failed, with its stack', async () => {
    const { hkube, link } = await startInspected(countWords);
    const visited = await visit(link);
    const { page } = visited;
    await page.getByText('Live').first().waitFor();
    const { done } = hkube.runRaw(pipeline('words', 'count-words', 'tick boom'));
    expect(await done).toMatchObject({ status: 'failed' });
    await select(page, 'algorithm', 'idle');
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByText('the word "boom" cannot be counted').first().waitFor();
    const place = details.getByRole('link', { name: /count-words\.mjs:\d+:\d+/ }).first();
    expect(await place.getAttribute('href')).toMatch(/^vscode:\/\/file\/\S+count-words\.mjs:\d+:\d+$/);
    await picture(page, 'failure');
    expectQuiet(visited);
  });

  it('goes back in time with the keys, and returns to what happens now', async () => {
    const { hkube, link } = await startInspected(countWords);
    const { page } = await visit(link);
    await page.getByText('Live').first().waitFor();
    await hkube.runRaw(pipeline('words', 'count-words', 'a b c')).done;
    await select(page, 'count-words-1', 'ready');
    const chart = (state: string) => page.getByRole('img', { name: new RegExp(`session is ${state}`) });
    await chart('ready').waitFor();
    // Tabs have arrows of their own: the keys of the page are for whoever is somewhere else.
    await page.getByRole('main').getByRole('tabpanel').focus();
    for (let step = 0; step < 40 && !(await chart('working').isVisible()); step++)
      await page.keyboard.press('Shift+ArrowLeft');
    await chart('working').waitFor();
    await page.getByRole('button', { name: /Back to live/ }).waitFor();
    // The address follows a moment later, and may still say where the keys have passed.
    const shown = await page.getByRole('slider', { name: /Frame/ }).getAttribute('aria-valuetext');
    const frame = /frame (\d+)/.exec(shown ?? '')?.[1];
    await expect.poll(() => page.url()).toMatch(new RegExp(`[#&]n=${Number(frame) - 1}\\b`));
    const past = page.url();
    await picture(page, 'past');
    // New things happen, and the past stays where it is.
    await hkube.runRaw(pipeline('words', 'count-words', 'd e f')).done;
    await chart('working').waitFor();
    await page.keyboard.press('l');
    await chart('ready').waitFor();
    await expect.poll(() => page.url()).not.toMatch(/[#&]n=/);
    await page.goto(past);
    await chart('working').waitFor();
    await page.getByRole('button', { name: /Back to live/ }).click();
    await chart('ready').waitFor();
  });

  it('runs a task again with other input, and is taken to the new run', async () => {
    const { hkube, link } = await startInspected(countWords);
    const visited = await visit(link);
    const { page } = visited;
    await page.getByText('Live').first().waitFor();
    await hkube.runRaw(pipeline('words', 'count-words', 'one two')).done;
    await select(page, 'count-words-1', 'ready');
    await page.getByRole('button', { name: /run the task again…/ }).click();
    const input = page.getByRole('textbox', { name: /input/ });
    expect(JSON.parse(await input.inputValue())).toEqual(['one two']);
    await input.fill('["one", oops]');
    await page.getByRole('button', { name: 'run the task again', exact: true }).click();
    await page.getByText(/JSON/).first().waitFor();
    await input.fill('["one two three"]');
    await picture(page, 'again');
    await page.getByRole('button', { name: 'run the task again', exact: true }).click();
    await page.getByRole('complementary').getByText('completed').first().waitFor();
    const [latest] = await hkube.runs();
    expect(await hkube.result(latest?.jobId ?? '')).toMatchObject({ data: [{ result: 3 }] });
    expect(page.url()).toContain('actor=');
    expectQuiet(visited);
  });

  it('cuts the connection, and sees the task go on', async () => {
    const { hkube, link } = await startInspected(countWords, { lenient: true });
    const visited = await visit(link);
    const { page } = visited;
    await page.getByText('Live').first().waitFor();
    const { done } = hkube.runRaw(pipeline('words', 'count-words', 'still here', 1_500));
    await select(page, 'count-words-1', 'working');
    await page.getByRole('button', { name: 'cut the connection' }).click();
    await select(page, 'algorithm');
    await page.getByRole('tab', { name: 'Sequence' }).click();
    await page.getByText(/lost/).first().waitFor();
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 2 }] });
    await picture(page, 'resume');
    expectQuiet(visited);
  });

  it('is told that the inspector was started anew, and sees nothing of what was before', async () => {
    const inspect = { port: 0, token: 'the-same-token' };
    const { hkube, link } = await startInspected(countWords, {}, inspect);
    const { page } = await visit(link);
    await page.getByText('Live').first().waitFor();
    await hkube.runRaw(pipeline('before', 'count-words', 'a b c')).done;
    await select(page, 'before', 'completed');
    await page.keyboard.press('Home');
    await hkube.stop();
    await page.getByText('Connection lost').waitFor();
    const again = await startInspected(countWords, {}, { ...inspect, port: Number(new URL(link).port) });
    await page.getByRole('alert').getByText('started anew').waitFor();
    await page.getByText('Live').first().waitFor();
    await again.hkube.runRaw(pipeline('after', 'count-words', 'd e')).done;
    await select(page, 'after', 'completed');
    await page.getByRole('searchbox', { name: 'Search in all lines' }).fill('before');
    await page.getByText('No line passes the filter.').waitFor();
    expect(await page.getByRole('tree').innerText()).not.toContain('before');
    expect(await page.getByRole('main').innerText()).not.toContain('before');
  });

  it('takes a conversation along, and makes the parts of the page larger and smaller', async () => {
    const { hkube, link } = await startInspected(countWords);
    const visited = await visit(link);
    const { page } = visited;
    await page.getByText('Live').first().waitFor();
    await hkube.runRaw(pipeline('words', 'count-words', 'a b c')).done;
    await select(page, 'count-words-1', 'ready');
    const { searchParams } = new URL(link);
    const test = await page.getByRole('link', { name: 'as a test' }).getAttribute('href');
    const asked = new URLSearchParams(test?.split('?')[1]);
    expect([asked.get('token'), asked.get('actor')]).toEqual([searchParams.get('token'), expect.stringContaining('/')]);
    await page.getByText(`algorithm-actor replay recording.jsonl --entry '${fixture('count-words.mjs')}'`).waitFor();
    const tree = page.getByRole('tree');
    const before = (await tree.boundingBox())?.width ?? 0;
    await page.getByRole('separator', { name: 'Width of the actors' }).press('ArrowRight');
    await expect.poll(async () => (await tree.boundingBox())?.width).toBeGreaterThan(before);
    expectQuiet(visited);
  });

  it('sees the graph of a pipeline, with its batches', async () => {
    const { hkube, link } = await startInspected({ 'count-words': { ...countWords['count-words'], workers: 2 } });
    const visited = await visit(link);
    const { page } = visited;
    await page.getByText('Live').first().waitFor();
    const nodes = [
      { nodeName: 'split', algorithmName: 'count-words', input: ['a b'] },
      { nodeName: 'each', algorithmName: 'count-words', input: ['#@flowInput.texts', '@split'] },
      { nodeName: 'join', algorithmName: 'count-words', input: ['x', 0, '@each'] },
    ];
    const { done } = hkube.runRaw({ name: 'fan-out', nodes, flowInput: { texts: Array(20).fill('to be') } });
    await select(page, 'fan-out');
    await page.getByRole('tab', { name: 'Graph' }).click();
    for (const { nodeName } of nodes) await page.getByText(nodeName, { exact: true }).first().waitFor();
    await done;
    await page
      .getByRole('complementary')
      .getByText(/completed/)
      .first()
      .waitFor();
    await picture(page, 'graph');
    expectQuiet(visited);
  });
});

describe('the page', () => {
  it.each([
    ['light', 'wide', 1440],
    ['dark', 'wide', 1440],
    ['light', 'narrow', 420],
    ['dark', 'narrow', 420],
  ] as const)('is usable %s and %s', async (colorScheme, name, width) => {
    const { hkube, link } = await startInspected(countWords);
    const visited = await visit(link, { colorScheme, viewport: { width, height: 900 } });
    const { page } = visited;
    await page.getByText('Live').first().waitFor();
    await hkube.runRaw(pipeline('words', 'count-words', 'a b c')).done;
    await select(page, 'algorithm', 'idle');
    // On a narrow window whoever picks an actor is taken to what is said of it.
    await why(page).waitFor();
    const sideways = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(sideways).toBeLessThanOrEqual(0);
    await picture(page, `${colorScheme}-${name}`);
    expectQuiet(visited);
  });
});
