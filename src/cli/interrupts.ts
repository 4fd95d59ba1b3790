// Ctrl-C, and SIGTERM: the first asks for a clean end, the second ends at once.

import { constants } from 'node:os';

export interface Interrupts {
  /** 130 or 143 once a signal has come. */
  readonly code: number | undefined;
  /** Signals mean the end of the process again. */
  release(): void;
}

/** `onFirst` begins the clean end. */
export function onInterrupt(onFirst: (signal: 'SIGINT' | 'SIGTERM') => void): Interrupts {
  let code: number | undefined;
  const hear = (signal: 'SIGINT' | 'SIGTERM') => (): void => {
    // Guards beside each algorithm end it with us.
    if (code !== undefined) process.exit(code);
    code = 128 + constants.signals[signal];
    onFirst(signal);
  };
  const [onInt, onTerm] = [hear('SIGINT'), hear('SIGTERM')];
  process.on('SIGINT', onInt);
  process.on('SIGTERM', onTerm);
  return {
    get code() {
      return code;
    },
    release: () => {
      process.off('SIGINT', onInt);
      process.off('SIGTERM', onTerm);
    },
  };
}
