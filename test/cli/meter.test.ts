// How far one thing is, on a terminal and elsewhere.

import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createMeter } from '#cli/meter';
import { dim } from '#cli/log-lines';

function stream(isTTY: boolean) {
  let text = '';
  const shown = Object.assign(new PassThrough(), { isTTY, columns: 80, rows: 20 });
  shown.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { shown, text: () => text };
}

const options = { name: 'build a', quietMs: 0, everyMs: 0 };

it('elsewhere is a line for each change, and lines that stay between them', () => {
  const { shown, text } = stream(false);
  const meter = createMeter({ ...options, stream: shown });
  meter.show({ done: 0, total: 100, words: 'pending' });
  meter.show({ done: 0, total: 100, words: 'pending' });
  meter.log('one');
  meter.show({ done: 40, total: 100, words: 'active' });
  meter.end();
  expect(text()).toBe('build a: pending\none\nbuild a: active\n');
  expect(dim('line', shown)).toBe('line');
});

it('elsewhere is one line in a while, where that is wanted', () => {
  const { shown, text } = stream(false);
  const meter = createMeter({ ...options, everyMs: 1e9, stream: shown });
  for (const done of [1, 2, 3]) meter.show({ done, total: null, words: `${done} B` });
  expect(text()).toBe('build a: 1 B\n');
});

it('is not shown of what is over soon', () => {
  for (const isTTY of [true, false]) {
    const { shown, text } = stream(isTTY);
    const meter = createMeter({ ...options, quietMs: 1e9, stream: shown });
    meter.show({ done: 1, total: 2, words: 'half' });
    meter.end();
    expect(text()).toBe('');
  }
});

it('on a terminal is drawn again below a line that was written over it', async () => {
  const { shown, text } = stream(true);
  const meter = createMeter({ ...options, stream: shown });
  meter.show({ done: 40, total: 100, words: 'active' });
  await expect.poll(text).toContain('| active');
  meter.log('over it');
  await expect.poll(() => text().split('over it')[1]).toContain('| active');
  meter.end();
});

it('on a terminal is a bar; lines stay above it, those of the last moment too', () => {
  const { shown, text } = stream(true);
  const meter = createMeter({ ...options, stream: shown });
  meter.log('before');
  meter.show({ done: 40, total: 100, words: 'active, 40%' });
  meter.show({ done: 100, total: 100, words: 'completed, 100%' });
  meter.log('last');
  meter.end();
  meter.end();
  expect(text()).toMatch(/^before\n[^]*last\n[^]*build a \|█+\| completed, 100%/);
  // The cursor is there again.
  expect(text().lastIndexOf('\u001b[?25h')).toBeGreaterThan(text().lastIndexOf('\u001b[?25l'));
});
