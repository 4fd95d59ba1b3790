// Who serves whom: a page that looks, a process that dials in.

import { type RawData, WebSocket } from 'ws';
import { answer, parse } from '#inspector/dial';
import type { Frame, Header, News } from '#inspector/frames';
import { createRedactNews } from '#inspector/redact-news';
import type { Redact } from '#inspector/shorten';
import type { Hub } from '#inspector/hub';
import { type Reply, Request, type SourceHears, SourceSays } from '#inspector/talk';
import { RuntimeError } from '#errors';
import type { Offer } from '#inspector/talk';

/** What is served: what goes on now, or a recording. */
export type Desk =
  | {
      readonly mode: 'live';
      readonly header: Header;
      readonly acts: boolean;
      readonly hub: Hub;
      readonly redact?: Redact | undefined;
    }
  | {
      readonly mode: 'recording';
      readonly header: Header;
      readonly frames: readonly Frame[];
      readonly problems: readonly string[];
    };

const CHUNK = 5_000;
const PATIENCE_MS = 10_000;

/** The first thing that a page is told. */
export function helloOf(desk: Desk): Extract<Reply, { kind: 'hello' }> {
  const { mode, header } = desk;
  if (mode === 'live') return { kind: 'hello', header, mode, acts: desk.acts, problems: [] };
  return { kind: 'hello', header, mode, acts: false, problems: [...desk.problems] };
}

export function servePage(desk: Desk, socket: WebSocket): void {
  const say = (reply: Reply): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(reply));
  };
  say(helloOf(desk));
  if (desk.mode === 'recording') {
    for (let place = 0; place < desk.frames.length; place += CHUNK)
      say({ kind: 'frames', frames: desk.frames.slice(place, place + CHUNK) });
    say({ kind: 'caughtUp' });
    return;
  }
  const looking = desk.hub.view({
    send: (frames) => say({ kind: 'frames', frames: [...frames] }),
    caughtUp: () => say({ kind: 'caughtUp' }),
    slowWords: 'the page was too slow',
    get waiting() {
      return socket.bufferedAmount;
    },
  });
  socket.once('close', looking.leave);
  socket.on('message', (text) => {
    const asked = Request.safeParse(parse(text));
    if (asked.success) void answer(desk.acts ? desk.hub : null, asked.data).then(say);
  });
}

/** A process at the other end of a socket, as a source. */
export function serveSource(desk: Desk, socket: WebSocket, process: string): void {
  if (desk.mode === 'recording') return socket.close(1008, 'nothing is looked at here');
  if (!/^[\w.-]{1,100}$/.test(process) || desk.hub.has(process)) return socket.close(1008, 'the name cannot be had');
  const hear = (words: SourceHears): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(words));
  };
  const waiting = new Map<number, (said: Answer) => void>();
  let last = 0;
  const ask = (question: (id: number) => SourceHears): Promise<Answer> => {
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => settle(id, { kind: 'refused', id, reason: 'Its process does not answer.' }),
        PATIENCE_MS,
      );
      waiting.set(id, (said) => {
        clearTimeout(timer);
        resolve(said);
      });
      hear(question(id));
    });
  };
  const settle = (id: number, said: Answer): void => {
    waiting.get(id)?.(said);
    waiting.delete(id);
  };
  const redacted = desk.redact ? createRedactNews(desk.redact) : (news: News): News => news;
  const line = desk.hub.join({
    process,
    watch: (isWatched) => hear({ kind: 'watch', isWatched }),
    deeds: {
      offers: async (actor) => offersOf(await ask((id) => ({ kind: 'offers', id, actor }))),
      act: async (actor, name, value) => runOf(await ask((id) => ({ kind: 'act', id, actor, name, value }))),
    },
  });
  socket.on('message', (text) => {
    const said = SourceSays.safeParse(parse(text));
    if (!said.success) return;
    if (said.data.kind === 'news') {
      // F1: nobody speaks for another.
      const news = said.data.news.filter((one) => isOf(process, one)).map(redacted);
      return line.tell(news, sizeOf(text));
    }
    settle(said.data.id, said.data);
  });
  socket.once('close', () => {
    for (const id of [...waiting.keys()]) settle(id, { kind: 'refused', id, reason: 'Its process has gone.' });
    line.leave('its process has gone, or has hung up');
  });
}

type Answer = Exclude<SourceSays, { kind: 'news' }>;

function offersOf(said: Answer): readonly Offer[] {
  return said.kind === 'offers' ? said.offers : refused(said);
}

function runOf(said: Answer): string | undefined {
  return said.kind === 'done' ? said.goTo : refused(said);
}

function refused(said: Answer): never {
  throw new RuntimeError('INVALID_CALL', said.kind === 'refused' ? said.reason : 'It answered something else.');
}

/** F1: whose process it is, and whose actor. */
function isOf(process: string, news: News): boolean {
  const isOwn = !('actor' in news) || news.actor === null || news.actor.startsWith(`${process}/`);
  return news.process === process && isOwn;
}

const sizeOf = (text: RawData): number => (Buffer.isBuffer(text) ? text.length : 0);
