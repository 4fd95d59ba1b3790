// A page of another origin: it can neither read nor send, whatever it knows.

import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { useBrowser, visit } from '#test/support/browser';
import { fixture, startInspected } from '#test/support/inspected';

useBrowser();

/** A page somewhere else on this machine. */
async function foreignPage(): Promise<string> {
  const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<p>hello</p>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
}

it('cannot read, cannot connect, cannot show it in a frame, with the token neither', async () => {
  const { link } = await startInspected({ 'count-words': { entry: fixture('count-words.mjs') } });
  const { page } = await visit(await foreignPage());
  const { origin, search } = new URL(link);
  const attempts = {
    readsPage: `fetch('${link}').then((r) => r.text())`,
    readsRecording: `fetch('${origin}/recording.jsonl${search}').then((r) => r.text())`,
    connects: `new Promise((resolve, reject) => { const s = new WebSocket('${origin.replace('http', 'ws')}/ws${search}'); s.onopen = () => resolve('open'); s.onerror = () => reject(new TypeError('refused')); })`,
    speaks: `new Promise((resolve, reject) => { const s = new WebSocket('${origin.replace('http', 'ws')}/source${search}&process=x'); s.onopen = () => resolve('open'); s.onerror = () => reject(new TypeError('refused')); })`,
  };
  for (const [name, attempt] of Object.entries(attempts))
    expect(await page.evaluate(`${attempt}.then((got) => 'got ' + got, () => 'refused')`), name).toBe('refused');
  await page.setContent(`<iframe src="${link}"></iframe>`);
  const frame = page.frames().find((one) => one.parentFrame() !== null);
  expect(await frame?.evaluate('document.body?.innerText ?? ""').catch(() => '')).not.toContain('Live');
});

it('and neither does its own page without the token', async () => {
  const { link } = await startInspected({ 'count-words': { entry: fixture('count-words.mjs') } });
  const { page } = await visit(new URL(link).origin);
  await page.waitForTimeout(300);
  expect(await page.locator('body').innerText()).not.toContain('Live');
});
