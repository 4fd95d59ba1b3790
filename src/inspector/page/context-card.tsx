// The context of the selected actor, and what of it differs from another point in time: from before its last change, or from a
// frame that somebody has pinned.

import type { JSX } from 'preact';
import type { Fields } from '#inspector/frames';
import type { ActorView } from '#inspector/scene';
import { type ActorProps, Card } from '#page/card.tsx';
import { JsonTree } from '#page/json-tree.tsx';
import { changesBetween, changeWords } from '#page/json.ts';
import type { Store } from '#page/store.ts';
import { useComputed } from '#page/hooks.ts';
import type { ReadonlySignal } from '#page/signals.ts';

/** A context to compare with, and the frame after which it was so. */
interface Other {
  readonly n: number;
  readonly context: Fields;
}

export function ContextCard({ page, actor }: ActorProps): JSX.Element | null {
  const { store } = page;
  const other = useOther(store, actor);
  const { pin, scene } = store;
  if (Object.keys(actor.context).length === 0) return null;
  const changes = other.value ? changesBetween(other.value.context, actor.context) : [];
  const changed = new Set(changes.map(({ path }) => path.join('.')));
  return (
    <Card title="Context">
      <div class="spread">
        <span class="faint">
          {pin.value === null ? 'compared with before its last change' : `compared with frame ${pin.value}`}
        </span>
        <button class="link" onClick={() => (pin.value = scene.value.n)}>
          pin this point
        </button>
        {pin.value !== null && (
          <button class="link" onClick={() => (pin.value = null)}>
            unpin
          </button>
        )}
      </div>
      <ul class="changes mono" aria-label="Changes">
        {changes.slice(0, 12).map((change) => (
          <li key={change.path.join('.')}>{changeWords(change)}</li>
        ))}
        {changes.length > 12 && <li>and {changes.length - 12} more</li>}
        {changes.length === 0 && <li class="faint">nothing differs</li>}
      </ul>
      <JsonTree name="context" value={actor.context} changed={changed} />
    </Card>
  );
}

/** Looked up anew only when the frame changes that it is taken from. */
function useOther(store: Store, actor: ActorView): ReadonlySignal<Other | null> {
  const { id } = actor;
  const n = useComputed(() => {
    if (store.pin.value !== null) return store.pin.value;
    const changing = store.ownFrames.value.findLast(
      (frame) => frame.kind === 'moved' && (frame.set !== undefined || frame.unset !== undefined),
    );
    return changing === undefined ? null : changing.n - 1;
  });
  return useComputed(() => {
    if (n.value === null) return null;
    const context = store.stream
      .peek()
      .history.sceneAt(n.value)
      .actors.get(store.actorId.value ?? id)?.context;
    return context === undefined ? null : { n: n.value, context };
  });
}
