// What HKube refuses of an apply, with what to write.

import { RuntimeError } from '#errors';
import type { ApplyDocument } from '#cli/apply-document';
import type { OpenHKube } from '#cli/open-api';

const WRITE_ENV = 'Write `env: nodejs` or `env: python` into the document, or give --env';

/** By HKube’s words; where they say it themselves nothing is added. */
const REMEDIES: readonly (readonly [words: RegExp, remedy: string])[] = [
  [/required property ['"]?\.?env/, WRITE_ENV],
  [
    /missing image url or build data/,
    'Write `code: {path: …}` and `env`, or `image`, into the document; or give --code-path and --env, or --image',
  ],
  [/algorithm type cannot be changed/, 'Delete it first (algorithm-actor delete), or give the new one another name'],
  [/maximum capacity exceeded/, 'No machine of this cluster is as large: ask for less by resources'],
];

export function explainRefusal(error: unknown, { where }: ApplyDocument): unknown {
  if (!(error instanceof RuntimeError) || error.code !== 'INVALID_CALL') return error;
  const remedy = REMEDIES.find(([words]) => words.test(error.message))?.[1];
  const words = error.message.replace(/\.$/, '');
  const message = `${where}: ${words}.${remedy === undefined ? '' : ` ${remedy}.`}`;
  return new RuntimeError(error.code, message, { cause: error, facts: error.facts });
}

/** Code of which nobody knows what it is written in would be sent for nothing. What is stored may know. */
export async function refuseWithoutEnv(
  { api }: OpenHKube,
  { where, payload: { name, env } }: ApplyDocument,
  signal: AbortSignal,
): Promise<void> {
  if (env !== undefined) return;
  const stored = await api.algorithms.get(name, { signal }).catch((error: unknown) => {
    if (error instanceof RuntimeError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  });
  if (stored?.['env']) return;
  throw new RuntimeError('INVALID_USAGE', `${where}: code without env. ${WRITE_ENV}.`);
}
