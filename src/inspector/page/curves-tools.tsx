// How curves are drawn: along what, how smooth, which of them.

import type { JSX } from 'preact';
import type { XAxis } from '#page/curve-scale.ts';
import type { CurvesState } from '#page/curves-state.ts';
import type { Signal } from '#page/signals.ts';

const AXES: readonly (readonly [XAxis, string])[] = [
  ['step', 'step'],
  ['relative', 'relative time'],
  ['wall', 'time of day'],
];

export function CurvesTools({ state }: { readonly state: CurvesState }): JSX.Element {
  const { axis, smoothing, isLog, isTable, filter } = state;
  return (
    <div class="curves-tools spread">
      <input
        type="search"
        placeholder="Filter tags"
        aria-label="Filter tags"
        value={filter.value}
        onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
      />
      <div class="curves-axes" role="group" aria-label="Along">
        {AXES.map(([name, words]) => (
          <button key={name} aria-pressed={axis.value === name} onClick={() => (axis.value = name)}>
            {words}
          </button>
        ))}
      </div>
      <label class="spread">
        smoothing
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={smoothing.value}
          onInput={({ currentTarget }) => (smoothing.value = Number(currentTarget.value))}
        />
        <output class="mono">{smoothing.value.toFixed(2)}</output>
      </label>
      <Check of={isLog} words="log scale" />
      <Check of={isTable} words="as tables" />
    </div>
  );
}

function Check({ of, words }: { readonly of: Signal<boolean>; readonly words: string }): JSX.Element {
  return (
    <label class="spread">
      <input type="checkbox" checked={of.value} onChange={() => (of.value = !of.value)} /> {words}
    </label>
  );
}
