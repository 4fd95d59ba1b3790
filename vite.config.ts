// Builds the page of the inspector: one document, one style sheet, and a script, beside which lie those of drawings that are loaded when
// used; and once more all scripts as one, which a recording carries in its own file. Their names stay the same. No plugin: the bundler
// compiles the markup by itself.

import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

/** Vite has a helper for what is loaded later: it preloads style sheets, of which there is one, and takes a kilobyte. */
const withoutHelper: Plugin = {
  name: 'without helper',
  enforce: 'pre',
  load: (id) => (id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load();' : null),
};

export const pageInto = (outDir: string): UserConfig => ({
  root: fileURLToPath(new URL('src/inspector/page', import.meta.url)),
  // Whoever serves it chooses where.
  base: './',
  publicDir: false,
  plugins: [withoutHelper],
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

/** Beside what `pageInto` has built there. */
export function wholeInto(outDir: string): UserConfig {
  const { build, ...page } = pageInto(outDir);
  const input = fileURLToPath(new URL('src/inspector/page/main.tsx', import.meta.url));
  const output = { entryFileNames: 'whole.js', codeSplitting: false };
  const rolldownOptions = { ...build?.rolldownOptions, input, output };
  return { ...page, build: { ...build, emptyOutDir: false, rolldownOptions } };
}

const dist = fileURLToPath(new URL('dist/inspector', import.meta.url));
export default defineConfig(({ mode }) => (mode === 'whole' ? wholeInto(dist) : pageInto(dist)));
