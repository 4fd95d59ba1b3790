// Somebody who looks at an inspector without a browser: its socket, and what it was told.

import { WebSocket } from 'ws';
import { expect, onTestFinished } from 'vitest';
import type { Frame } from '#inspector/frames';
import { createScene, type ActorView } from '#inspector/scene';
import type { Offer, Request } from '#inspector/talk';
import { Reply } from '#inspector/talk';

const socketOf = (link: string): string => link.replace(/^http/, 'ws').replace('/?', '/ws?');

type Question = { [Kind in Request['kind']]: Omit<Extract<Request, { kind: Kind }>, 'id'> }[Request['kind']];

export async function look(link: string) {
  const socket = new WebSocket(socketOf(link));
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  const replies: Reply[] = [];
  socket.on('message', (text) => {
    const reply = Reply.parse(JSON.parse(Buffer.isBuffer(text) ? text.toString() : ''));
    if (reply.kind === 'frames') frames.push(...reply.frames);
    else replies.push(reply);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let asked = 0;

  const actors = (): readonly ActorView[] => {
    const scene = createScene();
    for (const frame of frames) scene.apply(frame);
    return [...scene.scene().actors.values()];
  };

  async function ask(question: Question): Promise<Reply> {
    asked += 1;
    const id = asked;
    socket.send(JSON.stringify({ ...question, id }));
    let found: Reply | undefined;
    await expect.poll(() => (found = replies.find((reply) => 'id' in reply && reply.id === id))).toBeDefined();
    if (!found) throw new TypeError('no answer came');
    return found;
  }

  return {
    frames,
    replies,
    actors,
    /** The first actor of which this holds, once there is one. */
    actor: async (isWanted: (actor: ActorView) => boolean): Promise<ActorView> => {
      let found: ActorView | undefined;
      await expect.poll(() => (found = actors().find(isWanted)), { timeout: 10_000 }).toBeDefined();
      if (!found) throw new TypeError('no such actor');
      return found;
    },
    offers: async (actor: string): Promise<readonly Offer[]> => {
      const reply = await ask({ kind: 'offers', actor });
      return reply.kind === 'offers' ? reply.offers : [];
    },
    act: (actor: string, name: string, value: Extract<Question, { kind: 'act' }>['value']) =>
      ask({ kind: 'act', actor, name, value }),
    close: () => socket.close(),
  };
}
