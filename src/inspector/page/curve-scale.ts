// From values to places on a drawing, and the numbers along its edges. Pure.

export interface Tick {
  readonly at: number;
  readonly words: string;
}

export interface Scale {
  /** Where a value lies; NaN: nowhere. */
  place(value: number): number;
  /** The value at a place. */
  value(place: number): number;
  readonly ticks: readonly Tick[];
}

export interface ScaleOptions {
  /** The lowest and the highest value. */
  readonly values: readonly [number, number];
  /** Where these two lie. */
  readonly places: readonly [number, number];
  /** About so many ticks. */
  readonly count: number;
}

export type XAxis = 'step' | 'relative' | 'wall';

export function linearScale({ values, places, count }: ScaleOptions, axis: XAxis | 'value' = 'value'): Scale {
  const [low, high] = apart(values);
  const [start, end] = places;
  const ratio = (end - start) / (high - low);
  const step =
    axis === 'relative' || axis === 'wall' ? timeStep((high - low) / count) : roundStep((high - low) / count);
  return {
    place: (value) => start + (value - low) * ratio,
    value: (place) => low + (place - start) / ratio,
    ticks: multiples(step, low, high).map((at) => ({ at, words: tickWords(at, { axis, step }) })),
  };
}

/** Only of values above zero. */
export function logScale({ values, places, count }: ScaleOptions): Scale {
  const [low, high] = apart([Math.log10(values[0]), Math.log10(values[1])]);
  const { place, value } = linearScale({ values: [low, high], places, count });
  return {
    place: (at) => (at > 0 ? place(Math.log10(at)) : NaN),
    value: (at) => 10 ** value(at),
    ticks: logMarks(low, high, count).map((at) => ({ at, words: shortNumber(at) })),
  };
}

/** Powers of ten; where there are few, what lies between them, too; where there are none, round values. */
function logMarks(low: number, high: number, count: number): number[] {
  const powers = multiples(Math.max(1, Math.ceil((high - low) / count)), low, high).map((power) => 10 ** power);
  if (powers.length > 2) return powers;
  const within = (at: number): boolean => at >= 10 ** low * 0.999 && at <= 10 ** high * 1.001;
  const parts = [Math.floor(low), Math.floor(low) + 1, Math.ceil(high)].flatMap((power) =>
    STEPS.map((step) => Number((step * 10 ** power).toPrecision(3))),
  );
  const marks = [...new Set(parts)].filter(within);
  return marks.length > 2 ? marks : multiples(roundStep((10 ** high - 10 ** low) / count), 10 ** low, 10 ** high);
}

/** What is all at one place gets some room around it. */
function apart([low, high]: readonly [number, number]): readonly [number, number] {
  if (high > low) return [low, high];
  const room = Math.abs(low) * 0.05 || 1;
  return [low - room, low + room];
}

/** 1, 2 or 5 times a power of ten, and not less than this. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (STEPS.find((step) => step * power >= least * 0.999) ?? 10) * power;
}
const STEPS = [1, 2, 5];

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const TIME_STEPS = [1, 2, 5, 10, 15, 30].flatMap((one) => [one * SECOND, one * MINUTE]).toSorted((a, b) => a - b);
const LONG_STEPS = [1, 2, 3, 6, 12].map((hours) => hours * HOUR);

function timeStep(least: number): number {
  if (least <= SECOND / 2) return Math.max(1, roundStep(least));
  return [...TIME_STEPS, ...LONG_STEPS].find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY;
}

function multiples(step: number, low: number, high: number): number[] {
  const found: number[] = [];
  const margin = step * 1e-6;
  for (let count = Math.ceil((low - margin) / step); count * step <= high + margin && found.length < 50; count += 1)
    found.push(Number((count * step).toPrecision(12)));
  return found;
}

function tickWords(at: number, { axis, step }: { readonly axis: XAxis | 'value'; readonly step: number }): string {
  if (axis === 'wall') return step < DAY ? wallWords(at, step < SECOND) : dayWords(at);
  return axis === 'relative' ? spanWords(at) : shortNumber(at);
}

/** A time of day, as clocks of whoever looks have it. */
export function wallWords(at: number, isFine = true): string {
  const time = new Date(at);
  const words = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0'));
  return words.join(':') + (isFine ? `.${String(time.getMilliseconds()).padStart(3, '0')}` : '');
}

function dayWords(at: number): string {
  const day = new Date(at);
  return `${day.getMonth() + 1}-${String(day.getDate()).padStart(2, '0')}`;
}

/** How long, in one unit or two: `0`, `40ms`, `2.5s`, `1m30s`, `2h`. */
export function spanWords(ms: number): string {
  if (ms === 0) return '0';
  if (Math.abs(ms) < SECOND) return `${shortNumber(ms)}ms`;
  if (Math.abs(ms) < MINUTE) return `${shortNumber(ms / SECOND)}s`;
  const [large, unit, small, part] = Math.abs(ms) < HOUR ? [MINUTE, 'm', SECOND, 's'] : [HOUR, 'h', MINUTE, 'm'];
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${unit}${rest === 0 ? '' : `${rest}${part}`}`;
}

/** Along an edge: `0.25`, `12k`, `3e-7`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size < 1e-3 || size >= 1e9)
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  for (const [unit, name] of [
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const)
    if (size >= unit) return `${Number((value / (name === 'k' ? 1e3 : unit)).toPrecision(4))}${name}`;
  return String(Number(value.toPrecision(4)));
}

/** Nine digits tell apart whatever the 32 bits of an event file can hold. */
export function exactNumber(value: number | null): string {
  if (value === null) return 'not a number';
  const exact = Number(value.toPrecision(9));
  const isSmall = exact !== 0 && Math.abs(exact) < 1e-3;
  return isSmall ? exact.toExponential() : String(exact);
}
