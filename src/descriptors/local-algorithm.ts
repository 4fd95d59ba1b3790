// What of an algorithm's document counts in a cluster only.

import { type Fields, isFields, valueAt } from '#descriptors/document';

/** What a cluster gives to an algorithm, keeps from it, or starts beside it. */
const CLUSTER_ONLY = [
  'cpu',
  'gpu',
  'mem',
  'applyCpuLimits',
  'reservedMemory',
  'workerCustomResources',
  'workerEnv',
  'quotaGuarantee',
  'nodeSelector',
  'kaiObject',
  'mounts',
  'volumes',
  'volumeMounts',
  'securityContext',
  'sideCars',
  'baseImage',
  'options.opengl',
];
const NESTED = new Set(['cpu', 'gpu', 'mem']);

/** One sentence at most: what the document asks for, and nobody enforces on this machine. */
export function localWarnings(document: Fields): string[] {
  const given = CLUSTER_ONLY.flatMap((field) => {
    const places = NESTED.has(field) ? [field, `resources.${field}`] : [field];
    return places.filter((place) => asksForSomething(valueAt(document, place.split('.')))).slice(0, 1);
  });
  const last = given.at(-1);
  if (last === undefined) return [];
  const list = given.length === 1 ? `${last} is` : `${given.slice(0, -1).join(', ')} and ${last} are`;
  return [`${list} recorded and not enforced here: that takes a cluster`];
}

function asksForSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === '') return false;
  return !(Array.isArray(value) || isFields(value)) || Object.keys(value).length > 0;
}
