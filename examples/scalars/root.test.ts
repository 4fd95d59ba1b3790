import { testAlgorithm } from 'algorithm-actor/testing';
import { afterAll, expect, it } from 'vitest';
import * as root from './root.js';

const test = testAlgorithm(root);
afterAll(() => test.close());

it('its error falls with each step', async () => {
  const { result, scalars } = await test.run({ input: [2] });
  expect(result).toBeCloseTo(Math.SQRT2, 12);
  const errors = scalars.filter(({ tag }) => tag === 'error/absolute').map(({ value }) => value);
  expect(errors.slice(0, 4)).toEqual(errors.slice(0, 4).toSorted((one, other) => other - one));
  expect(scalars.slice(0, 2)).toEqual([
    { tag: 'guess', value: 1.5, step: 0 },
    { tag: 'error/absolute', value: 0.25, step: 0 },
  ]);
});
