// What the task of the selected actor has measured of itself, or the tasks of a run: a drawing a tag, beside those of other tasks. It is
// loaded when somebody looks at it, and brings its own style sheet.

import type { JSX } from 'preact';
import type { ActorView } from '#inspector/scene';
import { type ActorProps } from '#page/card.tsx';
import { CurveChart } from '#page/curve-chart.tsx';
import { linesByTag, ownCurves, type TagLines, type Whose } from '#page/curve-lines.ts';
import css from '#page/curves.css?inline';
import { Compared } from '#page/curves-compare.tsx';
import { createCurvesState, type CurvesState, shownTasks, TAGS_AT_ONCE, toggled } from '#page/curves-state.ts';
import { CurvesTable } from '#page/curves-table.tsx';
import { CurvesTools } from '#page/curves-tools.tsx';
import { digText } from '#page/json.ts';
import { kept } from '#page/kept.ts';
import type { Page } from '#page/page-state.ts';
import { readTask } from '#page/task.ts';

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets.push(sheet);

const state = createCurvesState();

export const CurvesView = kept<ActorProps>((_, redraw) => {
  let width = 0;
  let cursor: number | null = null;
  const observer = new ResizeObserver(([entry]) => {
    width = Math.floor(entry?.contentRect.width ?? 0);
    redraw();
  });
  const measure = (element: HTMLElement | null): void => {
    observer.disconnect();
    if (element) observer.observe(element);
  };
  const onCursor = (at: number | null): void => {
    if (at === cursor) return;
    cursor = at;
    redraw();
  };
  return ({ page, actor }) => {
    const { curves } = page.store.scene.value;
    if (curves.size === 0) return <p class="empty">No task has measured anything yet.</p>;
    const own = ownCurves(curves, whoseOf(page, actor));
    const shown = shownTasks({ curves, own, others: page.others.value, slotsOf: state.slotsOf });
    const all = linesByTag(shown);
    const wanted = state.filter.value.trim().toLowerCase();
    const tags = all.filter(({ tag }) => tag.toLowerCase().includes(wanted));
    return (
      <div class="curves">
        <CurvesTools state={state} />
        <Compared curves={curves} own={own} shown={shown} others={page.others} isPicking={state.isPicking} />
        {tags.length === 0 && <p class="empty">{shown.length === 0 ? NOTHING : 'No tag passes the filter.'}</p>}
        <div class="curves-grid" ref={measure}>
          {width > 0 && <Charts tags={tags} width={width} cursor={cursor} onCursor={onCursor} />}
        </div>
        {tags.length > state.most.value && (
          <button class="quiet" onClick={() => (state.most.value += TAGS_AT_ONCE)}>
            {tags.length - state.most.value} more
          </button>
        )}
        <div class="curves-values">
          <CurvesTable tags={tags.slice(0, state.most.value)} isCompared={shown.length > 1} />
        </div>
      </div>
    );
  };
});

const NOTHING = 'The task of this actor has measured nothing. What others have measured can be compared.';

function whoseOf({ store }: Page, actor: ActorView): Whose {
  const { process, chart, about } = actor;
  if (chart === 'run') return { jobId: digText(about, 'jobId'), taskId: null, process };
  const { ids } = readTask(actor, store.ownFrames.value);
  return { jobId: digText(ids, 'jobId'), taskId: digText(ids, 'taskId'), process };
}

interface ChartsProps {
  readonly tags: readonly TagLines[];
  readonly width: number;
  readonly cursor: number | null;
  readonly onCursor: (at: number | null) => void;
}

const [LEAST_WIDTH, GAP, BORDERS] = [290, 12, 2];

function Charts({ tags, width, cursor, onCursor }: ChartsProps): JSX.Element {
  const columns = Math.max(1, Math.min(tags.length, Math.floor((width + GAP) / (LEAST_WIDTH + GAP))));
  const small = Math.floor((width + GAP) / columns) - GAP;
  const options: Pick<CurvesState, 'large'> = state;
  return (
    <>
      {tags.slice(0, state.most.value).map(({ tag, lines }) => {
        const isLarge = columns === 1 || options.large.value.has(tag);
        return (
          <CurveChart
            key={tag}
            tag={tag}
            lines={lines}
            width={(isLarge ? width : small) - BORDERS}
            height={isLarge && columns > 1 ? 340 : 170}
            axis={state.axis.value}
            smoothing={state.smoothing.value}
            isLog={state.isLog.value}
            isTable={state.isTable.value}
            cursor={cursor}
            onCursor={onCursor}
            isLarge={columns === 1 ? null : isLarge}
            onSize={() => (options.large.value = toggled(options.large.value, tag))}
          />
        );
      })}
    </>
  );
}
