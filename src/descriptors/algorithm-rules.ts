// Rules of an algorithm's fields that look at more than one value, or at names: environment, labels, side cars, resources of workers.

import * as z from 'zod/mini';
import { type Fields, isFields, valueAt } from '#descriptors/document';
import { ONE_OF } from '#descriptors/algorithm-values';

const REFERENCES = ['fieldRef', 'configMapKeyRef', 'resourceFieldRef', 'secretKeyRef'];

/** For zod's `when`: a rule also holds for a value that is wrong in other places. */
export const ofFields = { when: ({ value }: { readonly value: unknown }): boolean => isFields(value) };

/** A rule of each entry; `reasons` says what is wrong with one. */
const eachEntry = (reasons: (key: string, value: unknown) => readonly string[]) =>
  z.check<Fields>(({ value, issues }) => {
    for (const [key, item] of Object.entries(value))
      for (const message of reasons(key, item)) issues.push({ code: 'custom', path: [key], message, input: item });
  });

/** What Kubernetes looks up says where first. */
export const environment = eachEntry((_, value) =>
  isFields(value) && !REFERENCES.includes(Object.keys(value)[0] ?? '') ? [`${ONE_OF} (${REFERENCES.join(',')})`] : [],
);

const LONGEST_NAME = 63;
const LONGEST_PREFIX = 253;
const LABEL = /^[a-z0-9][-_.a-z0-9]*[a-z0-9]$/;
const PREFIX = /^[a-z0-9][-.a-z0-9]*[a-z0-9]$/;
const ENDS =
  'must beginning and ending with an alphanumeric character with dashes (-), underscores (_), dots (.), and alphanumerics betweens';

/** Labels and annotations; `field` begins the sentences about them. */
export const labels = (field: string): z.core.$ZodCheck<Fields> =>
  eachEntry((key, value) => [
    ...reasonsAgainstKey(key, `${field} key`),
    ...reasonsAgainstValue(value, `${field} value`),
  ]);

function reasonsAgainstValue(value: unknown, subject: string): string[] {
  if (typeof value !== 'string') return [`${subject} must be a valid string`];
  if (value === '') return [];
  if (value.length > LONGEST_NAME) return [`${subject} must be ${LONGEST_NAME} characters or less`];
  return LABEL.test(value) ? [] : [`${subject} ${ENDS}`];
}

function reasonsAgainstKey(key: string, subject: string): string[] {
  if (key === '') return [`${subject} must be a valid string`];
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  return [
    ...(slash < 0 ? [] : reasonsAgainstPrefix(key.slice(0, slash), `${subject} prefix`)),
    ...reasonsAgainstName(name, `${subject} name`),
  ];
}

function reasonsAgainstPrefix(prefix: string, subject: string): string[] {
  if (prefix.length > LONGEST_PREFIX) return [`${subject} must be ${LONGEST_PREFIX} characters or less`];
  if (PREFIX.test(prefix)) return [];
  return [
    `${subject} must be a lowercase RFC 1123 subdomain and must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
  ];
}

function reasonsAgainstName(name: string, subject: string): string[] {
  if (name === '') return [`${subject} must be a valid string`];
  if (name.length > LONGEST_NAME) return [`${subject} must be ${LONGEST_NAME} characters or less`];
  return LABEL.test(name) ? [] : [`${subject} ${ENDS}`];
}

/** What of cpu and memory is said on one side, and not on the other. */
function missingResources(resources: unknown): string[] {
  const has = (...path: string[]): boolean => Boolean(valueAt(resources, path));
  return ['memory', 'cpu'].flatMap((name) => [
    ...(has('requests', name) && !has('limits', name) ? [`limits.${name} must be defined`] : []),
    ...(has('limits', name) && !has('requests', name) ? [`requests.${name} must be defined`] : []),
  ]);
}
export const pairs = z.refine((resources: unknown) => missingResources(resources).length === 0, {
  error: ({ input }) => `algorithm has invalid workerCustomResources: ${missingResources(input).join(', ')}`,
  ...ofFields,
});

export const oneOfMemoryAndFraction = z.refine(
  (kai: unknown) => valueAt(kai, ['memory']) === undefined || valueAt(kai, ['fraction']) === undefined,
  { error: 'In kaiObject, only one of "memory" or "fraction" can be defined!', ...ofFields },
);

function namesOf(sideCars: unknown): unknown[] {
  if (!Array.isArray(sideCars)) return [];
  return sideCars.map((sideCar: unknown) => valueAt(sideCar, ['container', 'name'])).filter(Boolean);
}
export const namesOnce = z.refine((sideCars: unknown) => new Set(namesOf(sideCars)).size === namesOf(sideCars).length, {
  error: 'Sidecar container names must be unique!',
  when: ({ value }) => Array.isArray(value),
});
