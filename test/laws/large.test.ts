// The limits of a real worker: 100 MB a frame.

import { expect, it } from 'vitest';
import { connectAlgorithm } from '#test/support/algorithm';

const MEGABYTE = 1e6;

it.each(['json', 'bson'] as const)('a 100 MB input passes in %s', { timeout: 60_000 }, async (encoding) => {
  const { connection, worker } = await connectAlgorithm(
    { start: ({ input }: { readonly input: readonly string[] }) => input.map((text) => text.length) },
    { encoding },
  );
  await connection.begin({ input: ['x'.repeat(60 * MEGABYTE), 'y'.repeat(40 * MEGABYTE)] });
  expect(await connection.next('done', 30_000)).toMatchObject({ data: [60 * MEGABYTE, 40 * MEGABYTE] });
  expect(worker.connections).toHaveLength(1);
});

it('a result just below the limit passes', { timeout: 60_000 }, async () => {
  const { connection } = await connectAlgorithm({ start: () => 'r'.repeat(99.9 * MEGABYTE) });
  await connection.begin();
  const { data } = await connection.next('done', 30_000);
  expect(String(data)).toHaveLength(99.9 * MEGABYTE);
});
