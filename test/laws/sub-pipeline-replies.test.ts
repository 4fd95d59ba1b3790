// L8 over a real socket: replies that answer nothing, or do not say what they answer.

import type { SubPipeline } from 'algorithm-actor';
import { describe, expect, it } from 'vitest';
import { asking, stored } from '#test/support/asking';

describe('L8: replies that fit nothing', () => {
  it.each([
    ['subPipelineDone', { subPipelineId: 'nobody', response: 1 }],
    ['subPipelineError', { subPipelineId: 'nobody', error: 'x' }],
    ['subPipelineStopped', { subPipelineId: 'nobody' }],
    ['subPipelineStarted', { subPipelineId: 'nobody' }],
    ['subPipelineError', { error: 'without an id' }],
  ])('%s %j is recorded and harms nothing', async (command, data) => {
    const { actor, connection, finish } = await asking();
    const rejected = new Promise((resolve) => actor.on('frame.rejected', ({ rejection }) => resolve(rejection)));
    connection.send(command, data);
    expect(await rejected).toMatchObject({ kind: 'unexpected', command });
    finish();
    await connection.next('done');
  });

  it('a second reply is recorded, the first one counts', async () => {
    const { api, actor, connection } = await asking();
    const sub = stored(api);
    connection.send('subPipelineDone', { subPipelineId: sub.id, response: 'first' });
    connection.send('subPipelineError', { subPipelineId: sub.id, error: 'second' });
    expect(await sub).toBe('first');
    await connection.roundTrip();
    expect(actor.getSnapshot().context.rejected).toBe(1);
  });

  it('an error without an id settles the oldest request that was not answered', async () => {
    const { api, connection } = await asking();
    const subs = [stored(api, 'a'), stored(api, 'b'), stored(api, 'c')];
    const [a, b, c] = subs.map((sub) => sub.id);
    connection.send('subPipelineStarted', { subPipelineId: a });
    connection.send('subPipelineError', { error: 'No errors' });
    connection.send('subPipelineDone', { subPipelineId: c, response: 'c' });
    connection.send('subPipelineDone', { subPipelineId: a, response: 'a' });
    const settled = await Promise.allSettled(subs);
    expect(settled).toMatchObject([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: { facts: { subPipelineId: b, error: 'No errors' } } },
      { status: 'fulfilled', value: 'c' },
    ]);
  });

  it('from a host that never says started it counts only if one is pending', async () => {
    const { api, actor, connection } = await asking();
    const two: SubPipeline<unknown>[] = [stored(api), stored(api)];
    connection.send('subPipelineError', { error: 'whose?' });
    await connection.roundTrip();
    expect(two.map(({ state }) => state)).toEqual(['requested', 'requested']);
    expect(actor.getSnapshot().context.rejected).toBe(1);
    connection.send('subPipelineDone', { subPipelineId: two[0]?.id, response: 1 });
    connection.send('subPipelineError', { error: 'the other one' });
    const [, second] = await Promise.allSettled(two);
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'SUB_PIPELINE_FAILED' } });
  });
});
