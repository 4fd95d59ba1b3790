// The other end of the wire for tests: an HKube worker made of bare `ws` and the encoders, none of our code. It says only what
// a test tells it to say, keeps all that it hears, and writes down what would have killed a real worker.
//
//   F1. Nothing happens by itself: no answer, no time-out, no close. A test plays the worker's part.
//   F2. What arrives is kept twice: `received` has everything in order, `next` takes each frame once.
//   F3. Every wait is bounded, and a wait that fails says what has arrived instead.
//   F4. `faults` lists what a real worker does not survive (docs/wire-protocol.md). A well-behaved algorithm leaves it empty.
//
//   const worker = await startFakeWorker();            // then start an algorithm on worker.url
//   const connection = await worker.connection();
//   connection.send('initialize', { input: [1] });
//   await connection.next('initialized');
//   connection.send('start');
//   expect(await connection.next('done')).toEqual({ command: 'done', data: 2 });
//   expect(worker.faults).toEqual([]);
//   await worker.close();

import { type WebSocket, WebSocketServer } from 'ws';
import {
  type DecodedFrame,
  decodeFrame,
  encodeFrame,
  encodingOf,
  type FakeEncoding,
  type ReceivedFrame,
} from '#test/support/fake-encoding';
import { createWaitingQueue } from '#test/support/waiting-queue';

/** How a connection ended. 1006: without a word. */
export interface CloseNote {
  readonly code: number;
  readonly reason: string;
}

/** One connection of an algorithm. */
export interface FakeConnection {
  /** What the algorithm asked for in its URL; `encoding` absent means json, as with a real worker. */
  readonly query: URLSearchParams;
  readonly encoding: FakeEncoding;
  /** Every frame so far, in order. */
  readonly received: readonly ReceivedFrame[];
  /** Sends `{command, data}`; without `data` the field is left out. */
  send(command: string, data?: unknown): void;
  /** Sends a frame as it is: text as a text frame, bytes as a binary one. */
  sendRaw(frame: string | Uint8Array): void;
  /**
   * Takes the next frame; with `command`, the next frame of that name, and leaves the others where they are. Rejects after
   * `waitMs` or when the connection ends, with the list of what arrived.
   */
  next(command?: string, waitMs?: number): Promise<ReceivedFrame>;
  /**
   * Resolves when whatever the algorithm had sent so far is in `received`: a ping that its socket answers by itself. For a test
   * that something was *not* said. It knows nothing of what the algorithm's event loop has yet to do.
   */
  roundTrip(): Promise<void>;
  /** The happy beginning: initialize → initialized → start → started. Gives the `data` that it sent, `taskOf(fields)`. */
  begin(fields?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  /** Cuts the line: the algorithm sees 1006. */
  drop(): void;
  /** Closes with a handshake. */
  close(code?: number, reason?: string): void;
  /** Settles when the connection has ended, from either side. */
  readonly closed: Promise<CloseNote>;
}

export interface FakeWorker {
  /** Where it listens, without a query. */
  readonly url: string;
  readonly port: number;
  /** Every connection so far, in order. */
  readonly connections: readonly FakeConnection[];
  /** What a real worker would have died of, in words. */
  readonly faults: readonly string[];
  /** Takes the next connection; waits for it, but not longer than `waitMs`. */
  connection(waitMs?: number): Promise<FakeConnection>;
  /** Drops every connection and frees the port. */
  close(): Promise<void>;
}

export interface FakeWorkerOptions {
  /** Default: any free one. Give the `port` of a worker that was closed to play its return. */
  readonly port?: number;
  /** The bound of every wait, in milliseconds. Default: 15000. */
  readonly waitMs?: number;
  /** Larger frames end their connection with 1009. Default: 1e8, as a real worker. */
  readonly maxPayload?: number;
}

const DEFAULT_WAIT_MS = 15_000;
const DEFAULT_MAX_PAYLOAD = 1e8;
/** Names that a real worker takes for events of its own socket, and dies or goes deaf of. */
const RESERVED_COMMANDS = new Set(['error', 'connection', 'disconnect']);

/** A task as a real worker describes it; `fields` win. */
export function taskOf(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    input: [],
    jobId: 'job-1',
    taskId: 'task-1',
    nodeName: 'node',
    algorithmName: 'algorithm',
    pipelineName: 'pipeline',
    info: {},
    ...fields,
  };
}

/** Starts a worker on the loopback address; it listens when the promise resolves. */
export async function startFakeWorker({
  port = 0,
  waitMs = DEFAULT_WAIT_MS,
  maxPayload = DEFAULT_MAX_PAYLOAD,
}: FakeWorkerOptions = {}): Promise<FakeWorker> {
  const server = new WebSocketServer({ host: '127.0.0.1', port, maxPayload, perMessageDeflate: false });
  const connections: FakeConnection[] = [];
  const faults: string[] = [];
  const arrivals = createWaitingQueue<FakeConnection>('connection', () => `${connections.length} so far`);
  let open = 0;

  server.on('connection', (socket, request) => {
    const fault = (words: string): number => faults.push(`connection ${connections.length}: ${words}`);
    open += 1;
    socket.once('close', () => (open -= 1));
    const query = new URL(request.url ?? '/', 'ws://worker').searchParams;
    const encoding = encodingOf(query.get('encoding') ?? 'json');
    const connection = createConnection({ socket, query, encoding: encoding ?? 'json', waitMs, fault });
    connections.push(connection);
    if (open > 1) fault('opened while another one was still open');
    if (encoding === undefined) fault(`asked for the encoding "${query.get('encoding') ?? ''}", which nobody speaks`);
    arrivals.put(connection);
  });

  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `ws://127.0.0.1:${bound}`,
    port: bound,
    connections,
    faults,
    connection: (limit = waitMs) => arrivals.take(() => true, { what: 'a connection', waitMs: limit }),
    close: async () => {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly query: URLSearchParams;
  readonly encoding: FakeEncoding;
  readonly waitMs: number;
  readonly fault: (words: string) => void;
}

function createConnection({ socket, query, encoding, waitMs, fault }: ConnectionOptions): FakeConnection {
  const received: ReceivedFrame[] = [];
  const frames = createWaitingQueue<ReceivedFrame>('frame', () => received.map(describeFrame).join(', ') || 'nothing');
  let spoken = false;

  const closed = new Promise<CloseNote>((resolve) => {
    socket.once('close', (code, reason) => {
      frames.end(`the connection ended with ${code}${reason.length > 0 ? ` ${reason.toString()}` : ''}`);
      resolve({ code, reason: reason.toString() });
    });
  });
  socket.on('error', (error) => fault(`its socket failed: ${error.message}`));
  socket.on('message', (bytes, isBinary) => {
    const frame = decodeFrame(encoding, bytes, isBinary);
    const words = complaintAbout(frame, spoken);
    if (words !== undefined) fault(words);
    if (frame.kind === 'undecodable') return;
    received.push(frame.value);
    frames.put(frame.value);
  });

  function sendRaw(frame: string | Uint8Array): void {
    spoken = true;
    socket.send(frame, { binary: typeof frame !== 'string' });
  }

  function send(command: string, data?: unknown): void {
    sendRaw(encodeFrame(encoding, data === undefined ? { command } : { command, data }));
  }

  const next: FakeConnection['next'] = (command, limit = waitMs) =>
    frames.take((frame) => command === undefined || frame.command === command, {
      what: command === undefined ? 'a frame' : `a frame "${command}"`,
      waitMs: limit,
    });

  async function begin(fields?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const task = taskOf(fields);
    send('initialize', task);
    await next('initialized');
    send('start', {});
    await next('started');
    return task;
  }

  async function roundTrip(): Promise<void> {
    const mark = String(Math.random());
    const answer = new Promise<void>((resolve, reject) => {
      const onClose = (): void => reject(new Error('roundTrip: the connection ended before its answer came'));
      const onPong = (data: Buffer): void => {
        if (data.toString() !== mark) return;
        socket.off('pong', onPong).off('close', onClose);
        resolve();
      };
      socket.on('pong', onPong).once('close', onClose);
    });
    socket.ping(mark);
    return answer;
  }

  return {
    query,
    encoding,
    received,
    send,
    sendRaw,
    next,
    roundTrip,
    begin,
    drop: () => socket.terminate(),
    close: (code = 1000, reason = '') => socket.close(code, reason),
    closed,
  };
}

/** Why a real worker would not have survived this frame. */
function complaintAbout(frame: DecodedFrame, spoken: boolean): string | undefined {
  if (frame.kind === 'undecodable') return `sent a frame that cannot be read: ${frame.reason}`;
  const { command } = frame.value;
  if (!spoken) return `sent "${command}" before it was spoken to`;
  return RESERVED_COMMANDS.has(command) ? `sent the command "${command}"` : undefined;
}

function describeFrame({ command, data, error }: ReceivedFrame): string {
  const payload = error ?? data;
  if (payload === undefined || payload === null) return command;
  const text = JSON.stringify(payload);
  return `${command} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}
