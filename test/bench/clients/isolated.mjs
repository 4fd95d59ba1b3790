// algorithm-actor with its handlers elsewhere: BENCH_ISOLATION says where, BENCH_ENTRY whose they are.
import { createAlgorithmActor } from 'algorithm-actor';
import { fileURLToPath } from 'node:url';

createAlgorithmActor({
  entry: fileURLToPath(new URL(process.env.BENCH_ENTRY, import.meta.url)),
  isolation: process.env.BENCH_ISOLATION,
  stopGraceMs: Number(process.env.BENCH_STOP_GRACE_MS),
}).start();
