// A stand-in.

import type { Frame } from '#inspector/frames';
import type { ActorView, Scene } from '#inspector/scene';

export interface Explanation {
  readonly headline: string;
  readonly facts: readonly string[];
  readonly remedy: string | null;
}

export function explain(scene: Scene, actor: ActorView, frames: readonly Frame[]): Explanation {
  return { headline: actor.name, facts: [`${frames.length} of ${scene.n} frames`], remedy: null };
}
