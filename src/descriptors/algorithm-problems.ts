// What is wrong with an algorithm, in words: HKube's, as its api-server answers with the first of them, and around them ours, for all of
// them: where, what stands there, what to do.

import { RuntimeError } from '#errors';
import { maskSecrets } from '#model/mask';
import { REQUIRED } from '#descriptors/algorithm-values';
import { show, valueAt } from '#descriptors/document';
import { invalidDescriptor, LISTED } from '#descriptors/yaml';

/** One rule that is broken. */
export interface AlgorithmProblem {
  readonly path: readonly PropertyKey[];
  /** In HKube's words. One that begins with `should` is said of the place. */
  readonly rule: string;
}

/** HKube looks for a name before all else, and says in its own words that there is none. */
export const ofIssue = ({ path, message }: Issue): AlgorithmProblem =>
  path.length === 1 && path[0] === 'name' && (message === REQUIRED || message.startsWith('should NOT be shorter'))
    ? { path, rule: NAMELESS }
    : { path, rule: message };

const NAMELESS = 'algorithm should have required property "name"';

export const isNamelessness = ({ rule }: AlgorithmProblem): boolean => rule === NAMELESS;

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface ProblemPlace {
  /** Whose problems they are: a file, a request. */
  readonly where: string;
  /** What was read. */
  readonly document: unknown;
  /** Those that HKube comes upon first. Default: all. */
  readonly said?: readonly AlgorithmProblem[];
  /** What a person calls a place, where that is not its path: a flag. */
  readonly nameOf?: (path: readonly PropertyKey[]) => string | undefined;
  readonly lineOf?: (path: readonly PropertyKey[]) => number | undefined;
}

/** What to do, by how a rule begins, where the rule does not say it. */
const REMEDIES: readonly (readonly [rule: string, remedy: string])[] = [
  ['algorithm name must', 'such as count-words: 2 to 32 characters, letters and digits at both ends'],
  ['algorithm image must', 'no blanks, such as registry/name:tag'],
  ['algorithm should have', 'add one, such as count-words'],
  ['memory must', 'such as 256Mi'],
  ['memory unit must', 'such as 256Mi'],
  ['algorithm type cannot', 'delete it first, or give the new one another name'],
  ['cannot apply algorithm', 'add code.path, gitRepository or algorithmImage'],
  ['should be equal to one of the allowed values (zip,gz)', 'pack the code as .zip or .tar.gz'],
  ['should match format "url"', 'such as https://host/owner/name.git'],
];

/** Where secrets are, or may be. */
const WITHOUT_VALUE = /^(token|url|algorithmEnv|workerEnv|environments)$/;

/** `INVALID_DESCRIPTOR` with all problems. `facts.hkube` has HKube's words alone. */
export function invalidAlgorithm(problems: readonly AlgorithmProblem[], place: ProblemPlace): RuntimeError {
  const { code, message, facts } = invalidDescriptor(
    place.where,
    // Of the others nothing but their number is said.
    problems.map((problem, index) => (index < LISTED ? inOurWords(problem, place) : '')),
  );
  return new RuntimeError(code, message, {
    facts: { ...facts, hkube: (place.said ?? problems).slice(0, LISTED).map(inHKubesWords).join(', ') },
  });
}

function inOurWords({ path, rule }: AlgorithmProblem, { document, nameOf, lineOf }: ProblemPlace): string {
  const line = lineOf?.(path);
  const owner = rule === REQUIRED ? path.slice(0, -1) : path;
  const at = nameOf?.(path) ?? (owner.map(String).join('.') || 'the document');
  const remedy = REMEDIES.find(([begins]) => rule.startsWith(begins))?.[1];
  return [
    `${at}: ${whole(rule, path)}`,
    gotAt(document, path, rule),
    remedy === undefined ? '' : ` (${remedy})`,
    line === undefined ? '' : `, line ${line}`,
  ].join('');
}

/** Nothing is said of a place that is empty: the rule does. */
function gotAt(document: unknown, path: readonly PropertyKey[], rule: string): string {
  const value = path.length === 0 ? undefined : valueAt(document, path);
  if (value === undefined || rule.startsWith('cannot') || path.some((key) => WITHOUT_VALUE.test(String(key))))
    return '';
  return `, got ${maskSecrets(show(value))}`;
}

function inHKubesWords({ path, rule }: AlgorithmProblem): string {
  if (!rule.startsWith('should')) return rule;
  const owner = rule === REQUIRED ? path.slice(0, -1) : path;
  return `data${owner.map(step).join('')} ${whole(rule, path)}`;
}

const whole = (rule: string, path: readonly PropertyKey[]): string =>
  rule === REQUIRED ? `${REQUIRED} '${String(path.at(-1))}'` : rule;

function step(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `['${name.replaceAll("'", String.raw`\'`)}']`;
}
