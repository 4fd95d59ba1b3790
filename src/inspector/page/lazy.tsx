// Drawings that are loaded when somebody looks at them.

import type { ComponentType, JSX } from 'preact';
import { signal } from '#page/signals.ts';

/** Tries again with each drawing as long as it cannot be loaded. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): (props: Props) => JSX.Element {
  const Loaded = signal<ComponentType<Props> | null>(null);
  const words = signal('Loading');
  let isAsked = false;
  return (props) => {
    if (!isAsked) {
      isAsked = true;
      load().then(
        (it) => (Loaded.value = it),
        () => {
          isAsked = false;
          words.value =
            'This drawing cannot be loaded: is the inspector there, and the one that this page came from? Reload it.';
        },
      );
    }
    return Loaded.value ? <Loaded.value {...props} /> : <p class="empty">{words.value}</p>;
  };
}
