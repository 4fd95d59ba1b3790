// What is learned: the share of a text that gzip leaves, as a weighted sum of what the text is like. Linear regression, and nothing
// but arithmetic.

const FEATURES = ['length', 'vocabulary', 'letters', 'repetition'] as const;
type Feature = (typeof FEATURES)[number];

/** A file, as `measure` has found it. */
export interface Sample {
  readonly file: string;
  readonly bytes: number;
  readonly gzipped: number;
  readonly features: Readonly<Record<Feature, number>>;
}

/** A feature counts in standard deviations from its mean, so that all are of a size and one learning rate suits them. */
interface Term {
  readonly feature: Feature;
  readonly mean: number;
  readonly deviation: number;
  readonly weight: number;
}

export interface Model {
  readonly bias: number;
  readonly terms: readonly Term[];
}

export const ratioOf = ({ bytes, gzipped }: Sample): number => gzipped / bytes;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of five files three are learned from, one chooses among the models, and one is kept for the end: nothing has seen it. */
export function split(samples: readonly Sample[]): Readonly<Record<'training' | 'validation' | 'unseen', Sample[]>> {
  return {
    training: samples.filter((_, index) => index % 5 < 3),
    validation: samples.filter((_, index) => index % 5 === 3),
    unseen: samples.filter((_, index) => index % 5 === 4),
  };
}

/** Knows what the features are like, and nothing of gzip yet. */
export function untrained(samples: readonly Sample[]): Model {
  const terms = FEATURES.map((feature) => {
    const values = samples.map(({ features }) => features[feature]);
    const middle = mean(values);
    const deviation = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
    return { feature, mean: middle, deviation: deviation || 1, weight: 0 };
  });
  return { bias: 0, terms };
}

const standing = ({ features }: Sample, { feature, mean, deviation }: Term): number =>
  (features[feature] - mean) / deviation;

export function predict({ bias, terms }: Model, sample: Sample): number {
  return terms.reduce((sum, term) => sum + term.weight * standing(sample, term), bias);
}

/** One step down the slope of the loss: each weight moves against what it has added to the errors. */
export function improve(model: Model, samples: readonly Sample[], rate: number): Model {
  const errors = samples.map((sample) => ({ sample, error: predict(model, sample) - ratioOf(sample) }));
  const slope = (share: (sample: Sample) => number): number =>
    2 * mean(errors.map(({ sample, error }) => error * share(sample)));
  return {
    bias: model.bias - rate * slope(() => 1),
    terms: model.terms.map((term) => ({
      ...term,
      weight: term.weight - rate * slope((sample) => standing(sample, term)),
    })),
  };
}

/** The mean of the squared errors. */
export function lossOf(model: Model, samples: readonly Sample[]): number {
  return mean(samples.map((sample) => (predict(model, sample) - ratioOf(sample)) ** 2));
}
