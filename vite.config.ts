// Builds the page of the inspector: one script, one style sheet, one document, under names that stay the same, so that a recording
// can carry them all in one file. No plugin: the bundler compiles the markup by itself.

import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

export const pageInto = (outDir: string): UserConfig => ({
  root: fileURLToPath(new URL('src/inspector/page', import.meta.url)),
  // Whoever serves it chooses where.
  base: './',
  publicDir: false,
  // Tests build it, too, and their environment is called something else.
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: { conditions: ['algorithm-actor-source', 'module', 'browser', 'production'] },
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment', development: false } },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome125', 'firefox124', 'safari17.5'],
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      // What markup is compiled to: no file has to name it.
      transform: { inject: { h: ['preact', 'h'], Fragment: ['preact', 'Fragment'] } },
      output: { entryFileNames: 'page.js', chunkFileNames: '[name].js', assetFileNames: 'page[extname]' },
    },
  },
});

export default defineConfig(pageInto(fileURLToPath(new URL('dist/inspector', import.meta.url))));
