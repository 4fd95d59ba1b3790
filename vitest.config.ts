import { defineConfig } from 'vitest/config';

// Rooms resolve to their source; `development` is XState's condition for its checking build.
const conditions = ['algorithm-actor-source', 'development'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    exclude: ['test/hosts/**', 'test/peers/**', 'test/browser/**'],
    // Sockets and child processes on a busy machine; every wait of a test has its own, shorter bound.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
