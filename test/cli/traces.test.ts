// The spans of a command: they have left when it ends, and it does not wait for a collector that does not answer.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { openCollector } from '#test/support/collector';
import { ADD, project } from '#test/support/projects';
import { stubTracing } from '#test/support/traced';

const ASK = `
export const start = async ({ input: [numbers] }, api) => {
  const nodes = [{ nodeName: 'a', algorithmName: 'add', input: numbers }];
  const [{ result }] = await api.span('ask', () => api.startRawSubPipeline({ name: 'sum', nodes }));
  return result;
};`;

const below = (depth: number, ...lines: string[]): string[] => lines.map((line) => `${'  '.repeat(depth)}${line}`);
/** As it is where the algorithm exports by itself. */
const attempt = (algorithm: string, ...inside: string[]): string[] => [
  'local-hkube: producer (producer)',
  `  worker: ${algorithm} start (consumer)`,
  '    worker: init',
  `      ${algorithm}: init (consumer)`,
  '    worker: results',
  '    worker: working',
  `      ${algorithm}: start (consumer)`,
  ...below(3, ...inside),
];

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('exec', () => {
  it('has sent its spans, and those of its algorithms, when it ends: one trace', async () => {
    const collector = await openCollector();
    stubTracing(collector.env);
    const { run } = project({ 'ask.mjs': ASK, 'add.mjs': ADD });
    const { code, stdout } = await run('exec', 'algorithm', 'ask', '--input', '[[1, 2]]');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('3') });
    expect(collector.problems).toEqual([]);
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(collector.outline()).toEqual([
      'local-hkube: run pipeline',
      ...below(1, ...attempt('ask', '  ask: ask', ...below(2, 'worker: subpipeline sum start invoked'))),
      ...below(7, 'local-hkube: run pipeline', ...below(1, ...attempt('add'))),
    ]);
  });

  it('waits two seconds at most for a collector that never answers, and so do its algorithms', async () => {
    const collector = await openCollector();
    stubTracing({ ...collector.env, OTEL_EXPORTER_OTLP_TIMEOUT: '60000' });
    collector.behave('hang');
    const { run } = project({ 'add.mjs': ADD });
    const begun = performance.now();
    const { code, stdout, stderr } = await run('exec', 'algorithm', './add.mjs', '--input', '[1, 2]');
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('3') });
    expect(stderr).toMatch(/completed, [\d.]+ s\n(.*\n)*warning: \d+ spans were lost on their way to http:\S+\n$/);
  });
});
