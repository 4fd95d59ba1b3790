// The mood of an actor as a small picture: each mood has its own shape, so that nobody needs its colour.

import type { JSX } from 'preact';
import type { Mood } from '#page/mood.ts';

const shapes: Readonly<Record<Mood, JSX.Element>> = {
  idle: <circle cx="7" cy="7" r="4.5" class="line" />,
  working: (
    <>
      <circle cx="7" cy="7" r="6" class="halo" />
      <circle cx="7" cy="7" r="4" />
    </>
  ),
  troubled: (
    <>
      <path d="M7 1.5 13 12.5H1Z" />
      <path d="M7 5.5v3.2M7 10.4v.4" class="cut-out" />
    </>
  ),
  done: (
    <>
      <circle cx="7" cy="7" r="6" />
      <path d="m4.2 7.2 2 2 3.6-4.2" class="cut-out" />
    </>
  ),
  failed: (
    <>
      <rect x="1" y="1" width="12" height="12" rx="3" />
      <path d="m4.6 4.6 4.8 4.8m0-4.8-4.8 4.8" class="cut-out" />
    </>
  ),
  stopped: <rect x="3" y="3" width="8" height="8" rx="1.5" class="line" />,
};

export function Mark({ mood }: { readonly mood: Mood }): JSX.Element {
  return (
    <svg class={`mark tone-${mood}`} viewBox="0 0 14 14" role="img" aria-label={mood}>
      {shapes[mood]}
    </svg>
  );
}
