// How requests say which runs they mean.

import * as z from 'zod/mini';
import { text } from '#rest/endpoint';

export const moment = z
  .union([text, z.number()], 'expected a date, such as 2026-03-11T14:30:00')
  .check(z.refine((given) => !Number.isNaN(msOf(given)), 'expected a date, such as 2026-03-11T14:30:00'));

export const Dates = z.looseObject({ from: z.optional(moment), to: z.optional(moment) }, 'expected {from, to}');

type Moment = z.output<typeof moment>;

/** Milliseconds since 1970. */
export function datesOf(dates: { readonly from?: Moment | undefined; readonly to?: Moment | undefined } | undefined): {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
} {
  const { from, to } = dates ?? {};
  return { from: from === undefined ? undefined : msOf(from), to: to === undefined ? undefined : msOf(to) };
}

const msOf = (given: string | number): number => (typeof given === 'number' ? given : Date.parse(given));

/** `a,b`, or an array; nothing is nothing asked for. */
export function listOf(given: string | readonly string[] | undefined): readonly string[] | undefined {
  const list = (typeof given === 'string' ? given.split(',') : (given ?? [])).map((one) => one.trim());
  const named = list.filter((one) => one !== '');
  return named.length === 0 ? undefined : named;
}
