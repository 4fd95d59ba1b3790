// Times and sizes as people read them. Pure.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long: `40 ms`, `3.2 s`, `4 min 5 s`, `2 h 10 min`. */
export function durationWords(ms: number): string {
  const long = Math.max(0, ms);
  if (long < SECOND) return `${Math.round(long)} ms`;
  if (long < 10 * SECOND) return `${(long / SECOND).toFixed(1)} s`;
  if (long < MINUTE) return `${Math.floor(long / SECOND)} s`;
  if (long < HOUR) return `${Math.floor(long / MINUTE)} min ${Math.floor((long % MINUTE) / SECOND)} s`;
  if (long < 48 * HOUR) return `${Math.floor(long / HOUR)} h ${Math.floor((long % HOUR) / MINUTE)} min`;
  return `${Math.floor(long / (24 * HOUR))} days`;
}

/** The same where a second more or less does not matter: it stays still for longer. */
export function ageWords(ms: number): string {
  return ms < SECOND ? 'now' : durationWords(ms < MINUTE ? Math.floor(ms / SECOND) * SECOND : ms).replace('.0 s', ' s');
}

/** When, counted from the beginning: `1.204`, `2:03.500`, `1:02:03.500`. */
export function clockWords(ms: number): string {
  const sign = ms < 0 ? '−' : '';
  const long = Math.abs(ms);
  const seconds = ((long % MINUTE) / SECOND).toFixed(3);
  if (long < MINUTE) return `${sign}${seconds}`;
  const minutes = Math.floor((long % HOUR) / MINUTE);
  const tail = seconds.padStart(6, '0');
  if (long < HOUR) return `${sign}${minutes}:${tail}`;
  return `${sign}${Math.floor(long / HOUR)}:${String(minutes).padStart(2, '0')}:${tail}`;
}

/** `12,000`. */
export function numberWords(count: number): string {
  return count.toLocaleString('en');
}

export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** `1 frame`, `2 frames`, `12,000 frames`. */
export function countWords(count: number, what: string): string {
  return `${numberWords(count)} ${what}${count === 1 ? '' : 's'}`;
}
