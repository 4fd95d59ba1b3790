// The context of the selected actor, and what of it differs from another point in time: from before its last change, or from a
// frame that somebody has pinned.

import type { JSX } from 'preact';
import type { Fields } from '#inspector/frames';
import type { ActorView } from '#inspector/scene';
import { type ActorProps, Card } from '#page/card.tsx';
import { JsonTree } from '#page/json-tree.tsx';
import { changesBetween, changeWords } from '#page/json.ts';
import type { Store } from '#page/store.ts';
import { kept } from '#page/kept.ts';
import { computed, type ReadonlySignal } from '#page/signals.ts';

export const ContextCard = kept<ActorProps>(({ page: { store } }) => {
  const other = otherOf(store);
  return ({ actor }) => <Context store={store} actor={actor} other={other.value} />;
});

interface ContextProps {
  readonly store: Store;
  readonly actor: ActorView;
  readonly other: Fields | null;
}

function Context({ store: { pin, scene }, actor, other }: ContextProps): JSX.Element | null {
  if (Object.keys(actor.context).length === 0) return null;
  const changes = other ? changesBetween(other, actor.context) : [];
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

/** A context to compare with; looked up anew only when the frame changes that it is taken from. */
function otherOf(store: Store): ReadonlySignal<Fields | null> {
  const n = computed(() => {
    if (store.pin.value !== null) return store.pin.value;
    const changing = store.ownFrames.value.findLast(
      (frame) => frame.kind === 'moved' && (frame.set !== undefined || frame.unset !== undefined),
    );
    return changing === undefined ? null : changing.n - 1;
  });
  return computed(() => {
    if (n.value === null) return null;
    const { actors } = store.stream.peek().history.sceneAt(n.value);
    return actors.get(store.actorId.value ?? '')?.context ?? null;
  });
}
