// What is asked to run, as a pipeline in full: stored ones with the request laid over them, and what tasks ask for.

import { RuntimeError } from '#errors';
import type { BrokenDocument } from '#descriptors/broken';
import { copyDocument } from '#descriptors/document';
import { checkPipeline, type RawPipeline } from '#descriptors/pipeline';
import { invalidDescriptor } from '#descriptors/yaml';
import type { SubPipelineOrder } from '#machines/session.events';
import { layOver, type StoredRequest } from '#pipeline/merge';

/** The stored pipelines by their names, as they are now. */
export type StoredPipelines = Pick<ReadonlyMap<string, RawPipeline>, 'get' | 'keys' | 'values'>;

export interface PipelineRequests {
  laidOver(request: StoredRequest, where: string, flowInput: 'merge' | 'replace'): RawPipeline;
  subPipelineOf(order: Pick<SubPipelineOrder, 'kind' | 'pipeline'>, experimentName: string): RawPipeline;
}

export function createPipelineRequests(stored: StoredPipelines, broken: readonly BrokenDocument[]): PipelineRequests {
  /** What a task asks for, in its parent's experiment. What is wrong with it is thrown, and told to the algorithm. */
  function subPipelineOf({ kind, pipeline }: SubPipelineOrder, experimentName: string): RawPipeline {
    const name = typeof pipeline.name === 'string' ? pipeline.name : '';
    const where = `sub-pipeline "${name}"`;
    const whole = kind === 'raw' ? checkPipeline(pipeline, where) : laidOver({ ...pipeline, name }, where, 'merge');
    return { ...whole, experimentName };
  }

  /** The request is copied before it is laid over anything: it may have no end. */
  function laidOver(request: StoredRequest, where: string, flowInput: 'merge' | 'replace'): RawPipeline {
    const base = storedUnder(request.name);
    const copy = copyDocument(request, where);
    const fields = typeof copy === 'object' && copy !== null ? copy : {};
    return checkPipeline(layOver(base, { ...fields, name: base.name }, flowInput), where);
  }

  function storedUnder(name: string): RawPipeline {
    const found = stored.get(name);
    if (found) return found;
    const problem = broken.find((one) => one.kind === 'pipeline' && one.name === name)?.problem;
    if (problem !== undefined) throw invalidDescriptor(`pipeline "${name}"`, [problem]);
    const known = [...stored.keys()];
    const list = known.length === 0 ? 'none is stored' : `stored are ${known.join(', ')}`;
    const hkube = `pipeline ${name} Not Found`;
    throw new RuntimeError('NOT_FOUND', `${hkube} (${list})`, { facts: { name, hkube } });
  }

  return { laidOver, subPipelineOf };
}
