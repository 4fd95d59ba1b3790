import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlgorithmHandlers } from 'algorithm-actor';
import { testAlgorithm } from 'algorithm-actor/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { openCollector, type OtlpSpan } from '#test/support/collector';
import { curvesIn } from '#test/support/event-bytes';
import { documentOf, run, shownIn } from '#test/support/readme';
import { temporaryFolder } from '#test/support/temporary';
import * as best from './algorithms/best.js';
import * as files from './algorithms/files.js';
import * as measure from './algorithms/measure.js';

const here = import.meta.dirname;
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The texts that are learned from change, and what is learned with them. */
const withoutFigures = (text: string): string => text.replace(/\d+(\.\d+)?/g, '…').replace(/more \w+, \w+/g, 'more …');

it('learns what its README shows, leaves a curve for each rate, and one trace', { timeout: 120_000 }, async () => {
  const collector = await openCollector();
  for (const [name, value] of Object.entries(collector.env)) vi.stubEnv(name, value);
  const state = temporaryFolder();
  const [shown] = shownIn(here);
  const ran = await run(here, shown?.command ?? '', state);
  expect(withoutFigures(ran.printed)).toBe(withoutFigures(shown?.output ?? ''));
  expect(ran.code).toBe(0);

  const learned = { rate: 0.1, error: expect.any(Number), baseline: expect.any(Number) };
  expect(documentOf(ran)).toMatchObject({ status: 'completed', data: [{ nodeName: 'best', result: learned }] });
  const [, error, baseline] = /off by (\d+) % .* off by (\d+) %/.exec(ran.stdout) ?? [];
  expect(Number(error)).toBeLessThan(Number(baseline) / 2);

  const [tooBold, ...others] = curvesBelow(state).toSorted((a, b) => a.length - b.length);
  expect(tooBold?.at(-1)).toBeGreaterThan(10 * (tooBold?.[0] ?? 0));
  expect(others.map(({ length }) => length)).toEqual([100, 100]);
  for (const curve of others) expect(curve.at(-1)).toBeLessThan((curve[0] ?? 0) / 10);

  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
  const [, drawn = ''] = /^```text\n(.*?)^```/ms.exec(readFileSync(join(here, 'README.md'), 'utf8')) ?? [];
  expect(tasksIn(draw(collector.spans, null).join('\n'))).toEqual(tasksIn(drawn.trimEnd()));
});

/** The curves `loss/train` of all tasks, one of `loss/validation` beside each. */
function curvesBelow(state: string): readonly (readonly number[])[] {
  const folder = join(state, 'metrics/gzip-size/train');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('tfevents'));
  return names.map((name) => {
    const { 'loss/train': training = [], 'loss/validation': validation } = curvesIn(readFileSync(join(folder, name)));
    expect(validation).toHaveLength(training.length);
    return training;
  });
}

/** The spans below this one, as the README draws them: the same once, with how many there are. */
function draw(spans: readonly OtlpSpan[], parent: string | null): readonly string[] {
  const blocks = below(spans, parent).map((span) =>
    [lineOf(span), ...draw(spans, span.spanId).map((block) => block.replace(/^/gm, '  '))].join('\n'),
  );
  return [...new Set(blocks)].map((block) => {
    const count = blocks.filter((other) => other === block).length;
    return count === 1 ? block : block.replace(/$/m, ` × ${count}`);
  });
}

/** In place of the queue, the worker and its states is what stands below them. */
function below(spans: readonly OtlpSpan[], parent: string | null): readonly OtlpSpan[] {
  const isShown = ({ service, name }: OtlpSpan): boolean =>
    name === 'run pipeline' || (!['local-hkube', 'worker'].includes(service) && name !== 'init');
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .flatMap((span) => (isShown(span) ? [span] : below(spans, span.spanId)))
    .toSorted((a, b) => Number(a.start - b.start));
}

const lineOf = ({ service, name, status }: OtlpSpan): string =>
  `${service}: ${name}${status.code === 'error' ? ` ✗ ${status.message}` : ''}`;

/** Which of the tasks that run side by side begins first is a matter of time. */
const tasksIn = (outline: string): readonly string[] =>
  withoutFigures(outline)
    .split(/\n(?= {2}\S)/)
    .toSorted();

it('says what is wrong with what it is given', async () => {
  const folder = temporaryFolder({ 'empty.md': '' });
  expect(await failureOf(files, [folder])).toContain('has 1 .md and .txt files: give a folder with 10 or more');
  expect(await failureOf(measure, [join(folder, 'empty.md')])).toContain('empty.md is empty');
  expect(await failureOf(best, [[], []])).toBe('there is no model: every rate was too bold');
});

async function failureOf<Input>(algorithm: AlgorithmHandlers<Input>, input: Input): Promise<string> {
  await using test = testAlgorithm(algorithm);
  const { outcome } = await test.run({ input });
  return outcome.kind === 'failed' ? outcome.error.message : outcome.kind;
}
