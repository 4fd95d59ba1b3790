import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'rolldown';

/** The Python host goes along as it is. */
const python: Plugin = {
  name: 'python host',
  generateBundle() {
    const folder = 'src/handlers/python';
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.py'),
    )) {
      this.emitFile({ type: 'asset', fileName: join('python', name), source: readFileSync(join(folder, name)) });
    }
  },
};

/** npm makes commands executable when it installs; `npx` in this folder wants that of each build. */
const executable: Plugin = {
  name: 'executable',
  writeBundle({ dir }) {
    chmodSync(join(dir ?? '', 'cli.js'), 0o755);
  },
};

// rxjs, zod and the rooms are bundled and tree-shaken, because unbundled they double the time from spawn to connected;
// xstate and ws stay packages of their own, so that an author's copy and ours are one.
export const bundleInto = (dir: string): BuildOptions => ({
  input: {
    index: 'src/index.ts',
    local: 'src/local.ts',
    testing: 'src/testing.ts',
    wire: 'src/wire.ts',
    cli: 'src/cli/main.ts',
    'handler-thread': 'src/runtime/handler-thread.ts',
    'handler-process': 'src/runtime/handler-process.ts',
  },
  platform: 'neutral',
  external: [
    /^node:/,
    /^(@hono\/node-server|bson|chokidar|cli-progress|cli-table3|commander|hono|msgpackr|tsx|write-file-atomic|ws|xstate|yaml)(\/|$)/,
  ],
  // Neutral, because under the `node` condition rxjs resolves to CommonJS, which cannot be shaken.
  resolve: { conditionNames: ['algorithm-actor-source', 'es2015', 'import', 'default'] },
  treeshake: { moduleSideEffects: false },
  plugins: [python, executable],
  output: { dir, format: 'esm', cleanDir: true, minify: false, chunkFileNames: '[name].js' },
});

export default bundleInto('dist');
