// Each field of an algorithm: what is taken and as what, and HKube's words for what is not.

import { describe, expect, it } from 'vitest';
import { AlgorithmPayload, algorithmFields } from '#descriptors/algorithm-fields';
import { checkStoredAlgorithm } from '#descriptors/stored-algorithm';
import { factsOf } from '#test/support/problems';

const ofOne = (field: string, value: unknown) => ({ name: 'tally', algorithmImage: 'hkube/tally', [field]: value });
const LETTERS = (count: number): string => 'a'.repeat(count);
const LABEL_ENDS =
  'must beginning and ending with an alphanumeric character with dashes (-), underscores (_), dots (.), and alphanumerics betweens';
const container = { name: 'c1', image: 'x' };
const limits = { cpu: 1, memory: '1Gi' };
const VALUE_FROM =
  'should be equal to one of the allowed values (fieldRef,configMapKeyRef,resourceFieldRef,secretKeyRef)';

/** Fields, what is given, and what it is taken as. */
const taken: readonly (readonly [field: string, given: unknown, as: unknown])[] = [
  ['name', 'a1', 'a1'],
  ['name', LETTERS(32), LETTERS(32)],
  ['name', 'a-b.c', 'a-b.c'],
  ['name', 42, '42'],
  ['kind', 'stream', 'stream'],
  ['env', 'nodejs', 'nodejs'],
  ['env', 'python', 'python'],
  ['env', 'java', 'java'],
  ['env', 'jvm', 'java'],
  ['algorithmImage', 'registry:5000/x/y:1.0', 'registry:5000/x/y:1.0'],
  ['cpu', '0.5', 0.5],
  ['cpu', 0, 0],
  ['cpu', true, 1],
  ['gpu', 0.25, 0.25],
  ['mem', '4Mi', '4Mi'],
  ['applyCpuLimits', 'false', false],
  ['applyCpuLimits', 1, true],
  ['reservedMemory', '1Ki', '1Ki'],
  ['options', { devMode: 'true', other: 1 }, { devMode: true, other: 1 }],
  ['minHotWorkers', '2', 2],
  ['maxWorkers', 0, 0],
  ['maxWorkers', '', null],
  ['quotaGuarantee', '3', 3],
  ['entryPoint', 7, '7'],
  ['baseImage', 'node:24', 'node:24'],
  ['dependencyInstallCmd', 'install.sh', 'install.sh'],
  ['downloadFileExt', 'zip', 'zip'],
  ['stateType', 'stateful', 'stateful'],
  ['type', 'Code', 'Code'],
  ['algorithmEnv', { A: 1, B: { secretKeyRef: { name: 's', key: 'k' } } }, 'same'],
  ['workerEnv', { A: true }, 'same'],
  [
    'workerCustomResources',
    { requests: { cpu: '1' }, limits: { cpu: 2 } },
    { requests: { cpu: 1 }, limits: { cpu: 2 } },
  ],
  ['mounts', [{ pvcName: 'pvc-1', path: '/tmp/a-b', volumeType: 'emptyDir' }], 'same'],
  ['mounts', [], 'same'],
  [
    'gitRepository',
    { url: 'HTTPS://host/x.git', commit: { id: 1 } },
    { url: 'HTTPS://host/x.git', commit: { id: '1' } },
  ],
  ['kaiObject', { queue: 'q', fraction: '0.5' }, { queue: 'q', fraction: 0.5 }],
  ['kaiObject', { queue: 'q', memory: '512Mi' }, 'same'],
  ['nodeSelector', { disk: 'ssd' }, 'same'],
  ['labels', { 'example.com/tier': 'back-end', empty: '' }, 'same'],
  ['annotations', { note: 'x_1' }, 'same'],
  [
    'volumes',
    [
      { name: 'v', secret: { secretName: 's' } },
      { name: 'w', emptyDir: {} },
    ],
    'same',
  ],
  ['volumeMounts', [{ name: 'v', mountPath: '/v' }], 'same'],
  [
    'securityContext',
    { fsGroup: '1000', fsGroupChangePolicy: 'Always' },
    { fsGroup: 1000, fsGroupChangePolicy: 'Always' },
  ],
  [
    'sideCars',
    [{ container, volumeMounts: [], environments: { A: 1 } }, { container: { ...container, name: 'c2' } }],
    'same',
  ],
  ['version', 1, '1'],
  ['nobodyKnows', { a: [1] }, 'same'],
];

/** Fields, what is given, and what HKube says of it. */
const refused: readonly (readonly [field: string, given: unknown, words: string])[] = [
  ['name', { a: 1 }, 'data.name should be string'],
  ['name', LETTERS(33), 'data.name should NOT be longer than 32 characters'],
  ['name', 'a', 'algorithm name must contain only lower-case alphanumeric, dash or dot'],
  ['name', 'A_b', 'algorithm name must contain only lower-case alphanumeric, dash or dot'],
  ['name', '-ab', 'algorithm name must contain only lower-case alphanumeric, dash or dot'],
  ['name', 'ab.', 'algorithm name must contain only lower-case alphanumeric, dash or dot'],
  ['name', 'a\\b', 'algorithm name must contain only lower-case alphanumeric, dash or dot'],
  ['kind', 'debug', 'data.kind should be equal to one of the allowed values (batch,stream)'],
  ['kind', {}, 'data.kind should be string'],
  ['env', 'ruby', 'data.env should be equal to one of the allowed values (nodejs,python,java)'],
  ['env', null, 'data.env should be equal to one of the allowed values (nodejs,python,java)'],
  ['algorithmImage', 'my image', 'algorithm image must contain only lower-case alphanumeric, dash or dot'],
  ['algorithmImage', [], 'data.algorithmImage should be string'],
  ['cpu', -1, 'data.cpu should be >= 0'],
  ['cpu', 'much', 'data.cpu should be number'],
  ['cpu', ' ', 'data.cpu should be number'],
  ['gpu', -0.5, 'data.gpu should be >= 0'],
  ['mem', '3Mi', 'memory must be at least 4 Mi'],
  ['mem', '-4Mi', 'memory must be at least 4 Mi'],
  ['mem', 512, 'memory unit must be one of Ki,M,Mi,Gi,m,K,G,T,Ti'],
  ['mem', '512MB', 'memory unit must be one of Ki,M,Mi,Gi,m,K,G,T,Ti'],
  ['mem', null, 'memory unit must be one of Ki,M,Mi,Gi,m,K,G,T,Ti'],
  ['mem', ['1Gi'], 'data.mem should be string'],
  ['reservedMemory', '1', 'memory unit must be one of Ki,M,Mi,Gi,m,K,G,T,Ti'],
  ['reservedMemory', {}, 'data.reservedMemory should be string,null'],
  ['applyCpuLimits', 'yes', 'data.applyCpuLimits should be boolean'],
  ['options', null, 'data.options should be object'],
  ['options', { devMode: 'yes' }, 'data.options.devMode should be boolean'],
  ['minHotWorkers', -1, 'data.minHotWorkers should be >= 0'],
  ['minHotWorkers', 1.5, 'data.minHotWorkers should be integer'],
  ['maxWorkers', '1.5', 'data.maxWorkers should be integer,null'],
  ['quotaGuarantee', -1, 'data.quotaGuarantee should be >= 0'],
  ['entryPoint', ['x'], 'data.entryPoint should be string,null'],
  ['stateType', 'none', 'data.stateType should be equal to one of the allowed values (stateless,stateful)'],
  ['type', 'Zip', 'data.type should be equal to one of the allowed values (Git,Code,Image)'],
  ['algorithmEnv', 'A=1', 'data.algorithmEnv should be object,null'],
  ['algorithmEnv', { A: { secret: 1 } }, `data.algorithmEnv.A ${VALUE_FROM}`],
  ['workerEnv', { 'A-B': {} }, `data.workerEnv['A-B'] ${VALUE_FROM}`],
  ['workerCustomResources', { limits }, "data.workerCustomResources should have required property 'requests'"],
  [
    'workerCustomResources',
    { requests: limits, limits: {} },
    'algorithm has invalid workerCustomResources: limits.memory must be defined, limits.cpu must be defined',
  ],
  [
    'workerCustomResources',
    { requests: {}, limits: { cpu: 1 } },
    'algorithm has invalid workerCustomResources: requests.cpu must be defined',
  ],
  [
    'workerCustomResources',
    { requests: { cpu: -1 }, limits: { cpu: 1 } },
    'data.workerCustomResources.requests.cpu should be >= 0',
  ],
  ['workerCustomResources', { requests: { memory: '-1Mi' }, limits }, 'value must be >= 0'],
  ['mounts', {}, 'data.mounts should be array,null'],
  ['mounts', [{ path: '/a' }], "data.mounts[0] should have required property 'pvcName'"],
  ['mounts', [{ pvcName: 'pvc' }], "data.mounts[0] should have required property 'path'"],
  ['mounts', [{ pvcName: '', path: '/a' }], 'data.mounts[0].pvcName should NOT be shorter than 1 characters'],
  [
    'mounts',
    [{ pvcName: LETTERS(64), path: '/a' }],
    'data.mounts[0].pvcName should match format "algorithm-mount-pvc"',
  ],
  ['mounts', [{ pvcName: 'pvc', path: '/a b' }], 'data.mounts[0].path should match format "path"'],
  [
    'mounts',
    [{ pvcName: 'pvc', path: '/a', volumeType: 'nfs' }],
    'data.mounts[0].volumeType should be equal to one of the allowed values (emptyDir,configMap)',
  ],
  [
    'mounts',
    [
      { pvcName: 'pvc', path: '/a' },
      { path: '/a', pvcName: 'pvc' },
    ],
    'data.mounts should NOT have duplicate items',
  ],
  ['gitRepository', {}, "data.gitRepository should have required property 'url'"],
  ['gitRepository', { url: 'git@host:x/y.git' }, 'data.gitRepository.url should match format "url"'],
  ['gitRepository', { url: 'http://x', commit: {} }, "data.gitRepository.commit should have required property 'id'"],
  [
    'gitRepository',
    { url: 'http://x', gitKind: 'svn' },
    'data.gitRepository.gitKind should be equal to one of the allowed values (github,gitlab)',
  ],
  ['kaiObject', { memory: '1Gi' }, "data.kaiObject should have required property 'queue'"],
  ['kaiObject', { queue: 'q', memory: '1' }, 'memory unit must be one of Ki,M,Mi,Gi,m,K,G,T,Ti'],
  [
    'kaiObject',
    { queue: 'q', memory: '1Gi', fraction: 1 },
    'In kaiObject, only one of "memory" or "fraction" can be defined!',
  ],
  ['nodeSelector', 'gpu', 'data.nodeSelector should be object,null'],
  ['labels', { tier: 1 }, 'labels value must be a valid string'],
  ['labels', { tier: LETTERS(64) }, 'labels value must be 63 characters or less'],
  ['labels', { tier: 'Back End' }, `labels value ${LABEL_ENDS}`],
  ['labels', { '': 'xx' }, 'labels key must be a valid string'],
  ['labels', { 'a.b/': 'xx' }, 'labels key name must be a valid string'],
  ['labels', { [LETTERS(64)]: 'xx' }, 'labels key name must be 63 characters or less'],
  ['labels', { 'Tier!': 'xx' }, `labels key name ${LABEL_ENDS}`],
  ['labels', { [`${LETTERS(254)}/tier`]: 'xx' }, 'labels key prefix must be 253 characters or less'],
  ['annotations', { 'A B/tier': 'xx' }, 'annotations key prefix must be a lowercase RFC 1123 subdomain'],
  ['volumes', [{}], "data.volumes[0] should have required property 'name'"],
  ['volumes', [{ name: 'v', configMap: 'x' }], 'data.volumes[0].configMap should be object'],
  ['volumes', null, 'data.volumes should be array'],
  ['volumeMounts', [{ name: 'v' }], "data.volumeMounts[0] should have required property 'mountPath'"],
  ['securityContext', { fsGroup: 'staff' }, 'data.securityContext.fsGroup should be number'],
  ['sideCars', [{ container: { name: 'c' } }], "data.sideCars[0].container should have required property 'image'"],
  ['sideCars', [{ container }, { container: { ...container, image: 'y' } }], 'Sidecar container names must be unique!'],
  ['sideCars', [{ container }, { container }], 'data.sideCars should NOT have duplicate items'],
  ['version', {}, 'data.version should be string'],
];

describe('a field of an algorithm', () => {
  it.each(taken)('%s: %j is taken as %j', (field, given, as) => {
    expect(AlgorithmPayload.parse(ofOne(field, given))[field]).toEqual(as === 'same' ? given : as);
  });

  it.each(refused)('%s: %j is refused in HKube’s words', (field, given, words) => {
    const { hkube, message } = factsOf(() => checkStoredAlgorithm(ofOne(field, given), { where: 'tally.yml' }));
    expect(hkube).toContain(words);
    expect(message).toMatch(new RegExp(`^tally\\.yml: ${field}`));
  });

  it.each([
    'algorithmImage',
    'cpu',
    'gpu',
    'applyCpuLimits',
    'minHotWorkers',
    'mounts',
    'labels',
    'kaiObject',
    'sideCars',
  ])('%s may be null, which deletes it', (field) => {
    expect(AlgorithmPayload.safeParse({ name: 'tally', [field]: null }).success).toBe(true);
  });

  it('has its rows here, each of them', () => {
    const rows = new Set([...taken, ...refused].map(([field]) => field));
    expect(Object.keys(algorithmFields).filter((field) => !rows.has(field))).toEqual([]);
  });
});
