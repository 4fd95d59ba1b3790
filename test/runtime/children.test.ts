// The holder of a task's children, by itself: what is asked for when the task is being stopped, or is over.

import { createActor } from 'xstate';
import { expect, it } from 'vitest';
import { afterRealTime } from '#model/after';
import { createChildSupervisor } from '#runtime/children';

function holder() {
  const sent: string[] = [];
  const told: unknown[] = [];
  const children = createChildSupervisor({
    send: ({ command }) => sent.push(command),
    tell: (id, news) => told.push([id, news]),
    reject: () => undefined,
    after: afterRealTime,
  });
  createActor(children.logic).start();
  const ask = (id: string): void =>
    children.send({
      type: 'api.childRequested',
      request: { id, kind: 'algorithm', algorithmName: 'other', input: [], includeResult: true, timeoutMs: null },
    });
  return { children, sent, told, ask };
}

const taskEnded = { kind: 'settled', settlement: { kind: 'taskEnded' } };

it.each(['stop', 'release'] as const)(
  'a request that crosses with the %s of its task settles, and is not sent (L8)',
  (how) => {
    const { children, sent, told, ask } = holder();
    children.beginTask();
    children.endTask(how);
    ask('1');
    expect(sent).toEqual([]);
    expect(told).toEqual([['1', taskEnded]]);
  },
);

it('the next task may ask again', () => {
  const { children, sent, ask } = holder();
  children.beginTask();
  children.endTask('stop');
  children.beginTask();
  ask('1');
  expect(sent).toEqual(['startAlgorithmExecution']);
});
