import { describe, expect, it } from 'vitest';
import { createHistory } from '#inspector/history';
import { type TaskView, taskOf } from '#page/task.ts';
import { makeFrames } from '#test/support/frames';

const history = createHistory({ limit: 100_000 });
history.add(makeFrames(1200));

/** The task as the page shows it after that frame. */
function taskAfter(actorId: string, isLast: (frame: (typeof history.frames)[number]) => boolean): TaskView | null {
  const n = history.frames.find(isLast)?.n ?? -1;
  const actor = history.sceneAt(n).actors.get(actorId);
  const own = history.frames.filter((frame) => frame.n <= n && 'actor' in frame && frame.actor === actorId);
  return actor ? taskOf(actor, own) : null;
}

describe('the task of an actor', () => {
  const algorithm = 'word-count-2/x:0';

  it('is not there before the first', () => {
    expect(taskAfter(algorithm, (frame) => frame.n === 40)).toBeNull();
  });

  it('has its ids and its progress while it works', () => {
    const task = taskAfter(
      algorithm,
      (frame) => frame.kind === 'emitted' && frame.actor === algorithm && frame.event['progress'] === 50,
    );
    expect(task).toMatchObject({ ids: { nodeName: 'count' }, progress: 50, outcome: null, error: null, troubles: [] });
  });

  it('has its outcome, and its error with its stack', () => {
    const task = taskAfter(
      algorithm,
      (frame) => frame.kind === 'emitted' && frame.actor === algorithm && frame.event['outcome'] === 'failed',
    );
    expect(task).toMatchObject({ outcome: 'failed', error: { code: 'ERR_PART', message: 'part 3 has no words' } });
    expect(task?.error?.details).toContain('Caused by: TypeError');
  });

  it('says of a worker what was refused, and what to do about it', () => {
    const session = 'hkube/session:word-count-1';
    const task = taskAfter(
      session,
      ({ kind, ...frame }) => kind === 'emitted' && 'event' in frame && 'refusal' in frame.event,
    );
    expect(task?.troubles).toMatchObject([
      {
        title: '`alive` outside of a task',
        text: expect.stringContaining('told to leave'),
        remedy: expect.any(String),
      },
    ]);
  });

  it('takes nothing from the task before', () => {
    const session = 'hkube/session:word-count-1';
    const assigned = (frame: (typeof history.frames)[number]): boolean =>
      frame.kind === 'moved' && frame.actor === session && frame.on === 'task.assigned' && frame.set?.['tasks'] === 2;
    expect(taskAfter(session, assigned)).toMatchObject({ ids: { jobId: 'raw-0002' }, outcome: null, startedAt: null });
  });
});
