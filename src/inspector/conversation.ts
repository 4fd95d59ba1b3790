// The conversations in a recording: what a worker and its algorithm said to each other, seen at one of its ends.

import { RuntimeError } from '#errors';
import type { Frame, FrameOf } from '#inspector/frames';
import { createScene } from '#inspector/scene';

export type Said = FrameOf<'message'>;

export interface Conversation {
  /** The actor at whose end it was seen. */
  readonly actor: string;
  readonly chart: string | null;
  /** What people know the actor by. */
  readonly title: string;
  readonly said: readonly Said[];
}

/** Every conversation. One that was seen at both ends is there once, as the algorithm has seen it. */
export function conversationsIn(frames: readonly Frame[]): Conversation[] {
  const all = byActor(frames);
  const seen = new Set(all.filter(({ chart }) => chart !== 'session').map(contentOf));
  return all.filter((one) => one.chart !== 'session' || !seen.has(contentOf(one)));
}

function byActor(frames: readonly Frame[]): Conversation[] {
  const said = new Map<string, Said[]>();
  const scene = createScene();
  for (const frame of frames) {
    if (frame.kind === 'actor.opened' || frame.kind === 'process.opened') scene.apply(frame);
    if (frame.kind !== 'message') continue;
    const others = said.get(frame.actor);
    if (others) others.push(frame);
    else said.set(frame.actor, [frame]);
  }
  const { actors, processes } = scene.scene();
  return [...said].map(([actor, messages]): Conversation => {
    const view = actors.get(actor);
    const process = processes.get(view?.process ?? messages[0]?.process ?? '')?.opened;
    const names = Object.values(view?.about ?? {}).filter((value) => typeof value === 'string');
    const title = [process?.worker ?? process?.title, ...names].filter((word) => word !== undefined).join(', ');
    return { actor, chart: view?.chart ?? null, title, said: messages };
  });
}

/** The same for both ends: they differ in the order in which messages crossed. */
function contentOf({ said }: Conversation): string {
  const of = (who: Said['from']): unknown[] =>
    said.flatMap(({ from, command, data }) => (from === who ? [[command, data]] : []));
  return JSON.stringify([of('worker'), of('algorithm')]);
}

/** The conversation of this actor, or of the algorithm of this worker, or the only one. Throws `INVALID_RECORDING` with what there is to choose from. */
export function conversationOf(frames: readonly Frame[], wanted?: string): Conversation {
  // Whoever names an actor may mean the end that is left out of the list.
  const all = wanted === undefined ? conversationsIn(frames) : byActor(frames);
  const found = all.filter(
    ({ actor, title }) =>
      wanted === undefined || [actor, actor.replace(/^.*\//, ''), title.split(', ')[0]].includes(wanted),
  );
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new RuntimeError('INVALID_RECORDING', wordsFor(all, wanted));
}

function wordsFor(all: readonly Conversation[], wanted: string | undefined): string {
  if (all.length === 0) return 'It holds no messages between a worker and an algorithm: record while a task runs.';
  const list = all.map(({ actor, title, said }) => `  ${actor}  ${title} (${said.length} messages)`).join('\n');
  if (wanted === undefined) return `It holds ${all.length} conversations. Choose one with --actor:\n${list}`;
  return `There is no one conversation of "${wanted}" in it. Choose one of these with --actor:\n${list}`;
}
