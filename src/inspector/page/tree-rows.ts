// The tree as a list of rows: what is folded is left out, what is filtered for is shown with all that is above it. Pure.

import type { Scene } from '#inspector/scene';
import { stateWords } from '#page/mood.ts';
import { numberWords } from '#page/time-words.ts';
import { CHILDREN_SHOWN, type TreeNode, type TreeRow } from '#page/tree.ts';

export interface RowOptions {
  /** What somebody has folded or unfolded, by the ids of the rows. */
  readonly folds: ReadonlyMap<string, boolean>;
  /** How many children of a row are shown, where somebody asked for more. */
  readonly shown: ReadonlyMap<string, number>;
  /** Lower case; empty: everything. */
  readonly filter: string;
  readonly scene: Scene;
}

export function rowsOf(nodes: readonly TreeNode[], options: RowOptions): TreeRow[] {
  const { folds, shown, filter, scene } = options;
  const rows: TreeRow[] = [];
  const list = filter === '' ? nodes : sift(nodes, filter, scene);
  add(list, 1, -1);
  return rows;

  function add(siblings: readonly TreeNode[], level: number, parent: number): void {
    const limit = (parent < 0 ? undefined : shown.get(rows[parent]?.node.id ?? '')) ?? CHILDREN_SHOWN;
    const some = siblings.length > limit + 1 ? siblings.slice(0, limit) : siblings;
    for (const [place, node] of some.entries()) {
      const isOpen = node.children.length > 0 && (filter !== '' || (folds.get(node.id) ?? node.kind !== 'more'));
      rows.push({ node, level, isOpen, parent, place: place + 1, siblings: siblings.length });
      if (isOpen) add(node.children, level + 1, rows.length - 1);
    }
    const rest = siblings.length - some.length;
    if (rest === 0) return;
    const owner = rows[parent]?.node.id ?? '';
    const label = `${numberWords(rest)} more`;
    const node: TreeNode = { id: `${owner} rest`, kind: 'more', label, note: '', actor: null, children: [] };
    rows.push({ node, level, isOpen: false, parent, place: some.length + 1, siblings: siblings.length });
  }
}

/** A row stays for its own words, with all below it; or for those of a row below it. */
function sift(nodes: readonly TreeNode[], filter: string, scene: Scene): TreeNode[] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'group' && wordsOf(node, scene).includes(filter)) return [node];
    const children = sift(node.children, filter, scene);
    return children.length === 0 ? [] : [{ ...node, children }];
  });
}

function wordsOf({ label, note, actor }: TreeNode, { actors }: Scene): string {
  const view = actor === null ? undefined : actors.get(actor);
  const state = view ? `${stateWords(view.value)} ${JSON.stringify(view.about)}` : '';
  return `${label} ${note} ${state}`.toLowerCase();
}
