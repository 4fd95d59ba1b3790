// A recording and the page that shows it as one HTML file, which opens from disk: everything is in it, and its policy lets
// nothing else in, and nothing out.

import { createHash } from 'node:crypto';
import { RuntimeError } from '#errors';
import type { Frame } from '#inspector/frames';
import type { Reply } from '#inspector/talk';

/** The page as it was built. */
export interface PageFiles {
  readonly html: string;
  /** All of its scripts as one: a file has nothing beside it that could be loaded later. */
  readonly js: string;
  readonly css: string;
}

export type Hello = Extract<Reply, { kind: 'hello' }>;

export interface SingleFile {
  readonly page: PageFiles;
  readonly hello: Hello;
  readonly frames: readonly Frame[];
}

const script = /<script\b[^>]*\bsrc=["'][^"']*page\.js["'][^>]*><\/script>/i;
const style = /<link\b[^>]*\bhref=["'][^"']*page\.css["'][^>]*>/i;
/** Of a server: it would forbid what is inlined here. */
const policies = /<meta\b[^>]*http-equiv=["']?content-security-policy["']?[^>]*>\s*/gi;
const preloads = /<link\b[^>]*\brel=["']?modulepreload["']?[^>]*>\s*/gi;
const outside = /<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=["']?(?!data:|#)([^"'\s>]+)/i;
const head = /<head\b[^>]*>/i;

/** The text of the file. Throws `UNSUPPORTED`: the page is not built as one script and one style sheet. */
export function singleFile({ page, hello, frames }: SingleFile): string {
  const js = inlineScript(page.js);
  const css = inlineStyle(page.css);
  const bare = page.html.replace(policies, '').replace(preloads, '');
  const missing = Object.entries({ 'script page.js': script, 'style sheet page.css': style, head }).find(
    ([, part]) => !part.test(bare),
  );
  if (missing) throw unusable(`it has no ${missing[0]}`);
  const skeleton = bare.replace(script, '').replace(style, '');
  const stranger = outside.exec(skeleton)?.[1];
  if (stranger !== undefined) throw unusable(`it wants ${stranger}, too`);
  const data = `<script type="application/json" id="recording">${inlineJson({ hello, frames })}</script>`;
  // By functions, because what is put in may hold `$&`. The data stand before the script that reads them.
  return bare
    .replace(script, () => `${data}\n<script type="module">${js}</script>`)
    .replace(style, () => `<style>${css}</style>`)
    .replace(head, (tag) => `${tag}\n<meta http-equiv="Content-Security-Policy" content="${policyFor(js, css)}">`);
}

function unusable(what: string): RuntimeError {
  return new RuntimeError(
    'UNSUPPORTED',
    `The page of the inspector cannot be put into one file: ${what}. Build it anew.`,
  );
}

/**
 * What would end the element, or begin a comment in it, is written with an escape: it can only stand in a string, a template or
 * a regular expression, where the escape means the same.
 */
function inlineScript(js: string): string {
  return js.replace(/^\/\/# sourceMappingURL=.*$/gm, '').replace(/<(?=\/script|!--)/gi, '\\x3C');
}

function inlineStyle(css: string): string {
  return css.replace(/\/\*# sourceMappingURL=.*?\*\//g, '').replace(/<(?=\/style)/gi, '\\3C ');
}

/** Without a `<` nothing can begin or end in it. */
function inlineJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** No `connect-src`, no source of anything: only these two texts, and pictures that are written out. */
function policyFor(js: string, css: string): string {
  const own = [`script-src ${hashOf(js)}`, `style-src ${hashOf(css)}`, 'img-src data:', 'font-src data:'];
  return ["default-src 'none'", ...own, "base-uri 'none'", "form-action 'none'"].join('; ');
}
