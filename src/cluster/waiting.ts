// Waiting that an `AbortSignal` ends: for a time, and for what others do.

import { RuntimeError } from '#errors';
import type { After } from '#model/after';

const aborted = (signal: AbortSignal): RuntimeError =>
  new RuntimeError('ABORTED', 'The call to HKube was aborted by its signal.', { cause: signal.reason });

/** Throws `ABORTED`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/** What the promise comes to; rejects with `ABORTED` as soon as the signal fires. What the promise waits for goes on. */
export async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return promise;
  let abort = (): void => undefined;
  const end = new Promise<never>((_, reject) => {
    abort = () => reject(aborted(signal));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Resolves after so many milliseconds; rejects with `ABORTED`, and leaves no timer behind. */
export async function pause(
  ms: number,
  { after, signal }: { after: After; signal: AbortSignal | undefined },
): Promise<void> {
  let forget = (): void => undefined;
  try {
    await unlessAborted(new Promise<void>((resolve) => (forget = after(ms, resolve))), signal);
  } finally {
    forget();
  }
}
