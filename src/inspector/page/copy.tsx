// A button that copies something, and says that it has.

import { kept } from '#page/kept.ts';

export interface CopyProps {
  readonly text: string;
  readonly words: string;
}

export const Copy = kept<CopyProps>((_, redraw) => {
  let isCopied = false;
  return ({ text, words }) => (
    <button
      class="link"
      onClick={() => {
        const told = (copied: boolean) => (): void => {
          isCopied = copied;
          redraw();
        };
        void navigator.clipboard.writeText(text).then(told(true), told(false));
      }}
    >
      {isCopied ? 'copied' : words}
    </button>
  );
});
