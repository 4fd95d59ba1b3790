import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

// The official wrapper against our worker. Its native module is built against the system's zeromq: libzmq3-dev, g++, make.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/peers/**/*.test.ts'],
    exclude: [],
    // They run from source.
    globalSetup: [],
    hookTimeout: 300_000,
    // The first of them installs the wrapper; two at once would do so in one folder.
    fileParallelism: false,
  },
});
