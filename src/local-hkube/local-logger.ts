// Where local HKube writes its log. Types only.

/** One method a level; a message is one line. */
export type LocalLogger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message: string) => void>>;
