// Waiting, as a function that is handed in: whoever waits does not know whose time it goes by.

/** Does `work` after so many milliseconds, unless the returned function is called before. */
export type After = (ms: number, work: () => void) => () => void;

/** By the clock on the wall. The globals are looked up at each call, so that fake timers of a test runner are heard. */
export const afterRealTime: After = (ms, work) => {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
};
