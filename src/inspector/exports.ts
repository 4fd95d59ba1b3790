// What is kept, as a file: line by line, or with the page in one.

import { readFile } from 'node:fs/promises';
import { type Desk, helloOf } from '#inspector/desk';
import type { Frame } from '#inspector/frames';
import { type PageFiles, singleFile } from '#inspector/single-file';
import { framesOf } from '#inspector/scene';

const NAMES = { jsonl: 'application/x-ndjson; charset=utf-8', html: 'text/html; charset=utf-8' } as const;

export async function exportsOf(desk: Desk, page: URL, kind: 'jsonl' | 'html'): Promise<Response> {
  const frames = framesIn(desk);
  const headers = {
    'Content-Type': NAMES[kind],
    'Content-Disposition': `attachment; filename="recording.${kind}"`,
  };
  if (kind === 'jsonl') return new Response(linesOf([desk.header, ...frames]), { headers });
  // A file is looked at as it is: nothing can be done to the actors in it.
  const hello = { ...helloOf(desk), mode: 'recording', acts: false } as const;
  return new Response(singleFile({ page: await readPage(page), hello, frames }), { headers });
}

/** What is forgotten is told as it stood at the end of it. */
function framesIn(desk: Desk): readonly Frame[] {
  if (desk.mode === 'recording') return desk.frames;
  const { first, frames } = desk.hub.history;
  return first.n >= 0 ? [...framesOf(first), ...frames] : frames;
}

/** The files of the built page. */
export async function readPage(folder: URL): Promise<PageFiles> {
  const [html, js, css] = await Promise.all(
    ['index.html', 'page.js', 'page.css'].map((name) => readFile(new URL(name, folder), 'utf8')),
  );
  return { html: html ?? '', js: js ?? '', css: css ?? '' };
}

const CHUNK = 1_000;

/** In pieces, because there may be too much for one text. */
function linesOf(values: readonly unknown[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let place = 0;
  return new ReadableStream({
    pull: (controller) => {
      const some = values.slice(place, place + CHUNK);
      place += CHUNK;
      if (some.length === 0) return controller.close();
      controller.enqueue(encoder.encode(some.map((value) => `${JSON.stringify(value)}\n`).join('')));
    },
  });
}
