// What is kept, as a file: a recording, or a page that holds it and opens from disk.

import { readFile } from 'node:fs/promises';
import { testOf } from '#inspector/as-test';
import { conversationOf } from '#inspector/conversation';
import { type Desk, helloOf } from '#inspector/desk';
import type { Frame } from '#inspector/frames';
import { framesOf } from '#inspector/scene';
import { singleFile } from '#inspector/single-file';

export interface Exported {
  readonly text: string;
  readonly type: string;
}

/** The test of one conversation. Throws `INVALID_RECORDING` where none can be made. */
export function testOfDesk(desk: Desk, { actor, entry }: { readonly actor: string; readonly entry: string }): Exported {
  const conversation = conversationOf(framesIn(desk), actor);
  const { text, skipped } = testOf({ conversation, entry, title: desk.header.title, from: 'the inspector' });
  const remarks = skipped.map((words) => `// Left out: ${words}\n`).join('');
  return { text: remarks + text, type: 'text/plain; charset=utf-8' };
}

export async function exportOf(desk: Desk, page: URL, kind: 'jsonl' | 'html'): Promise<Exported> {
  const frames = framesIn(desk);
  if (kind === 'jsonl') {
    const lines = [desk.header, ...frames].map((line) => `${JSON.stringify(line)}\n`);
    return { text: lines.join(''), type: 'application/jsonl; charset=utf-8' };
  }
  const [html, js, css] = await Promise.all(
    ['index.html', 'whole.js', 'page.css'].map((name) => readFile(new URL(name, page), 'utf8')),
  );
  const hello = { ...helloOf(desk), mode: 'recording', acts: false } as const;
  const text = singleFile({ page: { html: html ?? '', js: js ?? '', css: css ?? '' }, hello, frames });
  return { text, type: 'text/html; charset=utf-8' };
}

/** What is not kept any more is told as it stood. */
function framesIn(desk: Desk): readonly Frame[] {
  if (desk.mode === 'recording') return desk.frames;
  const { first, frames } = desk.hub.history;
  return first.n < 0 ? frames : [...framesOf(first), ...frames];
}
