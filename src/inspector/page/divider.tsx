// The edge of a part of the page: dragging it, or the arrow keys on it, make the part larger and smaller.

import type { JSX } from 'preact';
import { type Signal, signal } from '#page/signals.ts';

/** The parts that have one, and how large they are: in percent of the window. */
export const SIZES = { left: signal(24), right: signal(27), low: signal(28) } as const;

const WORDS = { left: 'Width of the actors', right: 'Width of the details', low: 'Height of the log' } as const;
const [LEAST, MOST, STEP] = [12, 70, 2];

function resize(size: Signal<number>, to: number): void {
  size.value = Math.min(MOST, Math.max(LEAST, to));
}

export function Divider({ of }: { readonly of: keyof typeof SIZES }): JSX.Element {
  const size = SIZES[of];
  const isLow = of === 'low';
  const shareAt = ({ clientX, clientY }: PointerEvent): number => {
    const share = 100 * (isLow ? clientY / innerHeight : clientX / innerWidth);
    return of === 'left' ? share : 100 - share;
  };
  const [more, less] = isLow ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
  const step = of === 'left' ? -STEP : STEP;
  return (
    <div
      class={`divider ${of}`}
      role="separator"
      tabIndex={0}
      aria-label={WORDS[of]}
      aria-orientation={isLow ? 'horizontal' : 'vertical'}
      aria-valuenow={Math.round(size.value)}
      onPointerDown={({ currentTarget, pointerId }) => currentTarget.setPointerCapture(pointerId)}
      onPointerMove={(event) => {
        if (event.buttons === 1) resize(size, shareAt(event));
      }}
      onKeyDown={(event) => {
        if (event.key !== more && event.key !== less) return;
        event.preventDefault();
        resize(size, size.value + (event.key === more ? step : -step));
      }}
    />
  );
}
