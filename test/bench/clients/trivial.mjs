// The algorithm of local HKube's figures: gives back what it gets, or goes down by sub-pipelines.

export async function start({ input: [value] }, api) {
  const depth = value?.depth;
  if (depth === undefined) return value;
  if (depth === 0) return 'ground';
  const nodes = [{ nodeName: 'n', algorithmName: 'bench', input: [{ depth: depth - 1 }] }];
  const [below] = await api.startRawSubPipeline({ name: 'below', nodes });
  return below.result;
}
