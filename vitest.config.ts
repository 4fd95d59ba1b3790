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
    // Much of what a test does is to wait, for processes, sockets and timers: more of them than there are cores go on at once.
    maxWorkers: 3,
    // Sockets and child processes on a busy machine; every wait of a test has its own, shorter bound.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 40_000,
    hookTimeout: 40_000,
  },
});
