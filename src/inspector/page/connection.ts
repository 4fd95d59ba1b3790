// Where frames come from: the inspector's socket, which is dialled again when it breaks, or a recording that the document carries.
// Everything is checked here, at the door; inside, types are trusted.

import type { Frame } from '#inspector/frames';
import type { Reply, Request } from '#inspector/talk';
import { isFrame, isReply } from '#page/door.ts';
import { dig } from '#page/json.ts';
import type { LinkState } from '#page/store.ts';

export interface ConnectionOptions {
  readonly heard: (reply: Reply) => void;
  readonly changed: (state: LinkState) => void;
  /** Something came that is not understood, in a sentence. */
  readonly complain: (problem: string) => void;
}

export interface Connection {
  /** False: nobody hears it now. */
  send(request: Request): boolean;
}

const LONGEST_WAIT = 10_000;

/** Opens no socket where the document holds a recording. */
export function connect(options: ConnectionOptions): Connection {
  const recorded = document.querySelector('#recording')?.textContent;
  return typeof recorded === 'string' ? openRecorded(recorded, options) : dial(options);
}

function openRecorded(text: string, { heard, changed, complain }: ConnectionOptions): Connection {
  const recording = read(text);
  const [hello, frames] = [dig(recording, 'hello'), dig(recording, 'frames')];
  if (!isReply(hello) || !Array.isArray(frames)) complain('The recording in this document cannot be read.');
  else {
    heard(hello);
    heard({ kind: 'frames', frames: framesIn(frames, complain) });
    heard({ kind: 'caughtUp' });
  }
  changed('file');
  return { send: () => false };
}

function dial({ heard, changed, complain }: ConnectionOptions): Connection {
  let socket: WebSocket | null = null;
  let losses = 0;
  const open = (): void => {
    changed('connecting');
    // Browsers take addresses of pages here, too, and make ws: of http:.
    const own = new WebSocket(`./ws${location.search}`);
    socket = own;
    own.addEventListener('open', () => {
      losses = 0;
      changed('open');
    });
    own.addEventListener('message', ({ data }) => {
      const reply = replyIn(String(data), complain);
      if (reply) heard(reply);
    });
    own.addEventListener('close', () => {
      socket = null;
      changed('lost');
      losses += 1;
      setTimeout(open, Math.min(LONGEST_WAIT, 250 * 2 ** losses));
    });
  };
  open();
  return {
    send: (request) => {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(request));
      return true;
    },
  };
}

function replyIn(text: string, complain: (problem: string) => void): Reply | null {
  const said = read(text);
  const frames = dig(said, 'frames');
  if (Array.isArray(frames)) return { kind: 'frames', frames: framesIn(frames, complain) };
  if (isReply(said)) return said;
  complain('The inspector says something that this page does not know. Reload it.');
  return null;
}

/** One frame that is not understood is no reason to lose those beside it. */
function framesIn(values: readonly unknown[], complain: (problem: string) => void): Frame[] {
  const frames = values.filter(isFrame);
  const lost = values.length - frames.length;
  if (lost > 0) complain(`${lost} of ${values.length} frames are not understood and not shown.`);
  return frames;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
