// One trace of a run, over all of its processes: local HKube, and the algorithms of a pipeline, of its sub-pipeline, and of that one's.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { openCollector } from '#test/support/collector';
import { project } from '#test/support/projects';

const api = pathToFileURL(createRequire(import.meta.url).resolve('@opentelemetry/api')).href;

const files = {
  'algorithms/outer.mjs': `
    export const start = async ({ input: [numbers] }, api) => {
      const halves = [numbers.slice(0, 1), numbers.slice(1)];
      const sums = await Promise.all(halves.map((half, n) =>
        api.span(\`half \${n}\`, { half }, () => api.startStoredSubPipeline({ name: 'middle', flowInput: { half } }))));
      return sums.map(([{ result }]) => result);
    };`,
  'algorithms/middle.mjs': `
    export const start = async ({ input: [half] }, api) => {
      api.startSpan('ask');
      const [{ result }] = await api.startRawSubPipeline({
        name: 'below',
        nodes: [{ nodeName: 'sum', algorithmName: 'inner', input: [half] }],
      });
      api.finishSpan();
      return result;
    };`,
  'algorithms/inner.mjs': `
    import { trace } from '${api}';
    const library = trace.getTracer('arithmetic');
    export const start = ({ input: [numbers] }, api) =>
      api.span('add', () => library.startActiveSpan('addition', (span) => {
        const sum = numbers.reduce((a, b) => a + b, 0);
        span.setAttribute('sum', sum).end();
        return sum;
      }));`,
  'pipelines/middle.yml': 'name: middle\nnodes: [{nodeName: m, algorithmName: middle, input: ["@flowInput.half"]}]',
  'run.yml': 'name: top\nnodes: [{nodeName: o, algorithmName: outer, input: ["@flowInput.numbers"]}]',
};

const inner = [
  'local-hkube: run pipeline',
  '  local-hkube: producer (producer)',
  '    worker: inner start (consumer)',
  '      worker: init',
  '        inner: init (consumer)',
  '      worker: results',
  '      worker: working',
  '        inner: start (consumer)',
  '          inner: add',
  '            inner: addition',
];
const middle = [
  'local-hkube: run pipeline',
  '  local-hkube: producer (producer)',
  '    worker: middle start (consumer)',
  '      worker: init',
  '        middle: init (consumer)',
  '      worker: results',
  '      worker: working',
  '        middle: start (consumer)',
  '          middle: ask',
  '            worker: subpipeline below start invoked',
  ...inner.map((line) => `              ${line}`),
];
const half = (n: number) => [
  `            outer: half ${n}`,
  '              worker: subpipeline middle start invoked',
  ...middle.map((line) => `                ${line}`),
];
const whole = [
  'local-hkube: run pipeline',
  '  local-hkube: producer (producer)',
  '    worker: outer start (consumer)',
  '      worker: init',
  '        outer: init (consumer)',
  '      worker: results',
  '      worker: working',
  '        outer: start (consumer)',
  ...half(0).map((line) => line.slice(2)),
  ...half(1).map((line) => line.slice(2)),
];

afterEach(() => {
  vi.unstubAllEnvs();
});

it('is one tree, whole when the command has ended', async () => {
  const collector = await openCollector();
  // No span leaves before its process does.
  for (const [name, value] of Object.entries({ ...collector.env, OTEL_BSP_SCHEDULE_DELAY: '60000' }))
    vi.stubEnv(name, value);
  const { run } = project(files);
  const given = ['exec', 'raw', '-f', 'run.yml', '--flow-input', '{"numbers": [1, 2, 3]}', '--json'];
  const { code, stdout } = await run(...given);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ data: [{ result: [1, 5] }] });
  expect(collector.problems).toEqual([]);
  expect(collector.outline()).toEqual(whole);
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(
    collector.spans
      .filter(({ name }) => name === 'addition')
      .map(({ attributes }) => attributes.sum)
      .toSorted(),
  ).toEqual([1, 5]);
  expect(new Set(collector.spans.map(({ resource }) => resource['process.pid'])).size).toBeGreaterThanOrEqual(4);
});
