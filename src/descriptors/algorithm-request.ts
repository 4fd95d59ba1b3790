// A run of one algorithm: a pipeline of one node, and both are called as the algorithm is.

import * as z from 'zod/mini';
import { copyTree } from '#descriptors/tree';
import type { RawPipelineInput } from '#descriptors/pipeline';
import { invalidDescriptor } from '#descriptors/yaml';

const AlgorithmRequest = z.strictObject(
  {
    name: z.string('expected the name of an algorithm').check(z.minLength(1, 'expected the name of an algorithm')),
    input: z._default(z.array(z.unknown(), 'expected an array'), []),
    debug: z.optional(z.boolean('expected true or false')),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys.join(', ')}: not known; known are name, input, debug`
        : 'expected an object with name and input',
  },
);

/** What `POST /exec/algorithm` takes: `input` are its arguments. */
export interface AlgorithmRequest {
  readonly name: string;
  readonly input?: readonly unknown[] | undefined;
  readonly debug?: boolean | undefined;
}

/** Throws `INVALID_DESCRIPTOR`. */
export function pipelineOfAlgorithm(request: unknown): RawPipelineInput {
  const copy = copyTree(request);
  const where = 'runAlgorithm';
  if (copy.kind !== 'tree') throw invalidDescriptor(where, [`${copy.at}: ${copy.reason}`]);
  const parsed = AlgorithmRequest.safeParse(copy.value);
  if (!parsed.success)
    throw invalidDescriptor(
      where,
      parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'request'}: ${message}`),
    );
  const { name, input } = parsed.data;
  return { name, nodes: [{ nodeName: name, algorithmName: name, input }] };
}
