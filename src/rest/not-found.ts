// What HKube calls the thing that it does not find: of a run that is not known, another one for each question.

import { RuntimeError } from '#errors';

/** Such as `status abc`, of which HKube says `status abc Not Found`; or its words and its status, where they are others. */
export type Missing = string | { readonly words: string; readonly status: number };

/** The answer; what is not found gets HKube's words. What is wrong with what was found is not touched. */
export async function orNotFound<Answer>(what: Missing, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof RuntimeError) || cause.code !== 'NOT_FOUND' || 'hkube' in cause.facts) throw cause;
    const said = typeof what === 'string' ? { hkube: `${what} Not Found` } : { hkube: what.words, status: what.status };
    throw new RuntimeError('NOT_FOUND', cause.message, { cause, facts: { ...cause.facts, ...said } });
  }
}
