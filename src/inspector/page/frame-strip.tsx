// The selected frame as it is: its JSON, to read and to copy.

import type { JSX } from 'preact';
import type { Frame } from '#inspector/frames';
import { Copy } from '#page/copy.tsx';

interface StripProps {
  readonly frame: Frame | null;
}

export function FrameStrip({ frame }: StripProps): JSX.Element | null {
  if (frame === null) return null;
  const text = JSON.stringify(frame, null, 2);
  return (
    <div class="strip">
      <div class="title spread">
        <span class="faint">frame {frame.n}</span>
        <Copy key={frame.n} text={text} words="copy JSON" />
      </div>
      <pre tabIndex={0} aria-label={`Frame ${frame.n} as JSON`}>
        {text}
      </pre>
    </div>
  );
}
