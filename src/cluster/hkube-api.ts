// The client of HKube's REST API: of a cluster's api-server, or of a local HKube, which speaks the same. What is here is bound
// together; each resource has its file, and `caller` is how each call goes.

import { type Algorithms, algorithmsOf } from '#cluster/algorithms';
import { type Boards, boardsOf } from '#cluster/boards';
import { type Builds, buildsOf } from '#cluster/builds';
import { createCaller } from '#cluster/caller';
import { type Exec, execOf } from '#cluster/exec';
import { type ClusterOptions, compileCluster } from '#cluster/options';
import { type Pipelines, pipelinesOf } from '#cluster/pipelines';
import { createPoll } from '#cluster/poll';
import { type Readme, readmeOf } from '#cluster/readme';
import { type Versions, versionsOf } from '#cluster/versions';
import { type Webhooks, webhooksOf } from '#cluster/webhooks';
import { realWorld, type World } from '#cluster/world';

/**
 * Every call takes `{ signal }`, and rejects with `CANNOT_CONNECT`, `NOT_FOUND`, `INVALID_CALL` (what is asked is wrong, or not
 * allowed), `REQUEST_FAILED` or `ABORTED`; `facts.status` is the HTTP status where there was one.
 */
export interface HKubeApi {
  readonly algorithms: Algorithms;
  readonly versions: Versions;
  readonly builds: Builds;
  readonly pipelines: Pipelines;
  readonly exec: Exec;
  readonly webhooks: Webhooks;
  readonly boards: Boards;
  readonly readme: Readme;
}

/** The endpoint alone will do. Nothing is sent before the first call. Throws `INVALID_OPTIONS`. */
export function createHKubeApi(options: string | ClusterOptions, world: World = realWorld): HKubeApi {
  const cluster = compileCluster(options);
  const caller = createCaller(cluster, world);
  const poll = createPoll(cluster, world);
  return {
    algorithms: algorithmsOf(caller),
    versions: versionsOf(caller),
    builds: buildsOf(caller, poll),
    pipelines: pipelinesOf(caller),
    exec: execOf(caller, poll),
    webhooks: webhooksOf(caller),
    boards: boardsOf(caller),
    readme: readmeOf(caller),
  };
}
