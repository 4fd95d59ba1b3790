// Times, in milliseconds.

/** The longest that a timer of Node can wait; a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
