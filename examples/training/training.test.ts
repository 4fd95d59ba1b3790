import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openCollector } from '#test/support/collector';
import { curvesIn } from '#test/support/event-bytes';
import { run, shownIn } from '#test/support/readme';
import { temporaryFolder } from '#test/support/temporary';
import { outlineOf, treesOf } from '#test/support/span-tree';

const here = import.meta.dirname;
afterEach(() => vi.unstubAllEnvs());

it('out', async () => {
  const collector = await openCollector();
  for (const [name, value] of Object.entries(collector.env)) vi.stubEnv(name, value);
  const state = temporaryFolder();
  const ran = await run(here, 'npx --prefix ../.. algorithm-actor exec raw -f pipeline.yml --json', state);
  console.log(ran.printed);
  const lines = outlineOf(treesOf(collector.spans));
  console.log(lines.slice(0, 200).join('\n'));
  console.log(new Set(collector.spans.map(({ traceId }) => traceId)).size, collector.spans.length, new Set(collector.spans.map(s => s.service + ' ' + s.scope)));
  for (const f of readdirSync(join(state, 'metrics'), { recursive: true, encoding: 'utf8' }).filter((n) => n.includes('tfevents'))) {
    const c = curvesIn(readFileSync(join(state, 'metrics', f)));
    console.log(f, Object.entries(c).map(([t, v]) => `${t} ${v.length} ${v[0]} ${v.at(-1)}`).join(' | '));
  }
});
