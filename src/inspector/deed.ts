// What a person may do to an actor from the page: a name, a form, and what comes of it. The form is made of its schema, and what comes
// back is checked against the same.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import type { Fields } from '#inspector/frames';
import type { Offer } from '#inspector/talk';
import { explainIssues } from '#model/issues';

/** One thing that can be done to one actor. */
export interface Deed {
  readonly name: string;
  /** What it is now; null: it cannot be done where the actor stands. */
  offer(): Offer | null;
  /** Resolves with the job id of a run that was begun by it. Throws words. */
  act(value: Fields): Promise<string | undefined>;
}

/** What people may do to the actors of a process. */
export interface Deeds {
  offers(actor: string): Promise<readonly Offer[]>;
  /** Resolves when it is done, with the job id of a run that it has begun. Rejects with words. */
  act(actor: string, name: string, value: Fields): Promise<string | undefined>;
}

/** Deeds by the actors that they are done to. */
export interface DeedBook extends Deeds {
  offer(actor: string, deeds: readonly Deed[]): void;
  /** It has ended; what it did may be done again, as long as there is room for it. */
  retire(actor: string, mayBeAgain: boolean): void;
  forgetRetired(): void;
}

/** So many that have ended. */
const REMEMBERED = 200;

export function createDeeds(): DeedBook {
  const book = new Map<string, readonly Deed[]>();
  const retired = new Set<string>();
  const forget = (actor: string): void => {
    retired.delete(actor);
    book.delete(actor);
  };
  return {
    offer: (actor, deeds) => {
      if (deeds.length > 0) book.set(actor, deeds);
    },
    retire: (actor, mayBeAgain) => {
      if (!book.has(actor)) return;
      retired.add(actor);
      const [oldest] = retired;
      if (!mayBeAgain) forget(actor);
      else if (retired.size > REMEMBERED && oldest !== undefined) forget(oldest);
    },
    forgetRetired: () => {
      for (const actor of retired) forget(actor);
    },
    offers: (actor) => Promise.resolve((book.get(actor) ?? []).flatMap((deed) => deed.offer() ?? [])),
    act: async (actor, name, value) => {
      const deed = book.get(actor)?.find((one) => one.name === name);
      if (!deed)
        throw new RuntimeError('INVALID_CALL', 'This cannot be done to this actor: it may have ended long ago.');
      return deed.act(value);
    },
  };
}

export interface DeedParts<Schema extends z.ZodMiniType<object>> {
  readonly name: string;
  readonly title: string;
  readonly hint: string;
  readonly schema: Schema;
  /** What the form holds at first. */
  readonly value: () => Fields;
  readonly isOpen: () => boolean;
  readonly act: (value: z.output<Schema>) => Promise<string | undefined> | string | undefined;
}

export function createDeed<Schema extends z.ZodMiniType<object>>(parts: DeedParts<Schema>): Deed {
  const { name, title, hint, schema, value, isOpen, act } = parts;
  return {
    name,
    offer: () => (isOpen() ? { name, title, hint, schema: jsonSchemaOf(schema), value: { ...value() } } : null),
    act: async (given) => {
      if (!isOpen())
        throw new RuntimeError('INVALID_CALL', `"${title}" is not possible any more: the actor has moved on.`);
      const checked = schema.safeParse(given);
      if (!checked.success) throw new RuntimeError('INVALID_CALL', explainIssues(checked.error.issues));
      return act(checked.data);
    },
  };
}

function jsonSchemaOf(schema: z.ZodMiniType): Offer['schema'] {
  const text = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }));
  return z.record(z.string(), z.json()).parse(JSON.parse(text));
}
