// Curves of tasks, told to whoever looks: those of any writer, live, and those of before.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEventFile } from '#metrics/event-file';
import type { Series } from '#metrics/series';
import { createCurves } from '#local-hkube/curves';
import type { Owner } from '#local-hkube/metrics-layout';
import { taskPlace } from '#local-hkube/metrics-layout';
import type { TaskIds } from '#model/task';
import { eventFiles } from '#test/support/event-files';
import { temporaryFolder, writeFile } from '#test/support/temporary';

const owner = (taskId: string): Owner => ({
  ...{ jobId: 'job', taskId, attempts: 0, nodeName: 'a', algorithmName: 'x', pipelineName: 'train', rootJobId: 'job' },
});

/** The folder of a task that has written these steps. */
function keep(root: string, taskId: string, steps: readonly number[], began = Date.now(), below = ''): string {
  const folder = join(root, taskPlace(owner(taskId), new Date(began)));
  writeFile(join(folder, '.task.json'), JSON.stringify(owner(taskId)));
  const file = openEventFile(join(folder, below));
  for (const step of steps) file.add({ tag: 'loss', value: 1, step, at: 0 });
  file.close();
  return folder;
}

/** Somebody who looks, or does not yet. */
function looker() {
  const told: { readonly task: TaskIds; readonly series: readonly Series[] }[] = [];
  let begin: () => void = () => undefined;
  const probe = {
    isWatched: false,
    scalars: (task: TaskIds, series: readonly Series[]) => void told.push({ task, series }),
    onWatched: (work: () => void) => void (begin = work),
  };
  return {
    told,
    probe,
    look: () => {
      probe.isWatched = true;
      begin();
    },
  };
}

const words = ({ told }: Pick<ReturnType<typeof looker>, 'told'>): string[] =>
  told.flatMap(({ task, series }) =>
    series.map(
      ({ tag, points, isWhole }) =>
        `${task.taskId} ${tag} ${isWhole ? 'is' : 'goes on'} ${points.map(([step]) => step).join(' ')}`,
    ),
  );

it('E1, E2: are read when somebody looks, the oldest first, in folders below, too', async () => {
  const root = temporaryFolder();
  keep(root, 'second', [3], 2_000);
  keep(root, 'first', [1, 2], 1_000, 'validation');
  const looking = looker();
  const curves = createCurves(looking.probe, () => root);
  curves.grown(keep(root, 'third', [4], 3_000), owner('third'));
  looking.look();
  await expect.poll(() => words(looking)).toHaveLength(3);
  expect(words(looking)).toEqual(['first validation/loss is 1 2', 'second loss is 3', 'third loss is 4']);
  expect(looking.told[0]?.task).toMatchObject({ algorithmName: 'x', pipelineName: 'train' });
});

it('E2, E3: go on as files grow, and begin anew for who looks anew', async () => {
  const root = temporaryFolder();
  const looking = looker();
  const curves = createCurves(looking.probe, () => root);
  const folder = keep(root, 'one', [1]);
  looking.look();
  await expect.poll(() => words(looking)).toEqual(['one loss is 1']);
  const other = temporaryFolder();
  const file = openEventFile(other);
  file.add({ tag: 'loss', value: 1, step: 2, at: 0 });
  file.close();
  const { readFileSync } = await import('node:fs');
  const [name = ''] = eventFiles(folder);
  appendFileSync(join(folder, name), readFileSync(join(other, eventFiles(other)[0] ?? '')));
  curves.grown(folder, owner('one'));
  await expect.poll(() => words(looking)).toEqual(['one loss is 1', 'one loss goes on 2']);
  looking.look();
  await expect.poll(() => words(looking).at(-1)).toBe('one loss is 1 2');
});

it('E2: only the last fifty tasks are told', async () => {
  const root = temporaryFolder();
  for (let task = 0; task < 60; task += 1) keep(root, `t${task}`, [task], task * 1_000);
  const looking = looker();
  createCurves(looking.probe, () => root);
  looking.look();
  await expect.poll(() => words(looking).at(-1)).toBe('t59 loss is 59');
  expect(words(looking)).toHaveLength(50);
});

it('of a place that cannot be, none are told, and nothing else happens', async () => {
  const looking = looker();
  let asked = 0;
  createCurves(looking.probe, () => {
    asked += 1;
    throw new RangeError('no place for it');
  });
  looking.look();
  await expect.poll(() => asked).toBe(1);
  looking.look();
  await expect.poll(() => asked).toBe(2);
  expect(looking.told).toEqual([]);
});
