// The tutorial of HKube's documentation (Learn → Algorithms → Implementation), step by step with a bare WebSocket: what
// algorithm-actor does for you, at its smallest. "The page" below is that tutorial; where its samples slip, a comment says so.

import { WebSocket } from 'ws';

/** The algorithm itself: adds numbers. */
function add(numbers: readonly unknown[]): number {
  return numbers.reduce<number>((sum, value) => {
    if (typeof value !== 'number') throw new TypeError(`expected numbers, got ${JSON.stringify(value)}`);
    return sum + value;
  }, 0);
}

// --- Connect ---

// A bare URL means JSON, and inputs and results inside the messages (storage v1). A worker reads both from the query.
const url = process.env.WORKER_SOCKET_URL ?? 'ws://localhost:3000';
let socket: WebSocket | undefined;

function connect(): void {
  socket = new WebSocket(url, { perMessageDeflate: false });
  // Say nothing on `open`: a worker is not ready before its own first message, and dies of one that comes earlier.
  socket.on('message', (bytes) => {
    if (Buffer.isBuffer(bytes)) handleEvent(bytes.toString('utf8'));
  });
  socket.on('error', () => undefined); // `close` follows; without a listener Node would end the process
  socket.on('close', reconnect);
}

// --- Handle events ---

function handleEvent(text: string): void {
  const message: unknown = JSON.parse(text);
  if (typeof message !== 'object' || message === null || !('command' in message)) return;
  const data = 'data' in message ? message.data : undefined;
  switch (message.command) {
    case 'initialize':
      return onInitialize(data);
    case 'start':
      return void onStart();
    case 'stop':
      return onStop();
    case 'exit':
      return onExit();
    // The page's sample of a stopped sub-pipeline says `subPiplineStopped`; workers send `subPipelineStopped`. This algorithm
    // starts none. What is not known is ignored: HKube adds messages between versions.
  }
}

// --- Initialize ---

let input: readonly unknown[] = [];

function onInitialize(data: unknown): void {
  const given = typeof data === 'object' && data !== null && 'input' in data ? data.input : undefined;
  input = Array.isArray(given) ? given : [];
  // Once for each `initialize`: a worker does not survive a second one.
  send({ command: 'initialized' });
}

// --- Start ---

/** The task that runs. The result of one that was stopped must not be sent: a worker would take it for the next one's. */
let task = new AbortController();

// The page says that `start` carries no data; workers send `{"spanId": …}`. Both mean the same here.
async function onStart(): Promise<void> {
  task = new AbortController();
  const { signal } = task;
  send({ command: 'started' });
  try {
    // A turn of the event loop, so that a stop can come in between. Real work would look at `signal` now and then.
    await new Promise((resolve) => setImmediate(resolve));
    const result = add(input);
    if (!signal.aborted) send({ command: 'done', data: result });
  } catch (error) {
    if (!signal.aborted) sendError(error);
  }
}

// --- Stop ---

// The page sends the answer when all is stopped, and does not say how long that may take: ten seconds, then the worker goes.
function onStop(): void {
  task.abort();
  send({ command: 'stopped' });
}

/** `exit` wants no answer: `stopped` would mark a running task as succeeded. */
function onExit(): void {
  task.abort();
  process.exit(0);
}

// --- Reconnect ---

// Only here, after `close`: a worker that sees a second socket while the first is open loses both. What was sent meanwhile is
// lost, and a worker in a cluster gives up the task as crashed; algorithm-actor keeps the outcome for hosts that ask again.
function reconnect(): void {
  setTimeout(connect, 100);
}

// --- Handle errors ---

// `error` stands beside `command`, not inside `data`, and its three fields are text. A worker shows `message` alone.
function sendError(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new TypeError(String(error));
  send({ command: 'errorMessage', error: { code: 'Failed', message, details: stack ?? '' } });
}

// --- Send event ---

interface Message {
  readonly command: string;
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly details: string };
}

/** One message, one text frame. */
function send(message: Message): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

connect();
