// Gradient descent: so many times over all files, each time a little better. Two curves tell how it goes.

import type { AlgorithmApi, Task } from 'algorithm-actor';
import { improve, lossOf, type Model, type Sample, split, untrained } from './_model.js';

export interface Trained {
  readonly rate: number;
  readonly loss: number;
  readonly model: Model;
}

export async function start(
  { input: [samples, rate, epochs] }: Task<readonly [readonly Sample[], rate: number, epochs: number]>,
  api: AlgorithmApi,
): Promise<Trained> {
  const { training, validation } = await api.span('split', () => split(samples));

  const model = await api.span('epochs', { rate, epochs }, () => {
    let learned = untrained(training);
    const atFirst = lossOf(learned, training);
    for (let epoch = 1; epoch <= epochs; epoch += 1) {
      learned = improve(learned, training, rate);
      const loss = lossOf(learned, training);
      api.metrics.scalar('loss/train', loss, epoch);
      api.metrics.scalar('loss/validation', lossOf(learned, validation), epoch);
      api.progress({ progress: (100 * epoch) / epochs, details: `epoch ${epoch}` });
      if (loss > 10 * atFirst)
        throw new RangeError(`a rate of ${rate} is too bold: ${epoch} epochs have made the loss grow tenfold`);
    }
    return learned;
  });

  const loss = await api.span('validate', () => lossOf(model, validation));
  return { rate, loss, model };
}
