// The fields of an algorithm, as HKube's API knows them. Where HKube takes null for one, an update deletes it by that; unknown fields are
// kept everywhere.

import * as z from 'zod/mini';
import { environment, labels, namesOnce, oneOfMemoryAndFraction, pairs } from '#descriptors/algorithm-rules';
import * as values from '#descriptors/algorithm-values';

const { flag, image, memory, number, oneOf, record, rule, text, whole } = values;

/** What HKube takes null for is `expected,null` in its words. */
const OBJECT = 'should be object,null';
const deletable = <Value extends z.ZodMiniType>(value: Value) => z.optional(z.nullable(value));
/** The same, of what is never empty: to HKube these are null. */
const voidable = <Value extends z.ZodMiniType>(value: Value, empty: readonly unknown[] = ['', 0, false]) =>
  z.optional(
    z.pipe(
      z.transform((given: unknown) => (empty.includes(given) ? null : given)),
      z.nullable(value),
    ),
  );

const resources = z.looseObject({ cpu: z.optional(number()), memory: z.optional(memory()) }, rule('should be object'));
const volumeMount = z.looseObject({ name: text(), mountPath: text() }, rule('should be object'));
const variables = record('object,null').check(environment);

export const options = {
  devMode: z.optional(flag()),
  pending: z.optional(flag()),
  opengl: z.optional(flag()),
};
export const gitRepository = {
  url: values.gitUrl,
  commit: z.optional(
    z.looseObject({ id: text(), timestamp: z.optional(text()), message: z.optional(text()) }, rule('should be object')),
  ),
  branchName: z.optional(text()),
  tag: z.optional(text()),
  token: z.optional(text()),
  gitKind: z.optional(oneOf('github', 'gitlab')),
};
const mount = z.looseObject(
  {
    pvcName: values.pvcName,
    path: values.mountPath,
    volumeType: z.optional(oneOf('emptyDir', 'configMap')),
  },
  rule('should be object'),
);
const volume = z.looseObject(
  {
    name: text(),
    emptyDir: z.optional(record()),
    persistentVolumeClaim: z.optional(z.looseObject({ claimName: z.optional(text()) }, rule('should be object'))),
    configMap: z.optional(z.looseObject({ name: z.optional(text()) }, rule('should be object'))),
    secret: z.optional(z.looseObject({ secretName: z.optional(text()) }, rule('should be object'))),
  },
  rule('should be object'),
);
const sideCar = z.looseObject(
  {
    container: z.optional(z.looseObject({ name: text(), image: text() }, rule('should be object'))),
    volumeMounts: z.optional(values.listOf(volumeMount)),
    environments: voidable(record('object,null')),
  },
  rule('should be object'),
);

export const algorithmFields = {
  name: values.AlgorithmName,
  env: z.optional(values.env),
  algorithmImage: deletable(image),
  entryPoint: deletable(text('string,null')),
  cpu: deletable(number()),
  gpu: deletable(number()),
  mem: z.optional(memory(4)),
  baseImage: deletable(text('string,null')),
  algorithmEnv: voidable(variables),
  minHotWorkers: deletable(whole()),
  /** 0: no limit. */
  maxWorkers: voidable(whole('integer,null'), ['']),
  /** A file that HKube runs by `sh`, in the folder of the code. */
  dependencyInstallCmd: deletable(text('string,null')),
  gitRepository: voidable(z.looseObject(gitRepository, rule(OBJECT))),
  mounts: voidable(values.setOf(mount)),
  options: z.optional(z.looseObject(options, rule('should be object'))),
  kind: z.optional(oneOf('batch', 'stream')),
  stateType: z.optional(z.enum(['stateless', 'stateful'], rule(`${values.ONE_OF} (stateless,stateful)`))),
  type: z.optional(oneOf('Git', 'Code', 'Image')),
  applyCpuLimits: deletable(flag()),
  reservedMemory: deletable(memory(0, 'string,null')),
  quotaGuarantee: voidable(whole('integer,null'), ['']),
  workerEnv: voidable(variables),
  workerCustomResources: z.optional(
    z.looseObject({ limits: resources, requests: resources }, rule('should be object')).check(pairs),
  ),
  nodeSelector: voidable(record('object,null')),
  labels: voidable(record('object,null').check(labels('labels'))),
  annotations: voidable(record('object,null').check(labels('annotations'))),
  kaiObject: voidable(
    z
      .looseObject(
        {
          queue: text(),
          memory: z.optional(memory(0, 'string,null')),
          fraction: voidable(values.anyNumber('number,null'), ['']),
        },
        rule(OBJECT),
      )
      .check(oneOfMemoryAndFraction),
  ),
  volumes: z.optional(values.listOf(volume)),
  volumeMounts: z.optional(values.listOf(volumeMount)),
  securityContext: z.optional(
    z.looseObject(
      { fsGroup: z.optional(values.anyNumber()), hasFsGroupChangePolicy: z.optional(text()) },
      rule('should be object'),
    ),
  ),
  sideCars: voidable(values.setOf(sideCar).check(namesOnce)),
  downloadFileExt: deletable(text('string,null')),
  /** HKube's own: it gives each of them one, whatever is sent. */
  version: deletable(text()),
};
export type AlgorithmField = keyof typeof algorithmFields;

/** An algorithm as HKube's API takes it. */
export const AlgorithmPayload = z.looseObject(
  algorithmFields,
  'expected an algorithm: an object with name, env and code',
);
export type AlgorithmPayload = z.output<typeof AlgorithmPayload>;
