// What of a drawing is in sight: its middle of interest at a size that can be read, until somebody drags, scrolls, zooms, or wants
// to see all of it.

import type { Box, Point } from '#inspector/chart';

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Sight extends Point {
  /** The corner of the drawing at the corner of the box, in the box's pixels. */
  readonly scale: number;
}

const SMALLEST = 0.2;
const LARGEST = 3;
/** From here on the smallest words of a drawing can be read. */
export const READABLE = 0.95;
const STEP = 60;
const ZOOM = 1.25;

/** Never larger than a little more than life. */
const fitting = (drawing: Size, box: Size): number =>
  Math.min(1.25, box.width / drawing.width, box.height / drawing.height);

/** All of a drawing where there is room for it; otherwise as much of it as can be, with `focus` in the middle. */
function around(
  drawing: Size,
  box: Size,
  { focus, scale }: { readonly focus: Box | null; readonly scale: number },
): Sight {
  const along = (long: number, room: number, middle: number): number =>
    long * scale <= room
      ? (room - long * scale) / 2
      : Math.min(0, Math.max(room - long * scale, room / 2 - middle * scale));
  const { x = 0, y = 0, width = drawing.width, height = drawing.height } = focus ?? {};
  return {
    x: along(drawing.width, box.width, x + width / 2),
    y: along(drawing.height, box.height, y + height / 2),
    scale,
  };
}

const isInSight = ({ x, y, width, height }: Box, sight: Sight, box: Size): boolean =>
  x * sight.scale + sight.x >= 0 &&
  y * sight.scale + sight.y >= 0 &&
  (x + width) * sight.scale + sight.x <= box.width &&
  (y + height) * sight.scale + sight.y <= box.height;

export interface Viewport {
  /** Where the drawing is to be drawn. `focus` is followed when it goes out of sight. */
  sightOf(drawing: Size, focus: Box | null): Sight;
  readonly isFitted: () => boolean;
  readonly fit: () => void;
  readonly zoom: (by: number) => void;
  /** For the box. */
  readonly handlers: {
    readonly ref: (element: HTMLDivElement | null) => void;
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: () => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onWheel: (event: WheelEvent) => void;
  };
}

export function createViewport(redraw: () => void): Viewport {
  let size: Size = { width: 700, height: 500 };
  let sight: Sight = { x: 0, y: 0, scale: 1 };
  /** Somebody has moved it; null: it goes by its focus. */
  let moved: Sight | null = null;
  let isFitted = false;
  let last: Box | null = null;
  let drawn: Size | null = null;
  let drag: (Point & { readonly isDragged: boolean }) | null = null;

  const watcher = new ResizeObserver(([entry]) => {
    if (entry) size = entry.contentRect;
    redraw();
  });
  const move = (to: Sight | null): void => {
    moved = to;
    isFitted = false;
    redraw();
  };
  const pan = (dx: number, dy: number): void => move({ ...sight, x: sight.x + dx, y: sight.y + dy });
  /** What lies at this place stays there. */
  const zoom = (by: number, { x, y }: Point = { x: size.width / 2, y: size.height / 2 }): void => {
    const scale = Math.min(LARGEST, Math.max(SMALLEST, sight.scale * by));
    const ratio = scale / sight.scale;
    move({ x: x - (x - sight.x) * ratio, y: y - (y - sight.y) * ratio, scale });
  };
  /** All of it; then back to what can be read. */
  const fit = (): void => {
    const wasFitted = isFitted;
    move(null);
    isFitted = !wasFitted;
  };

  function sightOf(drawing: Size, focus: Box | null): Sight {
    const isLost = focus !== null && focus !== last && !isInSight(focus, sight, size);
    if (isLost || drawing !== drawn) moved = null;
    [last, drawn] = [focus, drawing];
    const all = Math.max(SMALLEST, fitting(drawing, size));
    sight = moved ?? around(drawing, size, { focus, scale: isFitted ? all : Math.max(READABLE, all) });
    return sight;
  }

  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => pan(STEP, 0),
    ArrowRight: () => pan(-STEP, 0),
    ArrowUp: () => pan(0, STEP),
    ArrowDown: () => pan(0, -STEP),
    '+': () => zoom(ZOOM),
    '=': () => zoom(ZOOM),
    '-': () => zoom(1 / ZOOM),
    '0': fit,
  };

  return {
    ...{ sightOf, fit, zoom },
    isFitted: () => isFitted,
    handlers: {
      ref: (element) => {
        watcher.disconnect();
        if (element) watcher.observe(element);
      },
      onPointerDown: ({ button, clientX: x, clientY: y }) => {
        if (button === 0) drag = { x, y, isDragged: false };
      },
      onPointerMove: ({ clientX: x, clientY: y, currentTarget, pointerId }) => {
        if (!drag) return;
        const [dx, dy] = [x - drag.x, y - drag.y];
        // A press that does not move is a click, and goes on to what it is on.
        if (!drag.isDragged && Math.hypot(dx, dy) < 4) return;
        // So that it goes on outside of the box.
        if (!drag.isDragged && currentTarget instanceof Element) currentTarget.setPointerCapture(pointerId);
        drag = { x, y, isDragged: true };
        pan(dx, dy);
      },
      onPointerUp: () => {
        drag = null;
      },
      onKeyDown: (event) => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        act();
        // The page walks through time by the same keys.
        event.preventDefault();
      },
      onWheel: (event) => {
        event.preventDefault();
        if (!event.ctrlKey && !event.metaKey) return pan(-event.deltaX, -event.deltaY);
        const { left = 0, top = 0 } =
          event.currentTarget instanceof Element ? event.currentTarget.getBoundingClientRect() : {};
        zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top });
      },
    },
  };
}
