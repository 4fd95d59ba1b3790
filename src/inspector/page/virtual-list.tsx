// A long list of which only what can be seen is there. Its rows are equally high; one of them is active, and is moved by keys.

import type { HTMLAttributes, JSX } from 'preact';
import { kept } from '#page/kept.ts';

export interface VirtualRow {
  readonly key: string | number;
  readonly content: JSX.Element;
  readonly className?: string;
  /** What it is for those who do not see it. */
  readonly more?: HTMLAttributes<HTMLDivElement>;
}

export interface VirtualListProps {
  readonly id: string;
  readonly label: string;
  /** A list of things to choose from, unless it says otherwise. */
  readonly isTree?: boolean;
  readonly count: number;
  readonly rowHeight: number;
  /** -1: none. */
  readonly active: number;
  /** Stays at the end as the list grows, as long as nobody has scrolled away from it. */
  readonly follows: boolean;
  readonly row: (index: number) => VirtualRow;
  readonly onMove: (index: number) => void;
  readonly onPick: (index: number) => void;
  /** True: this key is its own. It is asked first. */
  readonly onKey?: (key: string) => boolean;
}

/** Rows above and below those that can be seen, so that scrolling finds them there. */
const SPARE = 8;

export const VirtualList = kept<VirtualListProps>((_, redraw) => {
  const sight = createScrolling(redraw);
  return (props) => {
    const { id, label, isTree = false, count, rowHeight, active } = props;
    const first = Math.max(0, Math.floor(sight.top / rowHeight) - SPARE);
    const last = Math.min(count, Math.ceil((sight.top + sight.height) / rowHeight) + SPARE);
    return (
      <div
        class={`virtual ${id}`}
        // It is another function each time, and so it is called after each drawing.
        ref={(element) => sight.settle(element, props)}
        role={isTree ? 'tree' : 'listbox'}
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={active >= first && active < last ? `${id}-${active}` : undefined}
        onScroll={({ currentTarget }) => sight.scrolled(currentTarget)}
        onKeyDown={(event) => onKey(event, props)}
      >
        <div role="presentation" style={{ height: `${count * rowHeight}px` }}>
          {Array.from({ length: Math.max(0, last - first) }, (__, place) => rowAt(first + place, props))}
        </div>
      </div>
    );
  };
});

function rowAt(index: number, { id, isTree, count, rowHeight, active, row, onPick }: VirtualListProps): JSX.Element {
  const { key, content, className = '', more } = row(index);
  return (
    <div
      key={key}
      id={`${id}-${index}`}
      role={isTree ? 'treeitem' : 'option'}
      aria-selected={index === active}
      aria-setsize={count}
      aria-posinset={index + 1}
      {...more}
      class={`row ${className}`}
      style={{ transform: `translateY(${index * rowHeight}px)`, height: `${rowHeight}px` }}
      onClick={() => onPick(index)}
    >
      {content}
    </div>
  );
}

function onKey(event: KeyboardEvent, props: VirtualListProps): void {
  const { count, active, rowHeight, onMove, onPick } = props;
  const high = event.currentTarget instanceof HTMLElement ? event.currentTarget.clientHeight : 0;
  const page = Math.max(1, Math.floor(high / rowHeight) - 1);
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
  const by = steps[event.key];
  if (!props.onKey?.(event.key)) {
    if (event.key === 'Enter' && active >= 0) onPick(active);
    else if (by === undefined || count === 0) return;
    else onMove(Math.min(count - 1, Math.max(0, (active < 0 && !props.isTree ? count : active) + by)));
  }
  event.preventDefault();
}

interface Scrolling {
  readonly top: number;
  readonly height: number;
  scrolled(box: HTMLElement): void;
  /** After each drawing: goes to the end as the list grows, and to what is active as that changes. */
  settle(box: HTMLElement | null, props: VirtualListProps): void;
}

function createScrolling(redraw: () => void): Scrolling {
  const sight = { top: 0, height: 400 };
  let isAtEnd = true;
  let watched: HTMLElement | null = null;
  let before = { end: '', place: -1, follows: false };
  const watcher = new ResizeObserver(([entry]) => {
    sight.height = entry?.contentRect.height ?? sight.height;
    redraw();
  });
  return Object.assign(sight, {
    scrolled: (box: HTMLElement) => {
      sight.top = box.scrollTop;
      isAtEnd = sight.top + sight.height >= box.scrollHeight - 24;
      redraw();
    },
    settle: (box: HTMLElement | null, { count, rowHeight, active, follows }: VirtualListProps) => {
      if (!box) return;
      const { top, height } = sight;
      if (box !== watched) watcher.observe(box);
      watched = box;
      const now = { end: `${count} ${height} ${follows}`, place: active * rowHeight, follows };
      if (follows && (isAtEnd || !before.follows) && now.end !== before.end) box.scrollTop = count * rowHeight;
      // By what was measured before: to measure here would lay out the page once more.
      else if (now.place >= 0 && now.place !== before.place) {
        if (now.place < top) box.scrollTop = now.place;
        else if (now.place + rowHeight > top + height) box.scrollTop = now.place + rowHeight - height;
      }
      before = now;
    },
  });
}
