// Values that know who has read them: what depends on a signal is computed anew when it is asked for, and only if something that it
// has read is another value now. The page is drawn as a whole after each change; no part of it has to say what it depends on.
//
//   V1. A computed value is computed when somebody reads it, and again only after a value has changed that it has read.
//   V2. An effect runs at once, and again after each change of what it has read; changes within a `batch` count as one.

export interface ReadonlySignal<Value> {
  readonly value: Value;
  /** Reads it without depending on it. */
  peek(): Value;
}

export interface Signal<Value> extends ReadonlySignal<Value> {
  value: Value;
}

/** What was read, and which value it had. */
type Reads = Map<Pick<ReadonlySignal<unknown>, 'peek'>, unknown>;

let reads: Reads | null = null;
/** Grows with each change of any signal. */
let version = 0;
/** Above zero: whoever is to hear of changes hears of them later. */
let holding = 0;
const listeners = new Set<() => void>();

export function signal<Value>(initial: Value): Signal<Value> {
  let current = initial;
  const source = { peek: () => current };
  return {
    ...source,
    get value() {
      reads?.set(source, current);
      return current;
    },
    set value(next) {
      if (Object.is(next, current)) return;
      current = next;
      version += 1;
      if (holding === 0) batch(() => undefined);
    },
  };
}

export function computed<Value>(compute: () => Value): ReadonlySignal<Value> {
  let seen = -1;
  let last: { readonly value: Value; readonly reads: Reads } | null = null;
  const peek = (): Value => {
    if (last === null || (seen !== version && hasChanged(last.reads))) last = recorded(compute);
    seen = version;
    return last.value;
  };
  const source = { peek };
  return {
    peek,
    get value() {
      const value = peek();
      reads?.set(source, value);
      return value;
    },
  };
}

/** Gives back what ends it. */
export function effect(run: () => void): () => void {
  let last = recorded(run);
  return whenChanged(() => {
    if (hasChanged(last.reads)) last = recorded(run);
  });
}

/** Calls back after each change, of whatever; gives back what ends it. */
export function whenChanged(heard: () => void): () => void {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

/** What is changed within is told once, at the end; what listeners change, they hear of in turn. */
export function batch(work: () => void): void {
  const before = version;
  holding += 1;
  try {
    work();
    if (holding > 1) return;
    let told = before;
    do {
      told = version;
      for (const heard of [...listeners]) heard();
    } while (told !== version);
  } finally {
    holding -= 1;
  }
}

const hasChanged = (before: Reads): boolean => [...before].some(([source, value]) => !Object.is(source.peek(), value));

function recorded<Value>(run: () => Value): { readonly value: Value; readonly reads: Reads } {
  const outer = reads;
  const own: Reads = new Map();
  reads = own;
  try {
    return { value: run(), reads: own };
  } finally {
    reads = outer;
  }
}
