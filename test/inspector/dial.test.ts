// A process that dials in: what becomes of it when the inspector says nothing, goes away, or is somebody else.

import { WebSocketServer } from 'ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dialInspector } from '#inspector/dial';

async function inspector(onSocket: (send: (words: unknown) => void, close: () => void) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
  });
  const said: unknown[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (text) => said.push(JSON.parse(Buffer.isBuffer(text) ? text.toString() : '')));
    onSocket(
      (words) => socket.send(typeof words === 'string' ? words : JSON.stringify(words)),
      () => socket.terminate(),
    );
  });
  const address = server.address();
  return { said, url: `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/source?token=x` };
}

function dial(url: string) {
  const watched: boolean[] = [];
  const line = dialInspector(url, { process: 'p', watch: (isWatched) => watched.push(isWatched), deeds: null });
  onTestFinished(line.close);
  return { watched, line };
}

describe('an inspector that', () => {
  it('says nothing is not waited for', async () => {
    const { url } = await inspector(() => undefined);
    await dial(url).line.ready;
  });

  it('is not there is not waited for, and harms nobody', async () => {
    await dial('ws://127.0.0.1:9/source').line.ready;
  });

  it('says that somebody looks is told; what it says beside is not heard', async () => {
    const { url, said } = await inspector((send) => {
      send('no json');
      send({ kind: 'watch', isWatched: 'perhaps' });
      send({ kind: 'watch', isWatched: true });
      send({ kind: 'offers', id: 7, actor: 'p/x:1' });
    });
    const { watched, line } = dial(url);
    await line.ready;
    await expect.poll(() => watched).toEqual([true]);
    line.tell([{ at: 1, process: 'p', kind: 'log', level: 'info', text: 'x' }], 1);
    await expect.poll(() => said).toContainEqual(expect.objectContaining({ kind: 'news' }));
    expect(said).toContainEqual(expect.objectContaining({ kind: 'refused', id: 7 }));
  });

  it('goes away is dialled again, and until then nobody looks', async () => {
    let connections = 0;
    const { url } = await inspector((send, close) => {
      connections += 1;
      send({ kind: 'watch', isWatched: true });
      if (connections === 1) setTimeout(close, 20);
    });
    const { watched } = dial(url);
    await expect.poll(() => watched, { timeout: 5_000 }).toEqual([true, false, true]);
  });
});
