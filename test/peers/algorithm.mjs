// An algorithm on the official wrapper, as its documentation writes one.
import { createRequire } from 'node:module';

const wrapper = createRequire(new URL('../bench/peers/package.json', import.meta.url))('@hkube/nodejs-wrapper');
let stop = () => undefined;

wrapper.run({
  start: async ({ input: [what, value], batchIndex }, api) => {
    switch (what) {
      case 'echo':
        return { value, batchIndex };
      case 'fail':
        throw new Error(value);
      case 'sub':
        return api.startStoredSubpipeline('sub', { x: value });
      case 'algorithm':
        return api.startAlgorithm(value);
      case 'hang':
        return new Promise(() => undefined);
      case 'late':
        return new Promise((resolve) => {
          stop = () => setTimeout(resolve, 50, value);
        });
    }
  },
  stop: () => void stop(),
});
