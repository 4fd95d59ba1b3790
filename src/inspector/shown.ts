// What a process shows of itself beside its charts: asked often, and told when it is other than before.

import type { Json } from '#model/json';

export interface ShownBook {
  show(name: string, value: () => unknown): void;
  /** What is other than it was told last. */
  changed(read: (value: () => unknown) => Json): { readonly name: string; readonly value: Json }[];
  /** Everything has to be told anew. */
  reset(): void;
}

export function createShownBook(): ShownBook {
  const values = new Map<string, () => unknown>();
  const told = new Map<string, string>();
  return {
    show: (name, value) => {
      values.set(name, value);
    },
    changed: (read) =>
      [...values].flatMap(([name, ask]) => {
        const value = read(ask);
        const text = JSON.stringify(value);
        if (told.get(name) === text) return [];
        told.set(name, text);
        return [{ name, value }];
      }),
    reset: () => told.clear(),
  };
}
