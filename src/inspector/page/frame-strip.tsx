// The selected frame as it is: its JSON, to read and to copy.

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Frame } from '#inspector/frames';
import { useSignal } from '#page/hooks.ts';

export function FrameStrip({ frame }: { readonly frame: Frame | null }): JSX.Element | null {
  const copied = useSignal<number | null>(null);
  const text = useMemo(() => (frame === null ? '' : JSON.stringify(frame, null, 2)), [frame]);
  if (frame === null) return null;
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(
      () => (copied.value = frame.n),
      () => (copied.value = null),
    );
  };
  return (
    <div class="strip">
      <div class="title spread">
        <span class="faint">frame {frame.n}</span>
        <button class="link" onClick={copy}>
          {copied.value === frame.n ? 'copied' : 'copy JSON'}
        </button>
      </div>
      <pre tabIndex={0} aria-label={`Frame ${frame.n} as JSON`}>
        {text}
      </pre>
    </div>
  );
}
