// Stored pipelines on the disk: kept by name, whatever the name, and whole whatever happens.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPipeline } from '#descriptors/pipeline';
import { createPipelineStore, type PipelineStoreOptions } from '#store/pipelines';
import { temporaryFolder } from '#test/support/temporary';

const document = (name: string, rest = {}) => ({
  ...{ name, nodes: [{ nodeName: 'a', algorithmName: 'add', input: [] }] },
  ...rest,
});

async function storeIn(folder: string | null, options: Partial<PipelineStoreOptions> = {}) {
  const store = createPipelineStore({ folder, found: new Map(), check: () => undefined, ...options });
  await store.open();
  return store;
}

describe('a pipeline that is stored', () => {
  it('is there again, as it was (H4)', async () => {
    const folder = temporaryFolder();
    const store = await storeIn(folder);
    const stored = await store.insert(document('p', { flowInput: { x: 1 }, mine: 'kept' }));
    await store.writeReadme('p', '# P');
    const next = await storeIn(folder);
    expect(next.get('p')).toEqual(stored);
    expect(await next.readme('p')).toBe('# P');
    expect([...next.keys()]).toEqual(['p']);
  });

  it.each(['.', '..', 'a.b', 'A', 'a', 'con:1', '_', 'x'.repeat(400), `${'x'.repeat(400)}y`])(
    'may be called %s, and leads nowhere else',
    async (name) => {
      const folder = temporaryFolder();
      const store = await storeIn(folder);
      for (const one of [name, 'other']) await store.insert(document(one));
      expect(readdirSync(folder)).toEqual(['pipelines']);
      expect(readdirSync(join(folder, 'pipelines'))).toHaveLength(2);
      const next = await storeIn(folder);
      expect(next.get(name)?.name).toBe(name);
      await next.delete(name);
      expect([...(await storeIn(folder)).keys()]).toEqual(['other']);
    },
  );

  it('says nothing of its own storing', async () => {
    const store = await storeIn(null);
    const stored = await store.insert(document('p', { created: 1, modified: 1, version: 'x', auditTrail: [] }));
    expect(stored.created).toBeGreaterThan(1);
    expect(stored.version).toMatch(/^\w{10}$/);
    expect(stored.auditTrail).toHaveLength(1);
  });

  it('is stored once, however many ask at the same time (H6)', async () => {
    const store = await storeIn(temporaryFolder());
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => store.insert(document('p'))));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const changes = await Promise.all(Array.from({ length: 120 }, () => store.update(document('p'))));
    expect(changes.at(-1)?.auditTrail).toHaveLength(100);
  });

  it('goes before one of a folder, which is there again when it is deleted (H5)', async () => {
    const found = new Map([['p', checkPipeline(document('p', { description: 'folder' }), 'test')]]);
    const store = await storeIn(temporaryFolder(), { found });
    await expect(store.insert(document('p'))).rejects.toMatchObject({ facts: { status: 409 } });
    await store.update(document('p', { description: 'sent' }));
    expect(store.get('p')?.description).toBe('sent');
    expect([...store.values()]).toHaveLength(1);
    await store.delete('p');
    expect(store.get('p')?.description).toBe('folder');
    await expect(store.delete('p')).rejects.toMatchObject({ code: 'INVALID_CALL' });
  });
});

it('what was cut, or is somebody else’s, is passed over', async () => {
  const folder = temporaryFolder();
  const store = await storeIn(folder);
  await store.insert(document('p'));
  for (const [name, text] of [
    ['cut', '{"name":'],
    ['other', '{"name":5}'],
  ] as const) {
    mkdirSync(join(folder, 'pipelines', name));
    writeFileSync(join(folder, 'pipelines', name, 'pipeline.json'), text);
  }
  writeFileSync(join(folder, 'pipelines', 'file'), '');
  expect([...(await storeIn(folder)).keys()]).toEqual(['p']);
});
