// The actors at the left: a tree of rows, of which only those that can be seen are drawn. Keys as ARIA has them for trees.

import { type ReadonlySignal, type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Mark } from '#page/mark.tsx';
import { moodOf, stateWords } from '#page/mood.ts';
import { ageWords } from '#page/time-words.ts';
import type { PageProps } from '#page/top-bar.tsx';
import { CHILDREN_SHOWN, treeOf, type TreeRow } from '#page/tree.ts';
import { rowsOf } from '#page/tree-rows.ts';

const ROW = 28;
const SPARE = 10;

interface TreeState {
  readonly rows: ReadonlySignal<readonly TreeRow[]>;
  readonly folds: Signal<ReadonlyMap<string, boolean>>;
  readonly shown: Signal<ReadonlyMap<string, number>>;
  /** The row that has the focus. */
  readonly cursor: Signal<string | null>;
}

interface TreeProps extends PageProps {
  readonly state: TreeState;
}

export function ActorTree({ page }: PageProps): JSX.Element {
  const { store } = page;
  const filter = useSignal('');
  const folds = useSignal<ReadonlyMap<string, boolean>>(new Map());
  const shown = useSignal<ReadonlyMap<string, number>>(new Map());
  const cursor = useSignal<string | null>(null);
  // Who belongs to whom changes more seldom than where everybody stands.
  const shape = useComputed(() =>
    store.at.value === null ? `live ${store.stream.value.ledger.changes}` : `past ${store.at.value}`,
  );
  const tree = useComputed(() => (shape.value === '' ? [] : treeOf(store.scene.peek())));
  const rows = useComputed(() =>
    rowsOf(tree.value, {
      ...{ folds: folds.value, shown: shown.value, scene: store.scene.peek() },
      filter: filter.value.trim().toLowerCase(),
    }),
  );
  // Who was selected elsewhere is where the keys go on from.
  useSignalEffect(() => {
    if (store.actorId.value !== null) cursor.value = null;
  });
  return (
    <nav class="panel actors" aria-label="Actors">
      <div class="panel-head">
        <h2>Actors</h2>
        <input
          type="search"
          id="actor-filter"
          placeholder="Filter"
          aria-label="Filter actors"
          value={filter.value}
          onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
        />
      </div>
      <Rows page={page} state={{ rows, folds, shown, cursor }} />
    </nav>
  );
}

function Rows({ page, state }: TreeProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  const rows = state.rows.value;
  const selected = page.store.actorId.value;
  const cursor = state.cursor.value ?? selected;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watcher = new ResizeObserver(() => (height.value = element.clientHeight));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  useLayoutEffect(() => {
    const place = rows.findIndex(({ node }) => node.id === cursor) * ROW;
    const element = box.current;
    if (!element || place < 0) return;
    if (place < element.scrollTop) element.scrollTop = place;
    else if (place + ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = place + ROW - element.clientHeight;
  }, [cursor]);
  const first = Math.max(0, Math.floor(top.value / ROW) - SPARE);
  const seen = rows.slice(first, Math.ceil((top.value + height.value) / ROW) + SPARE);
  const active = rows.findIndex(({ node }) => node.id === cursor);
  return (
    <div
      class="tree"
      ref={box}
      role="tree"
      aria-label="Actors"
      tabIndex={0}
      aria-activedescendant={active >= first && active < first + seen.length ? `tree-${active}` : undefined}
      onScroll={({ currentTarget }) => (top.value = currentTarget.scrollTop)}
      onKeyDown={(event) => onKey(event, page, state)}
    >
      {rows.length <= 2 && <EmptyTree page={page} />}
      <div class="virtual-whole" role="presentation" style={{ height: `${rows.length * ROW}px` }}>
        {seen.map((row, index) => (
          <Row key={row.node.id} page={page} state={state} row={row} index={first + index} />
        ))}
      </div>
    </div>
  );
}

function EmptyTree({ page }: PageProps): JSX.Element | null {
  const { stream, hello } = page.store;
  if (stream.value.history.frames.length > 0) return <p class="empty over">No actor here.</p>;
  return <p class="empty over">{hello.value ? 'No actor yet.' : 'Waiting for the inspector.'}</p>;
}

interface RowProps extends TreeProps {
  readonly row: TreeRow;
  readonly index: number;
}

function Row({ page, state, row, index }: RowProps): JSX.Element {
  const { node, level, isOpen, place, siblings } = row;
  const isSelected = node.actor !== null && node.actor === page.store.actorId.value;
  const isCursor = node.id === state.cursor.value;
  return (
    <div
      id={`tree-${index}`}
      role="treeitem"
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={isSelected}
      aria-expanded={node.children.length > 0 ? isOpen : undefined}
      class={`row kind-${node.kind} ${isCursor ? 'cursor' : ''}`}
      style={{ transform: `translateY(${index * ROW}px)`, height: `${ROW}px`, paddingLeft: `${level * 14 - 6}px` }}
      onClick={() => pick(page, state, row)}
    >
      <span
        class={`twisty ${node.children.length === 0 ? 'none' : isOpen ? 'open' : ''}`}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          fold(state, row, !isOpen);
        }}
      />
      {node.actor === null ? <Heading row={row} /> : <ActorCells page={page} row={row} id={node.actor} />}
    </div>
  );
}

function Heading({ row: { node } }: { readonly row: TreeRow }): JSX.Element {
  return (
    <>
      <span class="label">{node.label}</span>
      <span class="note">{node.note}</span>
    </>
  );
}

/** What changes with each step is read here, so that only those rows are drawn anew that can be seen. */
function ActorCells({
  page,
  row: { node },
  id,
}: PageProps & { readonly row: TreeRow; readonly id: string }): JSX.Element {
  const actor = page.store.scene.value.actors.get(id);
  if (!actor) return <Heading row={{ node, level: 0, isOpen: false, parent: -1, place: 0, siblings: 0 }} />;
  const mood = moodOf(actor);
  const state = stateWords(actor.value) || (actor.chart === null ? '' : actor.status);
  return (
    <>
      {actor.chart === null ? null : <Mark mood={mood} />}
      <span class="label" title={`${node.label} ${node.note}`.trim()}>
        {node.label}
      </span>
      <span class="note">{node.note}</span>
      <span class={`state mood-${mood}`}>{state}</span>
      <span class="age">{actor.chart === null ? '' : ageWords(page.now.value - actor.since)}</span>
    </>
  );
}

function fold({ folds }: TreeState, { node }: TreeRow, isOpen: boolean): void {
  folds.value = new Map(folds.value).set(node.id, isOpen);
}

function pick(page: TreeProps['page'], state: TreeState, row: TreeRow): void {
  const { node, isOpen, parent } = row;
  state.cursor.value = node.id;
  if (node.actor !== null) return page.walk.select(node.actor);
  if (node.children.length > 0) return fold(state, row, !isOpen);
  const owner = state.rows.value[parent]?.node.id ?? '';
  const shown = state.shown.value.get(owner) ?? CHILDREN_SHOWN;
  state.shown.value = new Map(state.shown.value).set(owner, shown + 10 * CHILDREN_SHOWN);
}

function onKey(event: KeyboardEvent, page: TreeProps['page'], state: TreeState): void {
  const rows = state.rows.value;
  const here = rows.findIndex(({ node }) => node.id === (state.cursor.value ?? page.store.actorId.value));
  const row = rows[here];
  const move = (index: number): void => {
    const target = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (target) state.cursor.value = target.node.id;
  };
  switch (event.key) {
    case 'ArrowDown':
      move(here + 1);
      break;
    case 'ArrowUp':
      move(here - 1);
      break;
    case 'Home':
      move(0);
      break;
    case 'End':
      move(rows.length - 1);
      break;
    case 'ArrowRight':
      if (row && row.node.children.length > 0 && !row.isOpen) fold(state, row, true);
      else move(here + 1);
      break;
    case 'ArrowLeft':
      if (row?.isOpen) fold(state, row, false);
      else if (row && row.parent >= 0) move(row.parent);
      break;
    case 'Enter':
    case ' ':
      if (row) pick(page, state, row);
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}
