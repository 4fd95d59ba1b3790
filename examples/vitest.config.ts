import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// The examples run against what was built, as a reader of them would have it: no source condition here. Only the fake worker
// comes from the tests.
export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    alias: [{ find: /^#test\/(.*)$/, replacement: join(import.meta.dirname, '../test/$1.ts') }],
  },
  test: {
    include: ['**/*.test.ts'],
    // They wait more than they compute.
    maxWorkers: 3,
    env: { HKUBE_LOG_LEVEL: 'error' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
