// The actors at the left, as a tree. Keys as ARIA has them for trees.

import type { JSX } from 'preact';
import { kept } from '#page/kept.ts';
import { Mark } from '#page/mark.tsx';
import { moodOf, stateWords } from '#page/mood.ts';
import type { Page } from '#page/page-state.ts';
import { computed, effect, type ReadonlySignal, type Signal, signal } from '#page/signals.ts';
import { ageWords } from '#page/time-words.ts';
import type { PageProps } from '#page/top-bar.tsx';
import { CHILDREN_SHOWN, treeOf, type TreeNode, type TreeRow } from '#page/tree.ts';
import { rowsOf } from '#page/tree-rows.ts';
import { VirtualList, type VirtualRow } from '#page/virtual-list.tsx';

interface TreeState {
  readonly filter: Signal<string>;
  readonly rows: ReadonlySignal<readonly TreeRow[]>;
  readonly folds: Signal<ReadonlyMap<string, boolean>>;
  readonly shown: Signal<ReadonlyMap<string, number>>;
  /** The row that has the focus. */
  readonly cursor: Signal<string | null>;
}

interface TreeProps extends PageProps {
  readonly state: TreeState;
}

export const ActorTree = kept<PageProps>(({ page }) => {
  const state = createTree(page);
  return () => (
    <nav class="panel actors" aria-label="Actors">
      <div class="panel-head">
        <h2>Actors</h2>
        <input
          type="search"
          id="actor-filter"
          placeholder="Filter"
          aria-label="Filter actors"
          value={state.filter.value}
          onInput={({ currentTarget }) => (state.filter.value = currentTarget.value)}
        />
      </div>
      {state.rows.value.length <= 2 && <EmptyTree page={page} />}
      <Rows page={page} state={state} />
    </nav>
  );
});

function createTree({ store }: Page): TreeState {
  const filter = signal('');
  const folds = signal<ReadonlyMap<string, boolean>>(new Map());
  const shown = signal<ReadonlyMap<string, number>>(new Map());
  const cursor = signal<string | null>(null);
  // Who belongs to whom changes more seldom than where everybody stands.
  const ledger = computed(() => store.stream.value.ledger);
  const shape = computed(() => store.at.value ?? `live ${store.stream.value.ledger.changes}`);
  const tree = computed(() => (shape.value === '' || !ledger.value ? [] : treeOf(store.scene.peek())));
  const rows = computed(() =>
    rowsOf(tree.value, {
      ...{ folds: folds.value, shown: shown.value, scene: store.scene.peek() },
      filter: filter.value.trim().toLowerCase(),
    }),
  );
  // Who was selected elsewhere is where the keys go on from.
  effect(() => {
    if (store.actorId.value !== null) cursor.value = null;
  });
  return { filter, rows, folds, shown, cursor };
}

function EmptyTree({ page }: PageProps): JSX.Element {
  const { stream, hello } = page.store;
  if (stream.value.history.frames.length > 0) return <p class="empty">No actor here.</p>;
  return <p class="empty">{hello.value ? 'No actor yet.' : 'Waiting for the inspector.'}</p>;
}

function Rows({ page, state }: TreeProps): JSX.Element {
  const rows = state.rows.value;
  const here = state.cursor.value ?? page.store.actorId.value;
  const active = rows.findIndex(({ node }) => node.id === here);
  const move = (index: number): void => {
    state.cursor.value = rows[index]?.node.id ?? here;
  };
  return (
    <VirtualList
      id="tree"
      label="Actors"
      isTree
      count={rows.length}
      rowHeight={28}
      active={active}
      follows={false}
      row={(index) => rowAt(rows[index], page, state)}
      onMove={move}
      onPick={(index) => pick(page, state, rows[index])}
      onKey={(key) => onKey(key, { page, state, move, row: rows[active], active })}
    />
  );
}

function rowAt(row: TreeRow | undefined, page: TreeProps['page'], state: TreeState): VirtualRow {
  if (!row) return { key: '', content: <></> };
  const { node, level, isOpen, place, siblings } = row;
  const content = (
    <>
      <span
        class={`twisty ${node.children.length === 0 ? 'none' : isOpen ? 'open' : ''}`}
        style={{ marginLeft: `${level * 14 - 6}px` }}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          fold(state, row, !isOpen);
        }}
      />
      <Cells page={page} node={node} />
    </>
  );
  const more = {
    'aria-level': level,
    'aria-posinset': place,
    'aria-setsize': siblings,
    'aria-selected': node.actor !== null && node.actor === page.store.actorId.value,
    ...(node.children.length > 0 ? { 'aria-expanded': isOpen } : {}),
  };
  const className = `kind-${node.kind} ${node.id === state.cursor.value ? 'cursor' : ''}`;
  return { key: node.id, content, className, more };
}

function Cells({ page, node: { actor: id, label, note } }: PageProps & { readonly node: TreeNode }): JSX.Element {
  const actor = page.store.scene.value.actors.get(id ?? '');
  const chart = actor?.chart ?? null;
  const mood = actor ? moodOf(actor) : 'idle';
  return (
    <>
      {chart !== null && <Mark mood={mood} />}
      <span class="label cut" title={`${label} ${note}`.trim()}>
        {label}
      </span>
      <span class="note cut">{note}</span>
      {actor && (
        <span class={`state tone tone-${mood}`}>{stateWords(actor.value) || (chart === null ? '' : actor.status)}</span>
      )}
      {actor && chart !== null && <span class="age">{ageWords(page.now.value - actor.since)}</span>}
    </>
  );
}

function fold({ folds }: TreeState, { node }: TreeRow, isOpen: boolean): void {
  folds.value = new Map(folds.value).set(node.id, isOpen);
}

function pick(page: TreeProps['page'], state: TreeState, row: TreeRow | undefined): void {
  if (!row) return;
  const { node, isOpen, parent } = row;
  state.cursor.value = node.id;
  if (node.actor !== null) {
    page.panel.value = 'details';
    return page.walk.select(node.actor);
  }
  if (node.children.length > 0) return fold(state, row, !isOpen);
  const owner = state.rows.value[parent]?.node.id ?? '';
  const shown = state.shown.value.get(owner) ?? CHILDREN_SHOWN;
  state.shown.value = new Map(state.shown.value).set(owner, shown + 10 * CHILDREN_SHOWN);
}

interface Pressed extends TreeProps {
  readonly row: TreeRow | undefined;
  readonly active: number;
  readonly move: (index: number) => void;
}

function onKey(key: string, { page, state, row, active, move }: Pressed): boolean {
  switch (key) {
    case 'Home':
      move(0);
      return true;
    case 'End':
      move(state.rows.value.length - 1);
      return true;
    case 'ArrowRight':
      if (row && row.node.children.length > 0 && !row.isOpen) fold(state, row, true);
      else move(active + 1);
      return true;
    case 'ArrowLeft':
      if (row?.isOpen) fold(state, row, false);
      else if (row && row.parent >= 0) move(row.parent);
      return true;
    case ' ':
      pick(page, state, row);
      return true;
    default:
      return false;
  }
}
