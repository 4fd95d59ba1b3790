import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { BuildOptions, Plugin } from 'rolldown';

interface Copied {
  readonly from: string;
  readonly to: string;
  readonly isTaken: (file: string) => boolean;
}

/** These files go along as they are. */
const copy = ({ from, to, isTaken }: Copied): Plugin => ({
  name: `copy ${from}`,
  generateBundle() {
    for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !isTaken(file)) continue;
      this.emitFile({ type: 'asset', fileName: join(to, relative(from, file)), source: readFileSync(file) });
    }
  },
});
const isPython = (file: string): boolean => file.endsWith('.py');
/** What running a template where it lies leaves behind is none of it. */
const isTemplate = (file: string): boolean => !/[\\/](\.hkube|__pycache__)[\\/]/.test(file);
const copied: Plugin[] = [
  copy({ from: 'src/handlers/python', to: 'python', isTaken: isPython }),
  copy({ from: 'src/cli/templates', to: 'templates', isTaken: isTemplate }),
];

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
    inspector: 'src/inspector.ts',
    testing: 'src/testing.ts',
    wire: 'src/wire.ts',
    cli: 'src/cli/main.ts',
    'handler-thread': 'src/runtime/handler-thread.ts',
    'handler-process': 'src/runtime/handler-process.ts',
  },
  platform: 'neutral',
  external: [
    /^node:/,
    /^(@bufbuild\/protobuf|@fastify\/busboy|@hono\/node-server|@opentelemetry\/[\w-]+|bson|chokidar|cli-progress|cli-table3|commander|crc-32|hono|ignore|msgpackr|tar|tsx|ws|xstate|yaml|yauzl|yazl)(\/|$)/,
  ],
  // Neutral, because under the `node` condition rxjs resolves to CommonJS, which cannot be shaken.
  resolve: { conditionNames: ['algorithm-actor-source', 'es2015', 'import', 'default'] },
  treeshake: { moduleSideEffects: false },
  plugins: [...copied, executable],
  output: { dir, format: 'esm', cleanDir: true, minify: false, chunkFileNames: '[name].js' },
});

export default bundleInto('dist');
