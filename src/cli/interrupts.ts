// Ctrl-C, and SIGTERM: the first asks for a clean end, the second ends at once.

import { constants } from 'node:os';

export interface Interrupts {
  /** 130 or 143 once a signal has come. */
  readonly code: number | undefined;
}

/** `onFirst` begins the clean end. Signals are heard until the process has ended. */
export function onInterrupt(onFirst: (signal: 'SIGINT' | 'SIGTERM') => void): Interrupts {
  let code: number | undefined;
  const hear = (signal: 'SIGINT' | 'SIGTERM') => (): void => {
    // Guards beside each algorithm end it with us.
    if (code !== undefined) process.exit(code);
    code = 128 + constants.signals[signal];
    onFirst(signal);
  };
  process.on('SIGINT', hear('SIGINT'));
  process.on('SIGTERM', hear('SIGTERM'));
  return {
    get code() {
      return code;
    },
  };
}

export interface Interruption extends Interrupts {
  /** Aborted by the first one. */
  readonly signal: AbortSignal;
}

/** The same for what takes a signal: calls to HKube, packing. */
export function createInterruption(): Interruption {
  const controller = new AbortController();
  const interrupts = onInterrupt((signal) => controller.abort(signal));
  return {
    signal: controller.signal,
    get code() {
      return interrupts.code;
    },
  };
}
