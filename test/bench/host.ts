// A worker for measuring: speaks the protocol, drives tasks one after the other, and reads the client's CPU and memory from /proc.

import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { WebSocketServer, type WebSocket } from 'ws';
import { type Codec, type Encoding, loadCodec, readConnectionTerms } from 'algorithm-actor/wire';

interface Received {
  readonly command: string;
  readonly data?: unknown;
  readonly error?: unknown;
}

const FRAME_BYTES = 512 * 2 ** 20;
const PATIENCE_MS = 60_000;

export class Host extends EventEmitter {
  readonly #server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    maxPayload: FRAME_BYTES,
    perMessageDeflate: false,
  });
  readonly #waiting = new Map<string, (received: Received) => void>();
  readonly #codec: Codec;
  #socket: WebSocket | undefined;

  private constructor(codec: Codec) {
    super();
    this.#codec = codec;
    this.#server.on('connection', (socket, request) => {
      if (readConnectionTerms(request.url ?? '/')?.encoding !== codec.encoding)
        throw new TypeError('the client speaks another encoding');
      this.#socket = socket;
      socket.on('error', () => undefined);
      socket.on('message', (bytes: Buffer, isBinary: boolean) => this.#hear(bytes, isBinary));
      this.emit('connected', performance.now());
    });
  }

  static async listen(encoding: Encoding): Promise<Host> {
    const host = new Host(await loadCodec(encoding));
    await once(host.#server, 'listening');
    return host;
  }

  get url(): string {
    const address = this.#server.address();
    return `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  /** Resolves with the time of the next connection. */
  connected(): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new RangeError('the client did not connect')), PATIENCE_MS);
      this.once('connected', (at: number) => {
        clearTimeout(timer);
        resolve(at);
      });
    });
  }

  /**
   * Runs one task. Milliseconds from the first byte handed to the socket to the sight of the `done` frame; the host's own encoding of
   * the input is outside.
   */
  async task(input: readonly unknown[], number: number): Promise<{ readonly ms: number; readonly result: unknown }> {
    const frame = this.#initialize(input, number);
    const from = performance.now();
    const initialized = this.#next('initialized');
    this.#socket?.send(frame);
    await initialized;
    const done = this.#next('done');
    this.#send('start', {});
    const { data, error } = await done;
    const ms = performance.now() - from;
    if (error !== undefined) throw new TypeError(`the task failed: ${JSON.stringify(error)}`);
    return { ms, result: data };
  }

  /** Stops a task that never yields. Milliseconds from the stop to `stopped`. */
  async stop(input: readonly unknown[], number: number): Promise<number> {
    const spinning = this.#next('progress');
    await this.#begin(input, number);
    await spinning;
    const stopped = this.#next('stopped');
    const from = performance.now();
    this.#send('stop', { forceStop: true });
    await stopped;
    return performance.now() - from;
  }

  /** Lets a task that never yields run until this many heartbeats have come; the times between them, in milliseconds. */
  async heartbeats(input: readonly unknown[], number: number, count: number): Promise<number[]> {
    const times: number[] = [];
    await this.#begin(input, number);
    for (let n = 0; n <= count; n++) {
      await this.#next('alive');
      times.push(performance.now());
    }
    const stopped = this.#next('stopped');
    this.#send('stop', { forceStop: true });
    await stopped;
    return times.slice(1).map((at, index) => at - (times[index] ?? at));
  }

  /** Runs a task that fails. */
  async failingTask(input: readonly unknown[], number: number): Promise<void> {
    const done = this.#next('done');
    await this.#begin(input, number);
    if ((await done).error === undefined) throw new TypeError('the task did not fail');
  }

  async #begin(input: readonly unknown[], number: number): Promise<void> {
    const initialized = this.#next('initialized');
    this.#socket?.send(this.#initialize(input, number));
    await initialized;
    this.#send('start', {});
  }

  #initialize(input: readonly unknown[], number: number): string | Uint8Array {
    const ids = {
      jobId: `job-${number}`,
      taskId: `task-${number}`,
      nodeName: 'n',
      algorithmName: 'bench',
      pipelineName: 'bench',
    };
    return this.#codec.encode({ command: 'initialize', data: { ...ids, input, info: {} } });
  }

  drop(): void {
    this.#socket?.terminate();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #send(command: string, data: unknown): void {
    this.#socket?.send(this.#codec.encode({ command, data }));
  }

  #next(command: string): Promise<Received> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new RangeError(`no ${command} within a minute`)), PATIENCE_MS);
      this.#waiting.set(command, (received) => {
        clearTimeout(timer);
        resolve(received);
      });
    });
  }

  #hear(bytes: Buffer, isBinary: boolean): void {
    const message = this.#codec.decode(bytes, isBinary);
    if (!isReceived(message)) throw new TypeError('the client sent no message');
    if (message.command === 'startStoredSubPipeline') return this.#answer(message.data);
    const command = message.command === 'errorMessage' ? 'done' : message.command;
    const waiter = this.#waiting.get(command);
    this.#waiting.delete(command);
    waiter?.(message);
  }

  /** A sub-pipeline that is done at once: what is left is the client's part. */
  #answer(request: unknown): void {
    if (!isRequest(request)) throw new TypeError('the client sent a request that cannot be answered');
    const { subPipelineId, subPipeline } = request;
    this.#send('subPipelineStarted', { subPipelineId });
    this.#send('subPipelineDone', {
      subPipelineId,
      response: [{ nodeName: 'child', result: subPipeline.flowInput.data[0] }],
    });
  }
}

function isReceived(message: unknown): message is Received {
  return typeof message === 'object' && message !== null && 'command' in message && typeof message.command === 'string';
}

interface Request {
  readonly subPipelineId: string;
  readonly subPipeline: { readonly flowInput: { readonly data: readonly unknown[] } };
}

function isRequest(data: unknown): data is Request {
  return typeof data === 'object' && data !== null && 'subPipelineId' in data && 'subPipeline' in data;
}

export interface ClientProgram {
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a process holds. */
export interface Held {
  readonly threads: number;
  readonly files: number;
  readonly children: number;
}

/** A client process of its own. */
export class Client {
  readonly startedAt = performance.now();
  readonly #child: ChildProcess;

  constructor({ file, env }: ClientProgram, host: Host, encoding: Encoding) {
    this.#child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'ignore', process.env.BENCH_VERBOSE ? 'inherit' : 'ignore'],
      env: {
        ...process.env,
        ...env,
        WORKER_SOCKET_URL: host.url,
        WORKER_ALGORITHM_ENCODING: encoding,
        HKUBE_LOG_LEVEL: 'error',
        NODE_OPTIONS: '',
      },
    });
  }

  /** CPU time so far, user and system, in milliseconds. */
  cpuMs(): number {
    const fields =
      readFileSync(`/proc/${this.#child.pid ?? 0}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    const TICK_MS = 10;
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  /** The most memory it has had so far, in MB; `now` for what it has. */
  rssMb(when: 'peak' | 'now' = 'peak'): number {
    const status = readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8');
    return Number((when === 'peak' ? /VmHWM:\s+(\d+)/ : /VmRSS:\s+(\d+)/).exec(status)?.[1]) / 1024;
  }

  held(): Held {
    const of = `/proc/${this.#child.pid ?? 0}`;
    const threads = readdirSync(`${of}/task`);
    const children = threads.map((thread) => readFileSync(`${of}/task/${thread}/children`, 'utf8').trim());
    return {
      threads: threads.length,
      files: readdirSync(`${of}/fd`).length,
      children: children.filter(Boolean).flatMap((pids) => pids.split(' ')).length,
    };
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
  }
}
