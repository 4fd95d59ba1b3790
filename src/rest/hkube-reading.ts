// Bodies and queries whose mistakes HKube words itself.

import * as z from 'zod/mini';
import { invalidAlgorithm } from '#descriptors/algorithm-problems';
import { flag, text as asText } from '#descriptors/algorithm-values';
import type { Reading } from '#rest/endpoint';

/** Throws `INVALID_DESCRIPTOR`, with HKube's words in `facts.hkube`. The rules of the schema are HKube's, as `should be string`. */
export function inHKubesWords<Schema extends z.ZodMiniType>(schema: Schema, where: string): Reading<z.output<Schema>> {
  return {
    schema,
    read: (document) => {
      const parsed = schema.safeParse(document);
      if (parsed.success) return parsed.data;
      const problems = parsed.error.issues.map(({ path, message }) => ({ path, rule: message }));
      throw invalidAlgorithm(problems, { where, document });
    },
  };
}

/** A text that has to be there. */
export const required = asText();
/** `true` and `false`, of a query too. */
export const yesOrNo = z.optional(flag());
