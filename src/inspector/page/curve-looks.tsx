// The look of each line: a colour, a dash, and a mark at its end, so that nobody has to tell them apart by the colour alone. Eight
// colours; a dash and a mark together come again after sixteen.

import type { JSX } from 'preact';

const DASHES = ['', '7 3', '1.5 3', '9 3 1.5 3'];
const MARKS = [
  'M-4 0A4 4 0 1 1 4 0A4 4 0 1 1-4 0z',
  'M-3.6-3.6h7.2v7.2h-7.2z',
  'M0-4.6L4.4 3.4H-4.4z',
  'M0-5L5 0L0 5L-5 0z',
];

export const dashOf = (slot: number): string => DASHES[slot % 4] ?? '';
export const markOf = (slot: number): string => MARKS[(slot + Math.floor(slot / 4)) % 4] ?? '';

/** A piece of the line, as it is drawn. */
export function Swatch({ slot }: { readonly slot: number }): JSX.Element {
  return (
    <svg class={`swatch line-${slot % 8}`} width={32} height={10} aria-hidden="true">
      <path class="line" stroke-dasharray={dashOf(slot)} d="M1 5H24" />
      <path class="end" transform="translate(26 5)" d={markOf(slot)} />
    </svg>
  );
}
