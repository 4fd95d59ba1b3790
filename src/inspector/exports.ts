// What is kept, as a file.

import type { Desk } from '#inspector/desk';

/** stub until recordings come */
export async function exportsOf(desk: Desk, page: URL, kind: 'jsonl' | 'html'): Promise<Response> {
  const frames = desk.mode === 'live' ? desk.hub.history.frames : desk.frames;
  await Promise.resolve();
  return new Response(kind + page.href + [desk.header, ...frames].map((line) => JSON.stringify(line)).join('\n'));
}
