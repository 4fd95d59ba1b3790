// A part of the details that folds.

import type { ComponentChildren, JSX } from 'preact';
import type { ActorView } from '#inspector/scene';
import type { PageProps } from '#page/top-bar.tsx';

/** What each part of the details is given. */
export interface ActorProps extends PageProps {
  readonly actor: ActorView;
}

export interface CardProps {
  readonly title: string;
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
}

export function Card({ title, isOpen = true, children }: CardProps): JSX.Element {
  return (
    <details class="card" open={isOpen}>
      <summary>{title}</summary>
      <div class="card-body grid">{children}</div>
    </details>
  );
}
