// Tabs, with the keys that ARIA has for them.

import type { JSX } from 'preact';

export interface TabsProps<Name extends string> {
  readonly id: string;
  readonly label: string;
  readonly names: readonly Name[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
}

export function Tabs<Name extends string>(props: TabsProps<Name>): JSX.Element {
  const { id, label, names, chosen, onChoose } = props;
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = names[(names.indexOf(chosen) + by + names.length) % names.length];
    // With Shift they go through time.
    if (by === 0 || event.shiftKey || next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onChoose(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {names.map((name) => (
        <button
          key={name}
          id={`${id}-${name}`}
          role="tab"
          aria-selected={name === chosen}
          aria-controls={`${id}-panel`}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
