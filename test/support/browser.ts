// A real browser, and pages that remember what they have asked for and complained of.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { root } from '#test/support/source-files';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
args.push('--disable-component-update', '--disable-sync', '--disable-dev-shm-usage');

let browser: Browser | undefined;

/** One browser for all tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  });
  afterAll(async () => browser?.close());
}

export interface Visit {
  readonly page: Page;
  /** Addresses outside of this machine that were asked for: there must be none. */
  readonly outside: readonly string[];
  /** What the page, or its policy, has complained of. */
  readonly complaints: readonly string[];
}

/** A page in a window of its own. */
export async function visit(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  if (!browser) throw new TypeError('useBrowser() has to be called first');
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const outside: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (!['data:', 'blob:', 'file:'].includes(protocol) && hostname !== '127.0.0.1') outside.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, outside, complaints };
}

/** Nothing has left this machine, and nothing was amiss. */
export function expectQuiet({ outside, complaints }: Visit): void {
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
}

/** Where this machine keeps its files is nobody's affair. */
const withoutPaths = `for (const card of document.querySelectorAll('details'))
  if (card.querySelector('a[href*="recording.test.ts"]')) card.style.visibility = 'hidden'`;

/** A picture for docs/inspector.md; `npm run docs:pictures` keeps it. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = join(root, process.env.PICTURES ?? '.test-build/pictures');
  await mkdir(folder, { recursive: true });
  await page.evaluate(withoutPaths);
  await page.screenshot({ path: join(folder, `inspector-${name}.png`), animations: 'disabled' });
}

/** What stands there, as a person would read it. */
export const why = (page: Page) => page.getByLabel('What it is waiting for');

/** Selects the first actor in the tree that has all of these words in its row. */
export async function select(page: Page, ...words: string[]): Promise<void> {
  let rows = page.getByRole('tree').getByRole('treeitem');
  for (const word of words) rows = rows.filter({ hasText: word });
  await rows.first().click();
}
