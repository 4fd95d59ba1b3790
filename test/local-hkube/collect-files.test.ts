// What is taken out of the folder into which a task writes, whatever it holds.

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createFileCollector } from '#local-hkube/collect-files';
import { temporaryFolder } from '#test/support/temporary';

function collecting() {
  const [from, into] = [temporaryFolder(), temporaryFolder()];
  const files = createFileCollector(into, () => Promise.resolve());
  return { from, into, files, kept: (name: string) => readFileSync(join(into, name), 'utf8') };
}

function within(folder: string, work: () => void): void {
  const before = process.cwd();
  process.chdir(folder);
  try {
    work();
  } finally {
    process.chdir(before);
  }
}

it('V1: only event files are taken as they grow, wherever they are', async () => {
  const { from, files, into, kept } = collecting();
  mkdirSync(join(from, 'of.tfevents'));
  writeFileSync(join(from, 'of.tfevents', 'state'), '{"epoch":1}');
  writeFileSync(join(from, 'of.tfevents', 'tfevents.1'), 'one');
  await files.take(from, 'growing');
  expect(existsSync(join(into, 'of.tfevents', 'state'))).toBe(false);
  expect(kept('of.tfevents/tfevents.1')).toBe('one');
  writeFileSync(join(from, 'of.tfevents', 'state'), '{"epoch":2,"loss":1}');
  await files.take(from, 'all');
  expect(kept('of.tfevents/state')).toBe('{"epoch":2,"loss":1}');
});

it('V2: the file that says whose all is is not taken from a task', async () => {
  const { from, files, into, kept } = collecting();
  writeFileSync(join(into, '.task.json'), 'ours');
  writeFileSync(join(from, '.task.json'), 'theirs');
  await files.take(from, 'all');
  expect(kept('.task.json')).toBe('ours');
  expect(files.problem).toContain('.task.json');
});

it('V3: what has been written in vain is written over', async () => {
  const { from, into, files, kept } = collecting();
  writeFileSync(join(from, 'tfevents'), 'one ');
  await files.take(from, 'growing');
  // As a disk that was full leaves it.
  appendFileSync(join(into, 'tfevents'), 'tw');
  appendFileSync(join(from, 'tfevents'), 'two');
  await files.take(from, 'growing');
  expect(kept('tfevents')).toBe('one two');
});

it('V3: what cannot be looked at is said, and the rest is taken', async () => {
  const { from, files, kept } = collecting();
  writeFileSync(join(from, 'fine'), 'fine');
  // Longer than a path may be, which only who goes there step by step can make, and remove.
  const deep = 'd'.repeat(250);
  within(from, () => {
    for (let level = 0; level < 16; level += 1) {
      mkdirSync(deep);
      process.chdir(deep);
    }
    writeFileSync(`${'f'.repeat(240)}.tfevents`, '');
  });
  onTestFinished(() =>
    within(join(from, ...Array.from({ length: 8 }, () => deep)), () => rmSync(deep, { recursive: true })),
  );
  await files.take(from, 'growing');
  await files.take(from, 'all');
  expect(kept('fine')).toBe('fine');
  expect(files.problem).toContain('ENAMETOOLONG');
});

it('V3: files that nobody wants yet do not keep event files from being taken', async () => {
  const { from, files, kept } = collecting();
  for (let count = 0; count <= 10_000; count += 1) writeFileSync(join(from, `image-${count}`), '');
  writeFileSync(join(from, 'tfevents'), 'one');
  await files.take(from, 'growing');
  expect(kept('tfevents')).toBe('one');
  expect(files.problem).toBeNull();
});

it('V3: what is too large is left, with words, and its room is for the others', async () => {
  const { from, into, files, kept } = collecting();
  writeFileSync(join(from, 'a-sparse'), '');
  truncateSync(join(from, 'a-sparse'), 2 ** 31);
  writeFileSync(join(from, 'b-small'), 'small');
  await files.take(from, 'all');
  expect(existsSync(join(into, 'a-sparse'))).toBe(false);
  expect(kept('b-small')).toBe('small');
  expect(files.problem).toMatch(/a-sparse: its 2147483648 bytes are left/);
});
