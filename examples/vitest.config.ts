import { defineConfig } from 'vitest/config';

// The examples run against what was built, as a reader of them would have it: no source condition here.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
