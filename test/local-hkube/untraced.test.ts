// Where nobody wants spans, nothing is loaded for them. In a file of its own: what is loaded stays loaded.

import { createRequire } from 'node:module';
import { afterEach, expect, it, vi } from 'vitest';
import { pipelineOf, startTraced, startUntraced } from '#test/support/traced';

const isLoaded = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@opentelemetry/'));

afterEach(() => {
  vi.unstubAllEnvs();
});

it('nothing of OpenTelemetry is loaded for a run, unless its variables say so', async () => {
  const { hkube } = await startUntraced({ a: () => 1 });
  await hkube.runRaw(pipelineOf('p', 'a')).done;
  expect(isLoaded()).toBe(false);

  const traced = await startTraced({ a: () => 1 });
  await traced.hkube.runRaw(pipelineOf('p', 'a')).done;
  expect(isLoaded()).toBe(true);
});

it('an agent of Jaeger that no host can be called is named in the log', async () => {
  const { hkube, logger } = await startUntraced({ a: () => 1 }, { JAEGER_AGENT_SERVICE_HOST: 'localhost:bad' });
  await hkube.runRaw(pipelineOf('p', 'a')).done;
  expect(logger.lines).toContainEqual(expect.stringContaining('JAEGER_AGENT_SERVICE_HOST: expected a host name'));
});
