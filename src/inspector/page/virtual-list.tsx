// A long list of which only what can be seen is there. Its rows are equally high; one of them is active, and is moved by keys.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface VirtualListProps {
  readonly id: string;
  readonly label: string;
  readonly count: number;
  readonly rowHeight: number;
  /** -1: none. */
  readonly active: number;
  /** Stays at the end as the list grows, as long as nobody has scrolled away from it. */
  readonly follows: boolean;
  /** A key, and what stands in the row. */
  readonly row: (index: number) => {
    readonly key: string | number;
    readonly className: string;
    readonly content: JSX.Element;
  };
  readonly onMove: (index: number) => void;
  readonly onPick: (index: number) => void;
}

/** Rows above and below those that can be seen, so that scrolling finds them there. */
const SPARE = 8;

export function VirtualList(props: VirtualListProps): JSX.Element {
  const { id, label, count, rowHeight, active } = props;
  const { box, top, height, onScroll } = useScrolling(props);
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE);
  return (
    <div
      class="virtual"
      ref={box}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={active >= first && active < last ? `${id}-${active}` : undefined}
      onScroll={onScroll}
      onKeyDown={(event) => onKey(event, props)}
    >
      <div class="virtual-whole" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, place) => rowAt(first + place, props))}
      </div>
    </div>
  );
}

function rowAt(index: number, { id, count, rowHeight, active, row, onPick }: VirtualListProps): JSX.Element {
  const { key, className, content } = row(index);
  return (
    <div
      key={key}
      id={`${id}-${index}`}
      role="option"
      aria-selected={index === active}
      aria-setsize={count}
      aria-posinset={index + 1}
      class={`row ${className}`}
      style={{ transform: `translateY(${index * rowHeight}px)`, height: `${rowHeight}px` }}
      onClick={() => onPick(index)}
    >
      {content}
    </div>
  );
}

function onKey(event: KeyboardEvent, { count, active, rowHeight, onMove, onPick }: VirtualListProps): void {
  const page = Math.max(
    1,
    Math.floor((event.currentTarget instanceof HTMLElement ? event.currentTarget.clientHeight : 0) / rowHeight) - 1,
  );
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
  const by = steps[event.key];
  if (event.key === 'Enter' && active >= 0) onPick(active);
  else if (by === undefined || count === 0) return;
  else onMove(Math.min(count - 1, Math.max(0, (active < 0 ? count : active) + by)));
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
  const [height, setHeight] = useState(400);
  const onScroll = (): void => {
    const element = box.current;
    if (!element) return;
    isAtEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
    setTop(element.scrollTop);
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watcher = new ResizeObserver(() => setHeight(element.clientHeight));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
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
