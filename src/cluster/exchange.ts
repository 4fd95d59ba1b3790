// One request and its answer, over Node's own http and https: they stream with back-pressure, and take certificates unseen where that
// is wanted, which Node's fetch cannot without a library.
//
//   E1. What goes wrong on the way is a value: whether to try again is not decided here. Only an abort and a body that cannot be
//       read are thrown.
//   E2. A body is opened for one try, read no faster than the other side takes it, and closed when the try is over, however it ends.
//   E3. An answer that comes before the body is through ends the sending, and counts.
//   E4. As long as something moves a try goes on; after `timeoutMs` of standstill it is over.

import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { RuntimeError } from '#errors';
import type { After } from '#model/after';
import { throwIfAborted, unlessAborted } from '#cluster/waiting';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Bytes on their way out. `close` ends a source that is waited for. */
export interface OpenBody extends AsyncIterable<Uint8Array> {
  close(): void;
}

export interface Outgoing {
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | (() => OpenBody) | undefined;
  readonly rejectUnauthorized: boolean;
  /** Whether a connection of an earlier request may carry it: such a one can be closed while it is on its way. */
  readonly isRepeatable: boolean;
  readonly timeoutMs: number;
  readonly after: After;
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Broken {
  readonly kind: 'broken';
  readonly cause: unknown;
  /** false: the connection never stood, so that nobody can have heard a word. */
  readonly wasReached: boolean;
}

/** More is no answer of an API. */
const ANSWER_LIMIT = 256 * 1024 * 1024;

/** Throws `ABORTED`, `REQUEST_FAILED` for a body that cannot be read. */
export async function exchange(outgoing: Outgoing): Promise<Answer | Broken> {
  const { signal, body } = outgoing;
  throwIfAborted(signal);
  const request = open(outgoing);
  const watch = watchMovement(request, outgoing);
  const answer = answerTo(request, watch.moved);
  const sending = typeof body === 'function' ? send(request, body(), watch.moved) : undefined;
  if (!sending) request.end(body);
  try {
    const outcome = await unlessAborted(sending ? Promise.race([answer, sending.failed]) : answer, signal);
    const standstill = watch.standstill();
    // A connection that we have broken ourselves has a reason that it does not know.
    return outcome.kind === 'broken' && standstill ? { ...outcome, cause: standstill } : outcome;
  } finally {
    watch.end();
    sending?.end();
    // After a whole answer to a whole request the connection is handed back; else it is of no use any more.
    if (!request.writableFinished || signal?.aborted) request.destroy();
  }
}

function open({ url, method, headers, body, rejectUnauthorized, isRepeatable }: Outgoing): ClientRequest {
  const length = typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  const options = { method, headers: { ...headers, ...length }, ...(isRepeatable ? {} : { agent: false }) };
  return new URL(url).protocol === 'https:'
    ? requestHttps(url, { ...options, rejectUnauthorized })
    : requestHttp(url, options);
}

/** E4. */
function watchMovement(request: ClientRequest, { after, timeoutMs }: Outgoing) {
  let forget = (): void => undefined;
  let standstill: RuntimeError | undefined;
  const moved = (): void => {
    forget();
    forget = after(timeoutMs, () => {
      standstill = new RuntimeError('CANNOT_CONNECT', `nothing moved for ${timeoutMs / 1000} s`);
      request.destroy(standstill);
    });
  };
  moved();
  return { moved, standstill: () => standstill, end: () => forget() };
}

function answerTo(request: ClientRequest, moved: () => void): Promise<Answer | Broken> {
  let wasReached = false;
  let isAnswering = false;
  request.once('socket', (socket) => {
    if (request.reusedSocket) wasReached = true;
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => (wasReached = true));
  });
  return new Promise((resolve) => {
    // It stays, so that an error after the answer harms nobody.
    request.on('error', (cause) => {
      if (!isAnswering) resolve({ kind: 'broken', cause, wasReached });
    });
    request.once('response', (response) => {
      isAnswering = true;
      read(response, moved).then(
        (text) => resolve({ kind: 'answered', status: response.statusCode ?? 0, headers: response.headers, text }),
        (cause: unknown) => resolve({ kind: 'broken', cause, wasReached: true }),
      );
    });
  });
}

async function read(response: AsyncIterable<Buffer>, moved: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    moved();
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT)
      throw new RuntimeError('REQUEST_FAILED', `the answer is larger than ${ANSWER_LIMIT} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** E2, E3. `failed` rejects if the body cannot be read, and is silent about all else: the answer tells of that. */
function send(request: ClientRequest, body: OpenBody, moved: () => void) {
  let isOver = false;
  const pass = async (): Promise<void> => {
    for await (const chunk of body) {
      if (isOver) return;
      if (!request.write(chunk)) await drained(request);
      if (request.destroyed) return;
      moved();
    }
    request.end();
  };
  const failed = new Promise<never>((_, reject) => {
    pass().catch((cause: unknown) => {
      if (!isOver) reject(unreadable(cause));
    });
  });
  const end = (): void => {
    isOver = true;
    body.close();
  };
  return { failed, end };
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      request.off('drain', go).off('close', go);
      resolve();
    };
    request.on('drain', go).on('close', go);
    if (request.destroyed) go();
  });
}

function unreadable(cause: unknown): RuntimeError {
  if (cause instanceof RuntimeError) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  return new RuntimeError('REQUEST_FAILED', `What is sent to HKube cannot be read: ${words}`, { cause });
}
