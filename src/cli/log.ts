// The log of a command: lines on stderr as they are, because nobody else writes there; what is worse than news says so. Files are
// called as whoever types here calls them.

import type { LogLevel } from '#handlers/logger';
import type { LocalLogger } from '#local-hkube/local-logger';
import { sep } from 'node:path';
import { maskSecrets } from '#model/mask';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What is below `least` is left out. */
export function createLog(least: LogLevel, write: (line: string) => void): LocalLogger {
  const here = process.cwd() + sep;
  const log = (level: LogLevel, prefix: string) => (message: string) => {
    if (levels.indexOf(level) >= levels.indexOf(least)) write(`${prefix}${maskSecrets(message).replaceAll(here, '')}`);
  };
  return {
    debug: log('debug', ''),
    info: log('info', ''),
    warn: log('warn', 'warning: '),
    error: log('error', 'error: '),
  };
}
