// A page and its recording in one file.

import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type Hello, type PageFiles, singleFile } from '#inspector/single-file';
import { begun, framesOf, header } from '#test/support/recordings';
import { problemsOf } from '#test/support/problems';

const page: PageFiles = {
  html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<script type="module" crossorigin src="./page.js"></script>
<link rel="stylesheet" crossorigin href="./page.css">
<link rel="icon" href="data:,"></head><body><div id="page"></div></body></html>`,
  js: `const a = "</script><!-- $& $1 $\`"; const b = /<\\/script>/u; document.title = a;\n//# sourceMappingURL=page.js.map`,
  css: `p::before { content: "</style>$&" }`,
};
const hello: Hello = { kind: 'hello', header, mode: 'recording', acts: false, problems: ['Line 3 is no JSON.'] };
const frames = framesOf(begun(['</script><script>alert(1)</script>', '<!--', '$&', '\u2028']));

/** The texts of the elements of this name, as a browser reads them: up to the next end of it. */
const textsOf = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`<${name}\\b[^>]*>([^]*?)</${name}\\b[^>]*>`, 'gi'))].map(([, text = '']) => text);

const made = singleFile({ page, hello, frames });

describe('a page in one file', () => {
  it('holds the recording, whatever is in it', () => {
    const [data = ''] = textsOf(made, 'script');
    expect(data).not.toContain('<');
    expect(JSON.parse(data)).toEqual({ hello, frames });
    expect(made).toContain('<script type="application/json" id="recording">');
  });

  it('holds the script and the style, which mean what they meant', () => {
    const scripts = textsOf(made, 'script');
    expect(scripts).toHaveLength(2);
    const run: unknown = runInNewContext(`${scripts[1] ?? ''}; [a, b.test('</script>')]`, { document: {} });
    expect(run).toEqual(['</script><!-- $& $1 $`', true]);
    expect(textsOf(made, 'style')).toEqual(['p::before { content: "\\3C /style>$&" }']);
    expect(made).not.toMatch(/sourceMappingURL|(src|href)="\./);
  });

  it('allows itself and nothing else', () => {
    const policies = [...made.matchAll(/http-equiv="Content-Security-Policy" content="([^"]*)"/g)];
    expect(policies).toHaveLength(1);
    const policy = policies[0]?.[1] ?? '';
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/connect-src|unsafe|https?:/);
    const hash = (text = '') => createHash('sha256').update(text).digest('base64');
    expect(policy).toContain(`script-src 'sha256-${hash(textsOf(made, 'script')[1])}'`);
    expect(policy).toContain(`style-src 'sha256-${hash(textsOf(made, 'style')[0])}'`);
    expect(made.indexOf('Content-Security-Policy')).toBeLessThan(made.indexOf('<script'));
  });

  it.each([
    [{ html: '<html><head></head></html>' }, 'it has no script page.js'],
    [{ html: page.html.replace('</head>', '<script src="./more.js"></script></head>') }, 'it wants ./more.js, too'],
  ])('is refused for a page that is built in another way', (other, words) => {
    expect(problemsOf(() => singleFile({ page: { ...page, ...other }, hello, frames }), 'UNSUPPORTED')).toContain(
      words,
    );
  });
});
