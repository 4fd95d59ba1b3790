// A long list of which only what can be seen is there. Its rows are equally high; one of them is active, and is moved by keys.

import type { HTMLAttributes, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSize } from '#page/hooks.ts';

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
const GUESS = { width: 400, height: 400 };

export function VirtualList(props: VirtualListProps): JSX.Element {
  const { id, label, isTree = false, count, rowHeight, active } = props;
  const { box, top, height, onScroll } = useScrolling(props);
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE);
  return (
    <div
      class={`virtual ${id}`}
      ref={box}
      role={isTree ? 'tree' : 'listbox'}
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={active >= first && active < last ? `${id}-${active}` : undefined}
      onScroll={onScroll}
      onKeyDown={(event) => onKey(event, props)}
    >
      <div role="presentation" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, place) => rowAt(first + place, props))}
      </div>
    </div>
  );
}

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
  readonly box: { current: HTMLDivElement | null };
  readonly top: number;
  readonly height: number;
  readonly onScroll: () => void;
}

function useScrolling({ count, rowHeight, active, follows }: VirtualListProps): Scrolling {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [top, setTop] = useState(0);
  const height = useSize(box, GUESS).height;
  const onScroll = (): void => {
    const element = box.current;
    if (!element) return;
    isAtEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
    setTop(element.scrollTop);
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (element && follows && isAtEnd.current) element.scrollTop = count * rowHeight;
  }, [count, follows, height]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || active < 0) return;
    // By what was measured before: to measure here would lay out the page once more.
    const place = active * rowHeight;
    if (place < top) element.scrollTop = place;
    else if (place + rowHeight > top + height) element.scrollTop = place + rowHeight - height;
  }, [active, rowHeight]);
  return { box, top, height, onScroll };
}
