// What a component keeps from one drawing to the next.

import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { computed, effect, type ReadonlySignal, type Signal, signal } from '#page/signals.ts';

export const useSignal = <Value>(initial: Value): Signal<Value> => useMemo(() => signal(initial), []);

export const useComputed = <Value>(compute: () => Value): ReadonlySignal<Value> => useMemo(() => computed(compute), []);

export const useSignalEffect = (run: () => void): void => useEffect(() => effect(run), []);

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large a box is inside; until it is there, a guess. */
export function useSize(box: { readonly current: HTMLElement | null }, guess: Size): Size {
  const [size, setSize] = useState(guess);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  return size;
}
