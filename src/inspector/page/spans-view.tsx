// A stand-in.

import type { JSX } from 'preact';
import type { Frame } from '#inspector/frames';
import type { ActorView, Scene } from '#inspector/scene';

export interface SpansViewProps {
  readonly frames: readonly Frame[];
  readonly scene: Scene;
  readonly actor: ActorView;
  readonly onPick: (n: number) => void;
}

export function SpansView({ frames, actor }: SpansViewProps): JSX.Element {
  return (
    <p>
      {actor.name} {frames.length}
    </p>
  );
}
