// The stack of an error: its places open in an editor.

import type { JSX } from 'preact';

/** `/home/me/words.ts:12:5`, or the same as the URL of a file. */
const PLACES = /(?<=^|[\s(]|file:\/\/)((?:\/|[A-Z]:[\\/])[^\s()]*:\d+:\d+)/m;

export function Stack({ text }: { readonly text: string }): JSX.Element {
  return (
    <pre class="stack" tabIndex={0} aria-label="Stack">
      {text.split(PLACES).map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <a key={index} href={`vscode://file/${part.replace(/^\//, '')}`} title="Open in VS Code">
            {part}
          </a>
        ),
      )}
    </pre>
  );
}
