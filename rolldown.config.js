import { defineConfig } from 'rolldown';

// rxjs, zod and the rooms are bundled and tree-shaken, because unbundled they double the time from spawn to connected;
// xstate and ws stay packages of their own, so that an author's copy and ours are one.
export default defineConfig({
  input: {
    index: 'src/index.ts',
    local: 'src/local.ts',
    wire: 'src/wire.ts',
    cli: 'src/cli/main.ts',
  },
  platform: 'neutral',
  external: [/^node:/, /^(bson|commander|msgpackr|tsx|ws|xstate|yaml)(\/|$)/],
  // Neutral, because under the `node` condition rxjs resolves to CommonJS, which cannot be shaken.
  resolve: { conditionNames: ['algorithm-actor-source', 'es2015', 'import', 'default'] },
  treeshake: { moduleSideEffects: false },
  output: { dir: 'dist', format: 'esm', cleanDir: true, minify: false, chunkFileNames: '[name].js' },
});
