// A process that is looked at through another one's inspector: it dials in, says what happens as long as somebody looks, and does what
// it is told. While the inspector is not there, nothing is lost but the looking.

import { type RawData, WebSocket } from 'ws';
import { isTooDeep } from '#inspector/depth';
import type { News } from '#inspector/frames';
import type { Deeds } from '#inspector/deed';
import type { Source, SourceLine } from '#inspector/hub';
import { SourceHears, type SourceSays } from '#inspector/talk';
import { describeFailure } from '#model/failure';

const AGAIN_MS = 1_000;
const CLOSE_GRACE_MS = 500;
/** One that says nothing is not waited for any longer. */
const READY_MS = 1_000;
/** More than this waits for a slow inspector: then nothing is told until it has been read, and how things stand is told anew. */
const MOST_WAITING = 16_000_000;
const LEAST_WAITING = 1_000_000;
const LOOK_AGAIN_MS = 50;

export interface Dialled extends SourceLine {
  /** Resolves when the inspector has said whether somebody looks, or does not answer. */
  readonly ready: Promise<void>;
  /** Resolves when what was told has left, or could not. */
  close(): Promise<void>;
}

/** Keeps a line to the inspector at this address, until it is closed. */
export function dialInspector(url: string, source: Source): Dialled {
  const address = new URL(url);
  address.searchParams.set('process', source.process);
  let socket: WebSocket | undefined;
  let againTimer: NodeJS.Timeout | undefined;
  let catchUpTimer: NodeJS.Timeout | undefined;
  let lost = 0;
  let isClosed = false;
  let beReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (beReady = resolve));
  setTimeout(() => beReady(), READY_MS).unref();

  function connect(): void {
    const opened = new WebSocket(address, { perMessageDeflate: false, handshakeTimeout: 5_000 });
    socket = opened;
    opened.on('error', () => undefined);
    opened.on('message', hear);
    opened.once('close', () => {
      beReady();
      lost = 0;
      source.watch(false);
      if (!isClosed) againTimer = setTimeout(connect, AGAIN_MS).unref();
    });
    // Nobody waits for this line: it must not hold the process.
    opened.once('upgrade', (response) => response.socket.unref());
  }

  function say(words: SourceSays): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(words));
  }

  function hear(text: RawData): void {
    const heard = SourceHears.safeParse(parse(text));
    if (!heard.success) return;
    const { data } = heard;
    if (data.kind === 'watch') {
      source.watch(data.isWatched);
      beReady();
    } else void answer(source.deeds, data).then(say);
  }

  function tell(news: readonly News[]): void {
    if (lost > 0 || (socket?.bufferedAmount ?? 0) > MOST_WAITING) {
      lost += news.length;
      catchUpTimer ??= setTimeout(catchUp, LOOK_AGAIN_MS).unref();
      return;
    }
    say({ kind: 'news', news: [...news] });
  }

  function catchUp(): void {
    catchUpTimer = undefined;
    if (lost === 0) return;
    if ((socket?.bufferedAmount ?? 0) > LEAST_WAITING) {
      catchUpTimer = setTimeout(catchUp, LOOK_AGAIN_MS).unref();
      return;
    }
    const missing = lost;
    lost = 0;
    tell([{ at: Date.now(), process: source.process, kind: 'gap', missing, reason: 'the inspector was too slow' }]);
    source.watch(true);
  }

  async function close(): Promise<void> {
    isClosed = true;
    clearTimeout(againTimer);
    clearTimeout(catchUpTimer);
    // What ends this process may have been asked for on this line: the answer goes first.
    await new Promise(setImmediate);
    if (socket?.readyState !== WebSocket.OPEN) return socket?.terminate();
    const gone = new Promise((resolve) => socket?.once('close', resolve));
    socket.close(1000);
    const impatient = setTimeout(() => socket?.terminate(), CLOSE_GRACE_MS);
    await gone;
    clearTimeout(impatient);
  }

  connect();
  return { tell, leave: () => void close(), ready, close };
}

type Asked = Exclude<SourceHears, { kind: 'watch' }>;

/** What was asked of the actors of a process, done and answered. */
export async function answer(deeds: Deeds | null, asked: Asked): Promise<Exclude<SourceSays, { kind: 'news' }>> {
  const { id } = asked;
  try {
    if (!deeds) return { kind: 'refused', id, reason: 'Nothing can be done to this actor from here.' };
    if (asked.kind === 'offers') return { kind: 'offers', id, offers: [...(await deeds.offers(asked.actor))] };
    const goTo = await deeds.act(asked.actor, asked.name, asked.value);
    return { kind: 'done', id, ...(goTo !== undefined && { goTo }) };
  } catch (error) {
    return { kind: 'refused', id, reason: describeFailure(error).message };
  }
}

/** What came on a socket; undefined for what is no JSON, or could not be told on. */
export function parse(text: RawData): unknown {
  try {
    const json = Buffer.isBuffer(text) ? text.toString() : '';
    const value: unknown = isTooDeep(json) ? undefined : JSON.parse(json);
    return value;
  } catch {
    return undefined;
  }
}
