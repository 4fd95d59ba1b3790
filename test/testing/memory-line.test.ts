// The line in memory beside a real socket: the same story told to both, and the same events.

import { firstValueFrom, type Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryLine } from '#testing/memory-line';
import { type Connection, listen, type Listener } from '#transport/listener';
import { openSocket, type SocketEvent, type SocketOptions, type SocketPort } from '#transport/socket';

const LIMIT = 1_000;

interface Place {
  readonly listener: Listener;
  readonly url: string;
  open(url: string, options: SocketOptions): Observable<SocketEvent>;
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  memory: async () => {
    const line = createMemoryLine(LIMIT);
    return { listener: line.listener, url: 'ws://worker.test', open: line.openSocket };
  },
  socket: async () => {
    const listener = await listen(0, LIMIT);
    return { listener, url: `ws://127.0.0.1:${listener.port}`, open: openSocket };
  },
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** What an end has heard, as lines, and a way to wait for them. */
function createEar() {
  const lines: string[] = [];
  let wake = (): void => undefined;
  return {
    lines,
    hear: (event: SocketEvent): void => {
      lines.push(told(event));
      wake();
    },
    until: async (count: number): Promise<string[]> => {
      while (lines.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return lines;
    },
  };
}

function told(event: SocketEvent): string {
  switch (event.kind) {
    case 'opened':
      return 'opened';
    case 'frame':
      return `${event.frame.isBinary ? 'binary' : 'text'} ${event.frame.bytes.toString()}`;
    case 'closed':
      return `closed ${event.code}${event.oversized ? ' oversized' : ''}`;
  }
}

async function connected(kind: string, text = true) {
  const place = await places[kind]?.();
  if (!place) throw new RangeError(kind);
  const { listener, url, open } = place;
  closers.push(() => listener.close());
  const [client, server] = [createEar(), createEar()];
  let port: SocketPort | undefined;
  const accepted = firstValueFrom(listener.connections).then((connection: Connection) => {
    connection.events.subscribe(server.hear);
    return connection;
  });
  const subscription = open(`${url}/a?encoding=json`, { frameBytes: LIMIT, text }).subscribe((event) => {
    if (event.kind === 'opened') port = event.port;
    client.hear(event);
  });
  const { path, port: theirs } = await accepted;
  await client.until(1);
  if (!port) throw new RangeError('not open');
  return { client, server, ours: port, theirs, path, subscription };
}

describe.each(Object.keys(places))('over %s', (kind) => {
  it('the path of the address arrives', async () => {
    expect((await connected(kind)).path).toBe('/a?encoding=json');
  });

  it('frames arrive in order, in a turn of their own, both ways', async () => {
    const { client, server, ours, theirs } = await connected(kind);
    ours.send('a');
    ours.send(Buffer.from('b'));
    theirs.send('c');
    theirs.send(Buffer.from('d'));
    await Promise.resolve();
    expect(server.lines).toEqual([]);
    expect(await server.until(2)).toEqual(['text a', 'text b']);
    expect(await client.until(3)).toEqual(['opened', 'text c', 'binary d']);
  });

  it('bytes stay bytes where they are no text', async () => {
    const { server, ours } = await connected(kind, false);
    ours.send(Buffer.from('a'));
    ours.send('b');
    expect(await server.until(2)).toEqual(['binary a', 'text b']);
  });

  it.each([1000, 1013, 4001])('a close with %d is heard at both ends, after what was said', async (code) => {
    const { client, server, ours, theirs } = await connected(kind);
    theirs.send('last');
    theirs.close(code, 'why');
    expect(theirs.isOpen).toBe(false);
    theirs.send('lost');
    expect(await client.until(3)).toEqual(['opened', 'text last', `closed ${code}`]);
    expect(await server.until(1)).toEqual([`closed ${code}`]);
    expect(ours.isOpen).toBe(false);
  });

  it('an end without a word is 1006', async () => {
    const { client, server, ours } = await connected(kind);
    ours.terminate();
    expect(await server.until(1)).toEqual(['closed 1006']);
    expect(await client.until(2)).toEqual(['opened', 'closed 1006']);
  });

  it('a frame over the limit ends it: 1009 for who said it', async () => {
    const one = await connected(kind);
    one.ours.send('x'.repeat(LIMIT + 1));
    expect(await one.client.until(2)).toEqual(['opened', 'closed 1009']);
    expect(await one.server.until(1)).toEqual(['closed 1006 oversized']);
    const other = await connected(kind);
    other.theirs.send('x'.repeat(2 * LIMIT));
    expect(await other.client.until(2)).toEqual(['opened', 'closed 1006 oversized']);
    expect(await other.server.until(1)).toEqual(['closed 1009']);
  });

  it('who unsubscribes hears no more, and has closed', async () => {
    const { client, server, theirs, subscription } = await connected(kind);
    theirs.send('too late');
    subscription.unsubscribe();
    expect(await server.until(1)).toEqual(['closed 1000']);
    expect(client.lines).toEqual(['opened']);
  });

  it('a listener that closes takes its connections along, and nobody listens then', async () => {
    const place = await places[kind]?.();
    if (!place) throw new RangeError(kind);
    const ear = createEar();
    place.open(place.url, { frameBytes: LIMIT, text: true }).subscribe(ear.hear);
    await ear.until(1);
    await place.listener.close();
    expect(await ear.until(2)).toEqual(['opened', 'closed 1006']);
    place.open(place.url, { frameBytes: LIMIT, text: true }).subscribe(ear.hear);
    expect((await ear.until(3)).at(-1)).toBe('closed 1006');
  });
});
