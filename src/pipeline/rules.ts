// The rules of a pipeline document that look at more than one field and at no reference. Pure.

import type { PipelineNode, RawPipeline } from '#descriptors/pipeline';

/** Kinds of nodes that HKube has and this version does not run yet. */
const unbuilt: ReadonlySet<PipelineNode['kind']> = new Set(['debug', 'dataSource', 'gateway', 'hyperparamsTuner']);

/** Every rule that the document breaks, in words; HKube's own where it has some. */
export function problemsOfDocument(pipeline: RawPipeline): string[] {
  return [...problemsOfStreams(pipeline), ...problemsOfKinds(pipeline), ...problemsOfDebugOverride(pipeline)];
}

function problemsOfStreams({ kind, nodes, streaming }: RawPipeline): string[] {
  if (kind === 'batch')
    return streaming?.flows === undefined ? [] : ['streaming flow is only allowed in stream pipeline'];
  const outputs = nodes.filter((node) => node.kind === 'output');
  return [
    'kind stream: stream pipelines are not built yet',
    ...outputs.map(({ nodeName }) => `node "${nodeName}" from kind output can not be used in a streaming pipeline`),
  ];
}

function problemsOfKinds({ nodes }: RawPipeline): string[] {
  const problems = nodes
    .filter(({ kind }) => unbuilt.has(kind))
    .map(({ nodeName, kind }) => `node "${nodeName}": nodes of kind ${kind} are not built yet`);
  for (const { nodeName } of nodes)
    if (nodeName.includes('.'))
      problems.push(`node "${nodeName}" has a dot in its name: a reference reads what follows it as a path`);
  if (nodes.filter(({ kind }) => kind === 'output').length > 1)
    problems.push('pipeline can not have more than one output');
  return problems;
}

function problemsOfDebugOverride({ nodes, options: { debugOverride = [] } }: RawPipeline): string[] {
  const names = new Set(nodes.map(({ nodeName }) => nodeName));
  return debugOverride.map((name) =>
    names.has(name)
      ? `options.debugOverride: debugging node "${name}" is not built yet`
      : `debugOverride node not in nodes list ("${name}")`,
  );
}
