// The table of fields in docs/algorithm-yml.md: which there are, and their defaults, are those of the schemas.

import type { AlgorithmField } from '#descriptors/algorithm-fields';
import { checkStoredAlgorithm } from '#descriptors/stored-algorithm';

const words: Readonly<Record<AlgorithmField, string>> = {
  name: '2 to 32 lower-case letters, digits, dashes and dots; a letter or digit at both ends',
  env: '`nodejs`, `python`, or `java`, which is also `jvm`. Needed where there is code to build',
  algorithmImage: 'an image instead of code; `image` is the same. No blanks',
  entryPoint: 'what `code.entryPoint` says, which goes before it',
  cpu: 'cores, 0 or more',
  gpu: '0 or more; a fraction shares one',
  mem: 'with a unit, 4Mi or more: `Ki`, `Mi`, `Gi`, `Ti` count by 1024, `K`, `M`, `G`, `T` by 1000',
  baseImage: 'what the image is built on',
  algorithmEnv:
    'environment of its process: plain values, or `{secretKeyRef: …}`, `configMapKeyRef`, `fieldRef`, `resourceFieldRef`',
  minHotWorkers: 'processes that are there from the start',
  maxWorkers: 'no more processes than that; 0 is no limit',
  dependencyInstallCmd: 'a script in the folder of the code, run by `sh` when it is built; a file, not a command line',
  gitRepository:
    '`{url, branchName: master, tag, commit: {id}, token, gitKind: github}` instead of code; `gitlab` is the other kind',
  mounts: '`[{pvcName, path, volumeType}]`; `emptyDir` and `configMap` are the types. Each one once',
  options: '`devMode`: code from a folder that is kept in step; `opengl`; `pending`: its first build is not over',
  kind: '`batch` or `stream`',
  stateType: '`stateless` or `stateful`, of streams',
  type: '`Code`, `Git` or `Image`: said by what there is. It never changes',
  applyCpuLimits: 'false: `cpu` is asked for, and no limit',
  reservedMemory: 'of `mem`, for HKube’s cache. A fifth of it, made once: null makes it anew',
  quotaGuarantee: 'how many are scheduled first when a cluster is full',
  workerEnv: 'environment of its worker, as `algorithmEnv`',
  workerCustomResources: '`{requests: {cpu, memory}, limits: {cpu, memory}}` of its worker: both, and the same in both',
  nodeSelector: 'labels of the machines it may run on',
  labels:
    'of its pods: keys and values of 2 to 63 lower-case letters, digits, `-`, `_`, `.`; a key may have a prefix, `example.com/tier`',
  annotations: 'the same, for tools',
  kaiObject: '`{queue, memory}` or `{queue, fraction}`, for the KAI scheduler',
  volumes: '`[{name, emptyDir}]`, or `persistentVolumeClaim: {claimName}`, `configMap: {name}`, `secret: {secretName}`',
  volumeMounts: '`[{name, mountPath}]`',
  securityContext: '`{fsGroup, fsGroupChangePolicy}`',
  sideCars: '`[{container: {name, image}, volumeMounts, environments}]`; each container’s name once',
  downloadFileExt: 'of the file that its result is downloaded as',
  version: 'HKube’s own: what is sent does not count',
};

export function algorithmTable(): string {
  const stored = checkStoredAlgorithm({ name: 'xx', algorithmImage: 'x' }, { where: 'docs' });
  const rows = Object.entries(words).map(([field, meaning]) => {
    const value = ['name', 'algorithmImage', 'reservedMemory'].includes(field) ? undefined : stored[field];
    const shown = value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
    return `| \`${field}\` | ${shown} | ${meaning} |\n`;
  });
  return `| field | default | |\n| --- | --- | --- |\n${rows.join('')}`;
}
