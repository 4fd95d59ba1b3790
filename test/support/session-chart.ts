// The session chart alone, its effects written down: what the worker says and does in each situation.

import { createActor, fromCallback, SimulatedClock } from 'xstate';
import type { ExecutionOrder, SessionEvent, SessionNotice } from '#machines/session.events';
import { sessionMachine } from '#machines/session.machine';

export const strict = { lenient: false, restarts: false, bootstrapMs: 0 };

export const opened: SessionEvent = { type: 'link.opened' };
export const lost: SessionEvent = { type: 'link.lost', code: 1006, reason: '' };
export const assigned: SessionEvent = { type: 'task.assigned', data: { input: [1], jobId: 'j', taskId: 't' } };
export const initialized: SessionEvent = { type: 'wire.initialized' };
export const done: SessionEvent = { type: 'wire.done', result: 42 };
export const failed: SessionEvent = { type: 'wire.failed', error: { message: 'boom' } };
export const stopAsked: SessionEvent = { type: 'task.stopAsked', reason: 'enough' };
export const requested: SessionEvent = {
  type: 'wire.subPipelineRequested',
  order: { kind: 'raw', id: '1', includeResult: true, pipeline: { name: 'p', nodes: [{ nodeName: 'a' }] } },
};
export const executionRequested: SessionEvent = {
  type: 'wire.executionRequested',
  order: { id: '2', algorithmName: 'a', input: [], includeResult: true },
};
export const refusal = { sent: 'x', rule: 'y', consequence: 'died', remedy: 'z' } as const;
export const withPolicy = (policy: string, more: object = {}): SessionEvent => ({
  type: 'task.assigned',
  data: { input: [1], jobId: 'j', taskId: 't', retry: { policy }, ...more },
});

/** What is done about executions, as lines; that none is to be stopped is not worth one. */
export function executionLines(lines: string[]) {
  const live = new Set<string>();
  return {
    runExecution: (_: unknown, { order: { id } }: { order: ExecutionOrder }) => {
      live.add(id);
      lines.push(`execute ${id}`);
    },
    refuseExecution: (_: unknown, { id }: { id: string }) => void lines.push(`refuse execution ${id}`),
    stopExecution: (_: unknown, { id, reason }: { id: string; reason: string }) => {
      live.delete(id);
      lines.push(`stop execution ${id}: ${reason}`);
    },
    stopExecutions: () => {
      for (const id of live) lines.push(`stop execution ${id}`);
      live.clear();
    },
  };
}

/** Runs the chart through some events; `take` gives what it has said and done since the last call. */
export function session(...events: readonly SessionEvent[]) {
  return sessionOf({}, ...events);
}

export function sessionOf(input: Partial<typeof strict>, ...events: readonly SessionEvent[]) {
  const lines: string[] = [];
  const notices: SessionNotice[] = [];
  const clock = new SimulatedClock();
  const actor = createActor(
    sessionMachine.provide({
      actors: { link: fromCallback(() => undefined) },
      actions: {
        say: (_, { word }) => lines.push(`→ ${word}`),
        runSubPipeline: (_, { order }) => lines.push(`run ${order.id}`),
        refuseSubPipeline: () => lines.push('refuse'),
        stopSubPipeline: (_, { id, reason }) => lines.push(`stop ${id}: ${reason}`),
        stopSubPipelines: () => lines.push('stop all'),
        ...executionLines(lines),
        disconnect: () => lines.push('disconnect'),
        cut: () => lines.push('cut'),
      },
    }),
    { clock, input: { ...strict, ...input } },
  );
  actor.on('*', (notice) => {
    notices.push(notice);
    if (notice.type === 'task.ended') lines.push(`ended ${notice.end.kind}`);
    if (notice.type === 'session.refused') lines.push(`refused, ${notice.refusal.consequence}`);
  });
  actor.start();
  for (const event of events) actor.send(event);
  const take = (): string[] => lines.splice(0);
  const state = (): unknown => actor.getSnapshot().value;
  return { send: actor.send, state, take, notices, clock, context: () => actor.getSnapshot().context };
}

export const working = () => session(opened, assigned, initialized);
