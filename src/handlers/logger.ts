// Where the runtime and the author's code write log lines. The default writes to stderr, because stdout belongs to results.

import { maskSecrets } from '#model/mask';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One method a level; `message` is one line, secrets masked before it is written. */
export type Logger = Readonly<Record<LogLevel, (message: string) => void>>;

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A logger of lines `algorithm-actor <level> <message>`; what is below `least` is left out. */
export function createLogger(write: (line: string) => void, least: LogLevel = 'info'): Logger {
  const log = (level: LogLevel) => (message: string) => {
    if (levels.indexOf(level) >= levels.indexOf(least)) write(`algorithm-actor ${level} ${maskSecrets(message)}\n`);
  };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
