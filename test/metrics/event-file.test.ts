// Event files as a task leaves them, and as they are followed while it writes.

import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEventFile } from '#metrics/event-file';
import { createEventReader } from '#metrics/event-reader';
import type { Scalar } from '#model/scalar';
import { eventFiles, scalarsIn } from '#test/support/event-files';
import { temporaryFolder } from '#test/support/temporary';

const AT = 1_700_000_000_250;
const loss = (step: number): Scalar => ({ tag: 'train/loss', value: 0.25, step, at: AT });

it('W1: a file has the name that TensorBoard looks for, and none has that of another', () => {
  const folder = join(temporaryFolder(), 'made', 'here');
  for (const file of [openEventFile(folder, AT), openEventFile(folder, AT)]) file.close();
  const names = eventFiles(folder);
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^events\.out\.tfevents\.1700000000\.[\w-]+\.\d+\.\d+$/);
  expect(names[0]).toContain(hostname().replace(/[^\w-]/g, '-'));
});

it('is what TensorBoard’s own writer writes, byte for byte', () => {
  const folder = temporaryFolder();
  const file = openEventFile(folder, AT);
  file.add(loss(300));
  file.close();
  expect(readFileSync(join(folder, eventFiles(folder)[0] ?? '')).toString('hex')).toBe(
    '1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9' +
      '2100000000000000017becf60900001040fc54d94110ac022a130a110a0a747261696e2f6c6f7373150000803ebc5e6ee1',
  );
});

it('W2, W3: what was flushed is there, and what is much is flushed by itself', async () => {
  const folder = temporaryFolder();
  const file = openEventFile(folder, AT);
  file.add(loss(0));
  expect(await scalarsIn(folder)).toEqual([]);
  file.flush();
  expect(await scalarsIn(folder)).toEqual(['train/loss 0 0.25']);
  for (let step = 1; step <= 10_000; step += 1) file.add(loss(step));
  expect((await scalarsIn(folder)).length).toBeGreaterThan(9_000);
  file.close();
  expect(await scalarsIn(folder)).toHaveLength(10_001);
});

it('is followed as it grows, a cut tail and all', async () => {
  const folder = temporaryFolder();
  const file = openEventFile(folder, AT);
  for (let step = 0; step < 3; step += 1) file.add(loss(step));
  file.close();
  const path = join(folder, eventFiles(folder)[0] ?? '');
  const whole = readFileSync(path);
  truncateSync(path, whole.length - 10);
  const steps: number[] = [];
  const reader = createEventReader(path);
  const take = (scalars: readonly Scalar[]): void => void steps.push(...scalars.map(({ step }) => step));
  await reader.read(take);
  expect(steps).toEqual([0, 1]);
  appendFileSync(path, whole.subarray(-10));
  await reader.read(take);
  expect(steps).toEqual([0, 1, 2]);
  await reader.read(take);
  expect(steps).toEqual([0, 1, 2]);
});

it('gives nothing where it cannot be read, or is something else', async () => {
  const folder = temporaryFolder({ 'events.out.tfevents.1': 'no event file at all, and longer than a head' });
  expect(await scalarsIn(folder)).toEqual([]);
  const path = join(folder, 'large');
  writeFileSync(path, Buffer.alloc(5_000_000, 0xff));
  const told: unknown[] = [];
  await createEventReader(path).read((scalars) => told.push(...scalars));
  await createEventReader(join(folder, 'missing')).read((scalars) => told.push(...scalars));
  expect(told).toEqual([]);
});
