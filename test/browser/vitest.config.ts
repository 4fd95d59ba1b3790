import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

// The inspector's page as a person uses it: these tests need a Chromium, at /usr/bin/chromium or where CHROMIUM says.
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/browser/**/*.test.ts'], exclude: [], testTimeout: 60_000, hookTimeout: 60_000 },
});
