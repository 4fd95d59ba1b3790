// Whose curves are drawn, each with its look, and who else may be.

import type { JSX } from 'preact';
import type { TaskCurves } from '#inspector/curves';
import type { Scene } from '#inspector/scene';
import { candidates, namesOf } from '#page/curve-lines.ts';
import { wallWords } from '#page/curve-scale.ts';
import { type CurvesState, MOST_TASKS, type Shown, toggled } from '#page/curves-state.ts';
import { Swatch } from '#page/curve-looks.tsx';
import type { Signal } from '#page/signals.ts';
import { countWords } from '#page/time-words.ts';

interface ComparedProps {
  readonly curves: Scene['curves'];
  readonly own: readonly TaskCurves[];
  readonly shown: readonly Shown[];
  readonly others: Signal<ReadonlySet<string>>;
}

export function Compared(props: ComparedProps & Pick<CurvesState, 'isPicking'>): JSX.Element {
  const { curves, own, shown, others, isPicking } = props;
  const left = own.length - shown.filter(({ isOwn }) => isOwn).length;
  const all = candidates(curves, own);
  return (
    <>
      <ul class="curves-who spread" aria-label="Tasks that are drawn">
        {shown.map(({ key, name, slot, isOwn, task }) => (
          <li key={key} class={`curve-name line-${slot % 8}`} title={`${task.pipelineName ?? ''} ${task.jobId ?? ''}`}>
            <Swatch slot={slot} /> {name}
            {!isOwn && (
              <button aria-label={`Without ${name}`} onClick={() => (others.value = toggled(others.value, key))}>
                ×
              </button>
            )}
          </li>
        ))}
        {left > 0 && <li class="faint">{countWords(left, 'older task')} of this run are not shown</li>}
        {all.length > 0 && (
          <li>
            <button class="quiet" aria-expanded={isPicking.value} onClick={() => (isPicking.value = !isPicking.value)}>
              {isPicking.value ? 'close the list' : 'compare with…'}
            </button>
          </li>
        )}
      </ul>
      {isPicking.value && all.length > 0 && <Picker all={all} own={own} curves={curves} others={others} />}
    </>
  );
}

interface PickerProps extends Omit<ComparedProps, 'shown'> {
  readonly all: readonly TaskCurves[];
}

/** More of them nobody goes through. */
const LISTED = 100;

function Picker({ all, own, curves, others }: PickerProps): JSX.Element {
  const names = namesOf(curves);
  const alike = new Set(own.map(({ task }) => `${task.pipelineName} ${task.nodeName}`));
  return (
    <>
      <ul class="curves-picker" aria-label="Tasks to compare with">
        {all.slice(0, LISTED).map(({ key, task, at, tags }) => (
          <li key={key}>
            <label class="spread">
              <input
                type="checkbox"
                checked={others.value.has(key)}
                onChange={() => (others.value = toggled(others.value, key))}
              />
              <span>{names.get(key)}</span>
              <span class="faint">
                {task.pipelineName} · {countWords(tags.size, 'tag')} · {wallWords(at, false)}
                {alike.has(`${task.pipelineName} ${task.nodeName}`) && ' · the same node'}
              </span>
            </label>
          </li>
        ))}
      </ul>
      <p class="faint">
        {all.length > LISTED && `${all.length - LISTED} older ones are not listed. `}
        At most {MOST_TASKS} tasks are drawn at once.
      </p>
    </>
  );
}
