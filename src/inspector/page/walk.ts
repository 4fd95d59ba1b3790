// Going through time, and from actor to actor. Steps go by frames that are there: those that were cleared or forgotten are not.

import type { ChartState } from '#inspector/chart';
import type { Frame } from '#inspector/frames';
import { countUpTo } from '#inspector/history';
import type { Store } from '#page/store.ts';
import { everyState } from '#page/chart-state.ts';
import { actorOf } from '#page/words.ts';

export interface Walk {
  goTo(n: number | null): void;
  /** The next frame, or the one before, of all or of the selected actor. */
  step(by: 1 | -1, isOwn: boolean): void;
  toStart(): void;
  toEnd(): void;
  select(actor: string | null): void;
  /** To a frame, and to the actor that it is about. */
  visit(frame: Frame): void;
  /** To when the selected actor last entered this state, seen from here; after the first time, to the last one. */
  enter(stateId: string): void;
  clear(): void;
}

export function createWalk({ stream, at, from, actorId, actor, hello }: Store): Walk {
  const frames = (): readonly Frame[] => stream.peek().history.frames;
  const last = (): number => frames().at(-1)?.n ?? 0;
  const first = (): number => Math.max(from.peek(), frames()[0]?.n ?? 0);

  function goTo(n: number | null): void {
    at.value = n === null ? null : Math.min(last(), Math.max(first(), n));
  }

  function step(by: 1 | -1, isOwn: boolean): void {
    const { history, ledger } = stream.peek();
    const among = isOwn ? ledger.framesOf(actorId.peek() ?? '') : history.frames;
    const here = at.peek() ?? last();
    const found = by > 0 ? among[countUpTo(among, here)] : among[countUpTo(among, here - 1) - 1];
    if (found) goTo(found.n);
  }

  function enter(stateId: string): void {
    const leading = arrowsTo(hello.peek()?.header.charts[actor.peek()?.chart ?? '']?.root, stateId);
    const own = stream.peek().ledger.framesOf(actorId.peek() ?? '');
    const enters = (frame: Frame): boolean => frame.kind === 'moved' && frame.arrows.some((id) => leading.has(id));
    const here = countUpTo(own, (at.peek() ?? Infinity) - 1);
    const found = own.slice(0, here).findLast(enters) ?? own.findLast(enters);
    if (found) goTo(found.n);
  }

  return {
    ...{ goTo, enter, step },
    toStart: () => goTo(first()),
    toEnd: () => goTo(last()),
    select: (actor) => {
      actorId.value = actor;
    },
    visit: (frame) => {
      actorId.value = actorOf(frame) ?? actorId.peek();
      goTo(frame.n);
    },
    clear: () => {
      from.value = last() + 1;
      at.value = null;
    },
  };
}

/** The ids of the arrows that lead to a state. */
function arrowsTo(root: ChartState | undefined, stateId: string): Set<string> {
  const arrows = root ? everyState(root).flatMap((state) => state.arrows) : [];
  return new Set(arrows.filter(({ to }) => to.includes(stateId)).map(({ id }) => id));
}
