// Who is in the middle of something? Reads what `/recording.jsonl` of an inspector gives, or a file that was recorded: frames, a line
// each, after a header.

import { readFile } from 'node:fs/promises';

/** What is used here of a frame. docs/inspector.md has them all. */
interface Frame {
  readonly kind: string;
  readonly actor: string;
  readonly chart: string | null;
  readonly name: string;
  readonly about: { readonly worker?: string; readonly pipeline?: string };
  readonly status: string;
  readonly value: unknown;
}

const atRest = new Set<unknown>(['ready', 'idle', null]);

/** A line for each actor that has a chart, and whose state is not one of rest. */
export function waitingIn(recording: string): string[] {
  const actors = new Map<string, Frame>();
  for (const line of recording.trim().split('\n').slice(1)) {
    const frame: Frame = JSON.parse(line);
    const known = actors.get(frame.actor);
    if (frame.kind === 'actor.opened') actors.set(frame.actor, frame);
    if (frame.kind === 'moved' && known)
      actors.set(frame.actor, { ...known, status: frame.status, value: frame.value });
    if (frame.kind === 'actor.closed') actors.delete(frame.actor);
  }
  return [...actors.values()]
    .filter(({ chart, status, value }) => chart !== null && status === 'active' && !atRest.has(value))
    .map(({ chart, name, about, value }) => `${chart} ${about.worker ?? about.pipeline ?? name}: ${String(value)}`);
}

const [, script, from] = process.argv;
if (script === import.meta.filename && from !== undefined) {
  const text = from.startsWith('http') ? await (await fetch(from)).text() : await readFile(from, 'utf8');
  process.stdout.write(`${waitingIn(text).join('\n')}\n`);
}
