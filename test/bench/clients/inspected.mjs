// algorithm-actor with its inspector, where BENCH_INSPECT says so: `off`, or a port and a token.
import { createAlgorithmActor } from 'algorithm-actor';
import { start } from './handlers.mjs';

const [port, token] = (process.env.BENCH_INSPECT ?? 'off').split(' ');
const inspect = port === 'off' ? false : { port: Number(port), token };
createAlgorithmActor({ start }, { inspect, encoding: 'json' }).start();
