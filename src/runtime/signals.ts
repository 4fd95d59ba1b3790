// SIGTERM and SIGINT ask the algorithm to leave cleanly (L14). A second signal finds Node's own behaviour again: it ends the process.

import type { AlgorithmEvent } from '#machines/algorithm.events';

const exitCodes = { SIGTERM: 143, SIGINT: 130 } as const;

/** Listens until the returned function is called. */
export function listenForSignals(tell: (event: AlgorithmEvent) => void): () => void {
  const onSignal = (signal: keyof typeof exitCodes): void => {
    stop();
    tell({ type: 'shutdown', code: exitCodes[signal] });
  };
  const stop = (): void => {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return stop;
}
