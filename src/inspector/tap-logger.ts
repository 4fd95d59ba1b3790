// A logger whose lines are seen in the inspector, too.

import type { Probe } from '#inspector/probe';

type Level = 'debug' | 'info' | 'warn' | 'error';
type Lines = Readonly<Record<Level, (message: string) => void>>;

export function tapLogger<Given extends Lines>(logger: Given, probe: Probe): Lines {
  const tap = (level: Level) => (message: string) => {
    probe.log(level, message);
    logger[level](message);
  };
  return { debug: tap('debug'), info: tap('info'), warn: tap('warn'), error: tap('error') };
}
