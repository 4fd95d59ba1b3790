// What tasks write below ALGO_METRICS_DIR, kept by local HKube.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { safeName } from '#local-hkube/metrics-layout';
import { scalarsIn } from '#test/support/event-files';
import { gate, node, startHKube } from '#test/support/local-hkube';
import { temporaryFolder } from '#test/support/temporary';

const loss: AlgorithmHandlers = {
  start: ({ input: [value] }, { metrics }) => metrics.scalar('loss', Number(value ?? 1), 1),
};
const pipeline = { name: 'train', nodes: [node('a', 'loss', 0.5)] };

/** The folders of a pipeline's tasks, `node/job/task/moment`. */
function tasksIn(stateDir: string, name: string): string[] {
  const all = readdirSync(join(stateDir, 'metrics', name), { recursive: true, encoding: 'utf8' });
  return all.filter((path) => path.endsWith('.task.json')).map(dirname);
}

async function pathOf(hkube: LocalHKube, jobId: string, index = 0): Promise<string> {
  return (await hkube.graph(jobId)).nodes[index]?.metricsPath?.tensorboard.path ?? '';
}

describe('the metrics of a task', () => {
  it('are kept when its end is told, by pipeline, node, run and task, and the graph says where', async () => {
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ loss }, { stateDir });
    const { jobId } = await hkube.runRaw(pipeline).done;
    const path = await pathOf(hkube, jobId);
    expect(await scalarsIn(path)).toEqual(['loss 1 0.5']);
    expect(path.slice(stateDir.length)).toMatch(
      new RegExp(`^/metrics/train/a/${jobId}/[a-z0-9]{8}/\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.\\d{3}Z$`),
    );
    const next = (await startHKube({ loss }, { stateDir })).hkube;
    expect(await pathOf(next, jobId)).toBe(path);
  });

  it('are those of one task alone, although the process is the same', async () => {
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ loss }, { stateDir });
    const { jobId } = await hkube.runRaw({ name: 'train', nodes: [node('a', 'loss', '#[1...20]')] }).done;
    const each = await Promise.all(
      tasksIn(stateDir, 'train').map((task) => scalarsIn(join(stateDir, 'metrics', 'train', task))),
    );
    expect(each.map((scalars) => scalars.length)).toEqual(Array.from({ length: 20 }, () => 1));
    expect(each.flat().sort()).toEqual(Array.from({ length: 20 }, (_, index) => `loss 1 ${index + 1}`).sort());
    expect(await pathOf(hkube, jobId)).toBe(join(stateDir, 'metrics', 'train', 'a', jobId));
  });

  it('can be followed while it runs', async () => {
    const stateDir = temporaryFolder();
    const { handlers, begun, open } = gate();
    const slow: AlgorithmHandlers = {
      start: (data, api) => {
        api.metrics.scalar('loss', 1, 1);
        return handlers.start(data, api);
      },
    };
    const { hkube } = await startHKube({ slow }, { stateDir });
    const run = hkube.runRaw({ name: 'train', nodes: [node('a', 'slow')] });
    await begun;
    const root = join(stateDir, 'metrics');
    await expect.poll(() => existsSync(root)).toBe(true);
    await expect.poll(() => scalarsIn(root)).toEqual(['loss 1 1']);
    open();
    await run.done;
    expect(await scalarsIn(root)).toEqual(['loss 1 1']);
  });

  it('are kept of one that fails, and of each attempt of one that is tried again', async () => {
    const stateDir = temporaryFolder();
    let attempts = 0;
    const failing: AlgorithmHandlers = {
      start: (_, api) => {
        attempts += 1;
        api.metrics.scalar('attempt', attempts, 0);
        throw new RangeError('no rows');
      },
    };
    const { hkube } = await startHKube({ failing }, { stateDir });
    const retried = { ...node('a', 'failing'), retry: { policy: 'OnError' as const, limit: 1 } };
    const { jobId, status } = await hkube.runRaw({ name: 'train', nodes: [retried] }).done;
    expect(status).toBe('failed');
    expect(tasksIn(stateDir, 'train')).toHaveLength(2);
    expect((await scalarsIn(join(stateDir, 'metrics'))).sort()).toEqual(['attempt 0 1', 'attempt 0 2']);
    expect(await scalarsIn(await pathOf(hkube, jobId))).toEqual(['attempt 0 2']);
  });

  it('are not kept where the node says so, nor found by the next task', async () => {
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ loss }, { stateDir });
    const quiet = { ...node('a', 'loss', 1), metrics: { tensorboard: false } };
    const { jobId } = await hkube.runRaw({ name: 'quiet', nodes: [quiet] }).done;
    expect((await hkube.graph(jobId)).nodes[0]).not.toHaveProperty('metricsPath');
    await hkube.runRaw(pipeline).done;
    expect(await scalarsIn(join(stateDir, 'metrics'))).toEqual(['loss 1 0.5']);
  });

  it('of a task that writes none are none', async () => {
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ silent: { start: () => 1 } }, { stateDir });
    const { jobId } = await hkube.runRaw({ name: 'p', nodes: [node('a', 'silent')] }).done;
    expect((await hkube.graph(jobId)).nodes[0]).not.toHaveProperty('metricsPath');
    expect(existsSync(join(stateDir, 'metrics'))).toBe(false);
  });

  it('of an execution are those of a task of its own', async () => {
    const stateDir = temporaryFolder();
    const asks: AlgorithmHandlers = { start: (_, api) => api.startAlgorithm({ name: 'loss', input: [2] }) };
    const { hkube } = await startHKube({ loss, asks }, { stateDir });
    await hkube.runRaw({ name: 'p', nodes: [node('a', 'asks')] }).done;
    expect(tasksIn(stateDir, 'p')[0]).toMatch(/^a:loss\//);
    expect(await scalarsIn(join(stateDir, 'metrics'))).toEqual(['loss 1 2']);
  });

  it('without a folder for runs are kept as long as local HKube lives', async () => {
    const { hkube } = await startHKube({ loss });
    const { jobId } = await hkube.runRaw(pipeline).done;
    const path = await pathOf(hkube, jobId);
    expect(await scalarsIn(path)).toEqual(['loss 1 0.5']);
    await hkube.stop();
    expect(existsSync(path)).toBe(false);
  });

  it('that cannot be kept fail nothing: it is said on the node, and in the log', async () => {
    const stateDir = temporaryFolder({ metrics: 'a file where a folder should be' });
    const { hkube, logger } = await startHKube({ loss }, { stateDir });
    const { jobId, status } = await hkube.runRaw(pipeline).done;
    expect(status).toBe('completed');
    expect((await hkube.graph(jobId)).nodes[0]?.metricsPath).toEqual({
      tensorboard: { path: null, error: expect.stringContaining('ENOTDIR') },
    });
    expect(logger.lines.filter((line) => line.includes('metrics were not kept'))).toHaveLength(1);
  });

  it('go with the runs that are not kept, those of their sub-pipelines, too', async () => {
    const stateDir = temporaryFolder();
    const asks: AlgorithmHandlers = { start: (_, api) => api.startStoredSubPipeline({ name: 'train' }) };
    const options = { stateDir, pipelines: [pipeline] };
    const { hkube } = await startHKube({ loss, asks }, options);
    const old = await hkube.runRaw({ name: 'above', nodes: [node('a', 'asks')] }).done;
    const young = await hkube.runRaw({ ...pipeline, name: 'young' }).done;
    expect(tasksIn(stateDir, 'train')).toHaveLength(1);
    await hkube.stop();
    const root = join(stateDir, 'metrics');
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }))
      utimesSync(join(root, path), 1_000, 1_000);
    const next = (await startHKube({ loss, asks }, { ...options, keepRuns: 1 })).hkube;
    expect(readdirSync(root)).toEqual(['young']);
    expect(await scalarsIn(await pathOf(next, young.jobId))).toEqual(['loss 1 0.5']);
    await expect(next.graph(old.jobId)).rejects.toThrow('Not Found');
  });
});

describe('the folder of a worker', () => {
  /** A task that writes into it, whatever the runtime would make of it. */
  async function kept(write: (folder: string) => void) {
    const stateDir = temporaryFolder();
    const writer: AlgorithmHandlers = { start: () => write(local.folders[0] ?? '') };
    const local = await startHKube({ writer }, { stateDir });
    const { hkube } = local;
    const { jobId } = await hkube.runRaw({ name: 'p', nodes: [node('a', 'writer')] }).done;
    const path = await pathOf(hkube, jobId);
    const files = path === '' ? [] : readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
    const [folder = ''] = local.folders;
    return { path, folder, files: files.filter((name) => !name.endsWith('.task.json')) };
  }

  it('may hold any files, in folders of any depth', async () => {
    const { path, files } = await kept((folder) => {
      mkdirSync(join(folder, 'plugins', 'profile'), { recursive: true });
      writeFileSync(join(folder, 'plugins', 'profile', 'trace.json'), '{}');
      writeFileSync(join(folder, 'events.out.tfevents.1'), 'whatever');
    });
    expect(files).toEqual(['events.out.tfevents.1', 'plugins', 'plugins/profile', 'plugins/profile/trace.json']);
    expect(readFileSync(join(path, 'plugins', 'profile', 'trace.json'), 'utf8')).toBe('{}');
  });

  it('is there again when a task has removed it', async () => {
    const { files } = await kept((folder) => rmSync(folder, { recursive: true }));
    expect(files).toEqual([]);
    const local = await startHKube({
      writer: {
        start: ({ input: [what] }) => {
          const [folder = ''] = local.folders;
          if (what === 'remove') rmSync(folder, { recursive: true });
          else writeFileSync(join(folder, 'file'), '');
        },
      },
    });
    const run = (what: string) => local.hkube.runRaw({ name: 'p', nodes: [node('a', 'writer', what)] }).done;
    await run('remove');
    const { jobId } = await run('write');
    expect(readdirSync(await pathOf(local.hkube, jobId)).sort()).toEqual(['.task.json', 'file']);
  });

  it('is a folder again when a task has put something else in its place', async () => {
    const secret = temporaryFolder({ key: 'of nobody’s business' });
    const { files } = await kept((folder) => {
      rmSync(folder, { recursive: true });
      symlinkSync(secret, folder);
    });
    expect(files).toEqual([]);
    expect(readdirSync(secret)).toEqual(['key']);
    const again = await kept((folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, '');
    });
    expect(again.files).toEqual([]);
    expect(statSync(again.folder).isDirectory()).toBe(true);
  });

  it('V2: no link is followed', async () => {
    const secret = temporaryFolder({ 'secret/key': 'of nobody’s business' });
    const { files } = await kept((folder) => {
      symlinkSync(join(secret, 'secret', 'key'), join(folder, 'events.out.tfevents.link'));
      symlinkSync(join(secret, 'secret'), join(folder, 'folder'));
      writeFileSync(join(folder, 'fine'), '');
    });
    expect(files).toEqual(['fine']);
  });
});

it.each([
  ['..', '__'],
  ['', '_'],
  ['a/b\\c', 'a_b_c'],
  ['train:loss-1.2', 'train:loss-1.2'],
])('B1: the name %j becomes %j', (name, safe) => {
  expect(safeName(name)).toBe(safe);
});
