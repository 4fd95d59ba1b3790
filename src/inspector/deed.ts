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

/** The deeds of the roots of a process; of what lives below them nothing can be done. */
export function deedsOf(rootOf: (actor: string) => { readonly deeds?: readonly Deed[] } | undefined): Deeds {
  const all = (actor: string): readonly Deed[] => rootOf(actor)?.deeds ?? [];
  return {
    offers: (actor) => Promise.resolve(all(actor).flatMap((deed) => deed.offer() ?? [])),
    act: async (actor, name, value) => {
      const deed = all(actor).find((one) => one.name === name);
      if (!deed) throw new RuntimeError('INVALID_CALL', 'This cannot be done to this actor: it may have ended.');
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
