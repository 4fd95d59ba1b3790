// Local HKubes that trace to a collector, with algorithms that are no code of ours: each says the frames that its script says.

import { vi } from 'vitest';
import { createLocalHKube, type LocalHKube } from '#local-hkube/create-local-hkube';
import type { Launch } from '#local-hkube/launch';
import { type Collector, openCollector } from '#test/support/collector';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { keepLog } from '#test/support/in-process';
import { stopLater } from '#test/support/local-hkube';

/** Plays one task, which is begun; what it returns is the result. To fail, it says so and returns `SAID`. */
export type Script = (algorithm: FakeAlgorithm, data: Record<string, unknown>) => unknown;
/** The script has said the outcome, or whatever there is to say, itself. */
export const SAID = Symbol('said');

/** The next tasks of this connection, until it ends. */
async function play(algorithm: FakeAlgorithm, script: Script): Promise<void> {
  for (;;) {
    const data = await algorithm.begin();
    const result = await script(algorithm, typeof data === 'object' && data !== null ? { ...data } : {});
    if (result !== SAID) algorithm.say('done', result);
  }
}

const launchScripts =
  (scripts: Readonly<Record<string, Script>>): Launch =>
  ({ entry }, { url }) => {
    const connected = connectFakeAlgorithm(url);
    const script = scripts[entry ?? ''] ?? (() => null);
    const ended = connected
      .then(async (algorithm) => {
        play(algorithm, script).catch(() => undefined);
        void algorithm.next('exit').then(
          () => algorithm.drop(),
          () => undefined,
        );
        await algorithm.closed;
      })
      .then(() => ({ how: 'it has left', tail: '' }));
    return {
      ended,
      stop: async () => {
        (await connected).drop();
        await ended;
      },
    };
  };

/** Sets these variables until the end of the test, and no other of tracing. */
export function stubTracing(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (/^(OTEL|JAEGER)_/.test(name)) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

type Scripts = Readonly<Record<string, Script>>;
type Environment = Readonly<Record<string, string>>;

/** A started local HKube of foreign algorithms, whose spans go to `collector`. `env` is set besides. */
export async function startTraced(
  scripts: Scripts,
  { env = {} }: { readonly env?: Environment } = {},
): Promise<{ hkube: LocalHKube; collector: Collector; logger: ReturnType<typeof keepLog> }> {
  const collector = await openCollector();
  return { collector, ...(await startUntraced(scripts, { ...collector.env, ...env })) };
}

/** The same with these variables, whatever they mean. */
export async function startUntraced(
  scripts: Scripts,
  env: Environment = {},
): Promise<{ hkube: LocalHKube; logger: ReturnType<typeof keepLog> }> {
  stubTracing(env);
  const logger = keepLog();
  const algorithms = Object.fromEntries(Object.keys(scripts).map((name) => [name, { entry: name }]));
  const hkube = createLocalHKube({ algorithms, launch: launchScripts(scripts), ports: { workers: 0 }, logger });
  stopLater(hkube);
  await hkube.start();
  return { hkube, logger };
}

/** Resolves with the response of the sub-pipeline of this one node. */
export async function askSub(algorithm: FakeAlgorithm, id: string, data: Record<string, unknown>): Promise<unknown> {
  algorithm.say('startRawSubPipeline', { subPipelineId: id, includeResult: true, ...data });
  return (await algorithm.next('subPipelineDone')).data;
}

export const pipelineOf = (name: string, algorithmName: string, ...input: unknown[]) => ({
  name,
  nodes: [{ nodeName: 'n', algorithmName, input }],
});
