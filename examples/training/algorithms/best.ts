// Chooses the model that errs least on files it was not trained on, and says how good it is on files that nobody has used yet.

import type { AlgorithmApi, Task } from 'algorithm-actor';
import { mean, predict, ratioOf, type Sample, split } from './_model.js';
import type { Trained } from './train.js';

export interface Best {
  readonly says: string;
  readonly because: readonly string[];
  readonly rate: number;
  /** By how much it is off, as a share of the true size; and whoever always says the mean. */
  readonly error: number;
  readonly baseline: number;
}

/** HKube answers with an array, an item for each task of the nodes that nobody waits for. */
type Explained = readonly { readonly result: readonly string[] }[];

export async function start(
  { input: [samples, trained] }: Task<readonly [readonly Sample[], readonly Trained[]]>,
  api: AlgorithmApi,
): Promise<Best> {
  const [best] = trained.toSorted((a, b) => a.loss - b.loss);
  if (!best) throw new RangeError('there is no model: every rate was too bold');

  const { error, baseline } = await api.span('test', { rate: best.rate }, () => {
    const { training, unseen } = split(samples);
    const usual = mean(training.map(ratioOf));
    const errorOf = (guess: (sample: Sample) => number): number =>
      mean(unseen.map((sample) => Math.abs(guess(sample) / ratioOf(sample) - 1)));
    return { error: errorOf((sample) => predict(best.model, sample)), baseline: errorOf(() => usual) };
  });

  // Its run, its tasks and their spans stand below this span.
  const [explained] = await api.span('ask why', () =>
    api.startRawSubPipeline<Explained>({
      name: 'explain',
      nodes: [{ nodeName: 'explain', algorithmName: 'explain', input: ['@flowInput.model'] }],
      flowInput: { model: best.model },
    }),
  );
  const says = `off by ${percent(error)} on files it had not seen; always guessing the mean is off by ${percent(baseline)}`;
  return { says, because: explained?.result ?? [], rate: best.rate, error, baseline };
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
