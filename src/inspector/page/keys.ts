// The keys of the page as a whole. Where somebody writes, or a tree or a list has its own, those come first.

import { VIEWS } from '#page/hash.ts';
import type { Page } from '#page/page-state.ts';

export const KEY_WORDS: readonly (readonly [string, string])[] = [
  ['← →', 'previous, next frame'],
  ['Shift ← →', 'previous, next frame of the selected actor'],
  ['Home End', 'first, last frame'],
  ['L', 'back to live'],
  ['Space', 'pause, resume'],
  ['1 2 3 4 5', VIEWS.join(', ')],
  ['/', 'search in the log'],
  ['F', 'filter actors'],
  ['?', 'this help'],
];

export function listenToKeys(page: Page): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (press(event, page)) event.preventDefault();
  });
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'range' && target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** True: it was for us. */
function press(event: KeyboardEvent, page: Page): boolean {
  const { key, shiftKey, target } = event;
  // Space presses buttons, too.
  if (key === ' ' && target instanceof HTMLElement && target.closest('button, summary, a, input')) return false;
  if (key === '/') return focus('log-filter');
  if (key === 'f') return focus('actor-filter');
  const view = VIEWS[Number(key) - 1];
  if (view !== undefined) page.view.value = view;
  else if (key === '?') page.isHelpOpen.value = true;
  else return walkBy(key, shiftKey, page);
  return true;
}

function walkBy(key: string, isOwn: boolean, { walk, store }: Page): boolean {
  const live = (): void => walk.goTo(null);
  const walks: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => walk.step(-1, isOwn),
    ArrowRight: () => walk.step(1, isOwn),
    Home: walk.toStart,
    End: walk.toEnd,
    l: live,
    L: live,
    ' ': store.at.value === null ? walk.toEnd : live,
  };
  walks[key]?.();
  return Object.hasOwn(walks, key);
}

function focus(id: string): boolean {
  const element = document.getElementById(id);
  element?.focus();
  return element !== null;
}
