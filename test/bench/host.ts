// A worker for measuring: speaks the protocol, drives tasks one after the other, and reads the client's CPU and memory from /proc.

import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
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
    const ids = {
      jobId: `job-${number}`,
      taskId: `task-${number}`,
      nodeName: 'n',
      algorithmName: 'bench',
      pipelineName: 'bench',
    };
    const frame = this.#codec.encode({ command: 'initialize', data: { ...ids, input, info: {} } });
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

/** A client process of its own. */
export class Client {
  readonly startedAt = performance.now();
  readonly #child: ChildProcess;

  constructor(file: string, host: Host, encoding: Encoding) {
    this.#child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'ignore', process.env.BENCH_VERBOSE ? 'inherit' : 'ignore'],
      env: {
        ...process.env,
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

  async kill(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
  }
}
