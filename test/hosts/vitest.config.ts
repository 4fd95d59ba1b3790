import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

// Handlers in languages other than ours: these tests need a Python, 3.8 or later, that can make virtual environments.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/hosts/**/*.test.ts'],
    exclude: [],
    // They look at no page.
    globalSetup: 'test/support/build-cli.ts',
  },
});
