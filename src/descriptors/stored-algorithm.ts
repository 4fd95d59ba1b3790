// Algorithms as HKube's API stores them: what is sent, laid over what there is, with the type that follows from it, and defaults.
//
//   S1. What is null is gone: an update deletes by null, and nothing that is stored is null at the top.
//   S2. The overlay is shallow: an object in an update replaces the stored one whole.
//   S3. HKube gives `version`, `created` and `modified`: what an update says of them does not count.
//   S4. `reservedMemory` is made of `mem` once, and stays until it is deleted.

import * as z from 'zod/mini';
import { AlgorithmPayload, algorithmFields, gitRepository, options } from '#descriptors/algorithm-fields';
import { type AlgorithmProblem, invalidAlgorithm, isNamelessness, ofIssue } from '#descriptors/algorithm-problems';
import { flag, memory, number, ONE_OF, oneOf, REQUIRED, rule, text, whole } from '#descriptors/algorithm-values';
import { checkBy, copyDocument, type Fields, isFields } from '#descriptors/document';
import { memoryInMi } from '#descriptors/memory';

/** How much of its memory an algorithm has for HKube's cache, if nobody says. */
const RESERVED = 0.2;

/** What HKube gives (S3). */
const OWN = ['version', 'created', 'modified'];

/** An algorithm as it is stored. */
const Stored = z.looseObject({
  ...algorithmFields,
  cpu: z._default(number(), 0.1),
  mem: z._default(memory(4), '256Mi'),
  minHotWorkers: z._default(whole(), 0),
  type: z._default(oneOf('Git', 'Code', 'Image'), 'Image'),
  options: z.prefault(z.looseObject({ ...options, pending: z._default(flag(), false) }), {}),
  gitRepository: z.optional(
    z.looseObject({
      ...gitRepository,
      branchName: z._default(text(), 'master'),
      gitKind: z._default(oneOf('github', 'gitlab'), 'github'),
    }),
  ),
  fileInfo: z.optional(z.looseObject({})),
});
export type StoredAlgorithm = z.output<typeof Stored> & { readonly reservedMemory: string };

/** An archive of code that came with a payload. */
export interface ArchiveInfo {
  readonly fileExt: string;
  readonly checksum?: string;
  readonly fileSize?: number;
  readonly path?: string;
}

export interface ApplyOptions {
  /** Whose problems they are: a request, a file. */
  readonly where: string;
  readonly archive?: ArchiveInfo | undefined;
}

/** A new algorithm, as it is stored. Throws `INVALID_DESCRIPTOR` with every problem; `facts.hkube` has HKube's words alone. */
export function checkStoredAlgorithm(payload: unknown, how: ApplyOptions): StoredAlgorithm {
  return mergeAlgorithm(undefined, payload, how);
}

/** The same for an update; without `old` it is a new one. `old` is not changed. */
export function mergeAlgorithm(
  old: StoredAlgorithm | undefined,
  update: unknown,
  { where, archive }: ApplyOptions,
): StoredAlgorithm {
  const document = copyDocument(update, where);
  const parsed = checkBy(AlgorithmPayload, document, where);
  const fields = parsed.success ? parsed.data : isFields(document) ? document : {};
  const merged = overlay(old, fields, archive);
  const issues = parsed.success ? [] : parsed.error.issues.map(ofIssue);
  // HKube asks for a name before all else, and says no more than what it comes upon first.
  const stages = [issues.filter(isNamelessness), issues, ...(isFields(document) ? rulesOf(merged, old) : [])];
  const said = stages.find((stage) => stage.length > 0);
  if (said) throw invalidAlgorithm(stages.slice(1).flat(), { where, document, said });
  const stored = Stored.parse(merged);
  const reservedMemory = stored.reservedMemory ?? `${Math.ceil(memoryInMi(stored.mem) * RESERVED)}Mi`;
  return { ...stored, reservedMemory };
}

/** Throws `INVALID_DESCRIPTOR` with what HKube says first of all, where an algorithm is asked for by a body: of its name alone. */
export function checkAlgorithmName(payload: unknown, where: string): string {
  const document = copyDocument(payload, where);
  const parsed = checkBy(z.looseObject({ name: algorithmFields.name }, rule('should be object')), document, where);
  if (parsed.success) return parsed.data.name;
  throw invalidAlgorithm(
    parsed.error.issues.map(({ path, message }) => ({ path, rule: message })),
    { where, document },
  );
}

function overlay(old: StoredAlgorithm | undefined, update: Fields, archive: ArchiveInfo | undefined): Fields {
  // An algorithm that was exported brings along what its image was made of, which is not here (`fileInfo`).
  const isImported = !old && !archive && !update['type'] && Boolean(update['algorithmImage']);
  const ignored = new Set([...OWN, ...(isImported ? ['fileInfo'] : [])]);
  const fields = Object.entries(update).filter(([key]) => !ignored.has(key));
  const all: Fields = Object.fromEntries(
    Object.entries({ ...structuredClone(old), ...Object.fromEntries(fields) }).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  );
  const fileInfo = archive && { ...(isFields(all['fileInfo']) && all['fileInfo']), ...archive };
  return { ...all, ...(fileInfo && { fileInfo }), type: update['type'] ?? typeOf(all, archive) };
}

function typeOf({ gitRepository: git, type }: Fields, archive: ArchiveInfo | undefined): unknown {
  if (archive) return 'Code';
  return git ? 'Git' : (type ?? 'Image');
}

/** What is asked of the whole, in HKube's order. */
function rulesOf(merged: Fields, old: StoredAlgorithm | undefined): AlgorithmProblem[][] {
  const { type, fileInfo, gitRepository: git, algorithmImage, env } = merged;
  const fileExt = isFields(fileInfo) ? fileInfo['fileExt'] : undefined;
  const ofType = old && typeof type === 'string' && old.type !== type;
  const ofFile = fileExt !== undefined && fileExt !== 'zip' && fileExt !== 'gz';
  const ofEnv = Boolean(fileInfo ?? git) && env === undefined;
  const rule = (isBroken: boolean | undefined, problem: AlgorithmProblem): AlgorithmProblem[] =>
    isBroken === true ? [problem] : [];
  return [
    rule(ofType, { path: ['type'], rule: `algorithm type cannot be changed from "${old?.type}" to "${String(type)}"` }),
    [
      ...rule(ofFile, { path: ['fileExt'], rule: `${ONE_OF} (zip,gz)` }),
      ...rule(ofEnv, { path: ['env'], rule: REQUIRED }),
    ],
    rule(!algorithmImage && !fileInfo && !git, {
      path: [],
      rule: 'cannot apply algorithm due to missing image url or build data',
    }),
  ];
}
