// What of a drawing is in sight: it fits its box, until somebody drags, scrolls or zooms.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface Sight {
  /** The corner of the drawing at the corner of the box, in the box's pixels. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const SMALLEST = 0.2;
const LARGEST = 3;

/** All of a drawing, in the middle; never larger than life. */
export function fitted(drawing: Size, box: Size): Sight {
  const scale = Math.min(1.25, box.width / drawing.width, box.height / drawing.height);
  const kept = Math.max(SMALLEST, scale);
  return { x: (box.width - drawing.width * kept) / 2, y: (box.height - drawing.height * kept) / 2, scale: kept };
}

/** Larger or smaller, while what lies at this place stays there. */
export function zoomed({ x, y, scale }: Sight, by: number, at: { x: number; y: number }): Sight {
  const next = Math.min(LARGEST, Math.max(SMALLEST, scale * by));
  const ratio = next / scale;
  return { x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio, scale: next };
}

interface PanHandlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
}

export interface Viewport {
  readonly box: { current: HTMLDivElement | null };
  readonly sight: Sight;
  readonly isFitted: boolean;
  readonly fit: () => void;
  readonly zoom: (by: number) => void;
  readonly handlers: PanHandlers & {
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onWheel: (event: WheelEvent) => void;
  };
}

export function useViewport(drawing: Size): Viewport {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 700, height: 500 });
  const [moved, setMoved] = useState<Sight | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  useLayoutEffect(() => setMoved(null), [drawing.width, drawing.height]);
  const sight = moved ?? fitted(drawing, size);
  const fit = (): void => setMoved(null);
  const middle = { x: size.width / 2, y: size.height / 2 };
  const zoom = (by: number): void => setMoved(zoomed(sight, by, middle));
  const pan = (dx: number, dy: number): void => setMoved({ ...sight, x: sight.x + dx, y: sight.y + dy });
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (!event.ctrlKey && !event.metaKey) return pan(-event.deltaX, -event.deltaY);
    const corner = box.current?.getBoundingClientRect();
    const at = corner ? { x: event.clientX - corner.left, y: event.clientY - corner.top } : middle;
    setMoved(zoomed(sight, Math.exp(-event.deltaY / 300), at));
  };
  const onKeyDown = (event: KeyboardEvent): void => onKey(event, { pan, zoom, fit });
  return { box, sight, isFitted: moved === null, fit, zoom, handlers: { ...usePan(pan), onKeyDown, onWheel } };
}

interface Moves {
  readonly pan: (dx: number, dy: number) => void;
  readonly zoom: (by: number) => void;
  readonly fit: () => void;
}

const STEP = 60;
const ZOOM = 1.25;

function onKey(event: KeyboardEvent, { pan, zoom, fit }: Moves): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  switch (event.key) {
    case 'ArrowLeft':
      pan(STEP, 0);
      break;
    case 'ArrowRight':
      pan(-STEP, 0);
      break;
    case 'ArrowUp':
      pan(0, STEP);
      break;
    case 'ArrowDown':
      pan(0, -STEP);
      break;
    case '+':
    case '=':
      zoom(ZOOM);
      break;
    case '-':
      zoom(1 / ZOOM);
      break;
    case '0':
      fit();
      break;
    default:
      return;
  }
  // The page walks through time by the same keys.
  event.stopPropagation();
  event.preventDefault();
}

/** By dragging. A press that does not move is a click, and goes on to what it is on. */
function usePan(pan: Moves['pan']): PanHandlers {
  const last = useRef<{ x: number; y: number; isDragged: boolean } | null>(null);
  return {
    onPointerDown: (event) => {
      if (event.button === 0) last.current = { x: event.clientX, y: event.clientY, isDragged: false };
    },
    onPointerMove: (event) => {
      const from = last.current;
      if (!from) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.isDragged && Math.hypot(dx, dy) < 4) return;
      // So that it goes on outside of the box.
      if (!from.isDragged && event.currentTarget instanceof Element)
        event.currentTarget.setPointerCapture(event.pointerId);
      last.current = { x: event.clientX, y: event.clientY, isDragged: true };
      pan(dx, dy);
    },
    onPointerUp: () => {
      last.current = null;
    },
  };
}
