// Runs that outlive their process: kept in a folder, found again, and failed with words where nobody can end them any more.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalHKube } from '#local-hkube/create-local-hkube';
import { keepLog, launchInProcess } from '#test/support/in-process';
import { add, gate, node, startHKube } from '#test/support/local-hkube';
import { temporaryFolder } from '#test/support/temporary';

const sum = { name: 'sum', nodes: [node('a', 'add', 1, 2)] };

describe('a run', () => {
  it('is on the disk when it is reported as over (J1), and found again by the next local HKube', async () => {
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ add }, { stateDir });
    const document = await hkube.runRaw(sum).done;
    const kept: unknown = JSON.parse(readFileSync(join(stateDir, 'runs', document.jobId, 'end.json'), 'utf8'));
    expect(kept).toMatchObject({ document });
    const next = (await startHKube({ add }, { stateDir })).hkube;
    expect(await next.result(document.jobId)).toEqual(document);
    expect(await next.status(document.jobId)).toMatchObject({
      status: 'completed',
      data: { progress: 100, details: '100% completed, 1 succeed' },
    });
    expect(await next.graph(document.jobId)).toMatchObject({ nodes: [{ nodeName: 'a', status: 'succeed' }] });
    expect(await next.runs()).toMatchObject([{ jobId: document.jobId, pipeline: 'sum', status: 'completed' }]);
  });

  it('can be asked for while it is on its way, without its result', async () => {
    const { handlers, begun, open } = gate();
    const { hkube } = await startHKube({ wait: handlers }, { stateDir: temporaryFolder() });
    const { jobId, done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'wait', '#[1...3]')] });
    await begun;
    expect(await hkube.status(jobId)).toMatchObject({ status: 'active', level: 'debug' });
    expect(await hkube.graph(jobId)).toMatchObject({
      nodes: [{ nodeName: 'a', status: null, batchInfo: { idle: 2, running: 1, completed: 0, errors: 0, total: 3 } }],
      edges: [],
    });
    expect(await hkube.runs()).toMatchObject([{ jobId, status: 'active' }]);
    await expect(hkube.result(jobId)).rejects.toThrow(
      'unable to get results for pipeline p because its in active status',
    );
    open();
    await done;
    expect(await hkube.runs()).toMatchObject([{ jobId, status: 'completed' }]);
  });

  it('that is not known is not found', async () => {
    const { hkube } = await startHKube({ add }, { stateDir: temporaryFolder() });
    // One after the other: a rejection that nobody awaits yet ends the run of all tests.
    for (const ask of [hkube.status, hkube.result, hkube.graph])
      await expect(ask('nope')).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'job nope Not Found' });
    expect(() => hkube.stopRun('nope')).toThrow('No jobs found matching criteria');
  });

  it('without a folder is remembered as long as this local HKube lives', async () => {
    const { hkube } = await startHKube({ add });
    const document = await hkube.runRaw(sum).done;
    expect(await hkube.result(document.jobId)).toEqual(document);
    expect(await hkube.runs()).toMatchObject([{ jobId: document.jobId, status: 'completed' }]);
  });

  it('of a sub-pipeline is no run of its own in the list', async () => {
    const { hkube } = await startHKube({
      add,
      ask: { start: (_, api) => api.startRawSubPipeline({ name: 'below', nodes: [node('b', 'add', 1)] }) },
    });
    const { jobId, done } = hkube.runRaw({ name: 'above', nodes: [node('a', 'ask')] });
    await done;
    expect(await hkube.runs()).toMatchObject([{ jobId, pipeline: 'above' }]);
  });

  it('whose process was killed has failed, and says so; what had ended has not changed (J2)', async () => {
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ add }, { stateDir });
    const { jobId } = await hkube.runRaw(sum).done;
    const place = join(stateDir, 'runs', jobId, 'run.json');
    const record = JSON.parse(readFileSync(place, 'utf8'));
    const other = join(stateDir, 'runs', 'killedkilled');
    mkdirSync(other);
    const gone = {
      ...record,
      jobId: 'killedkilled',
      status: 'active',
      startTime: 1,
      owner: { pid: await deadPid(), birth: null, process: 'x' },
    };
    writeFileSync(join(other, 'run.json'), JSON.stringify(gone));
    // What is not ours is passed over.
    mkdirSync(join(stateDir, 'runs', 'foreign'));
    writeFileSync(join(stateDir, 'runs', 'foreign', 'run.json'), '{"jobId":');

    const next = (await startHKube({ add }, { stateDir })).hkube;
    expect(await next.runs()).toMatchObject([{ status: 'completed' }, { jobId: 'killedkilled', status: 'failed' }]);
    expect(await next.result('killedkilled')).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/local HKube \(process \d+\) was ended while this run was on its way/),
    });
    expect(await next.result(jobId)).toMatchObject({ status: 'completed', data: [{ result: 3 }] });
  });

  it('whose id was told is in the list, whatever happens next', async () => {
    const stateDir = temporaryFolder();
    const { handlers } = gate();
    const { hkube } = await startHKube({ wait: handlers }, { stateDir });
    const run = hkube.runRaw({ name: 'p', nodes: [node('a', 'wait')] });
    await run.listed;
    const record: unknown = JSON.parse(readFileSync(join(stateDir, 'runs', run.jobId, 'run.json'), 'utf8'));
    expect(record).toMatchObject({ jobId: run.jobId, status: 'active', owner: { pid: process.pid } });
  });

  it('of a process whose number has come again has failed', async () => {
    const stateDir = temporaryFolder();
    const owner = { pid: process.ppid, birth: 'before the last boot', process: 'x' };
    const record = { jobId: 'gone', pipeline: 'p', status: 'active', startTime: 1, owner };
    mkdirSync(join(stateDir, 'runs', 'gone'), { recursive: true });
    writeFileSync(join(stateDir, 'runs', 'gone', 'run.json'), JSON.stringify(record));
    const { hkube } = await startHKube({ add }, { stateDir });
    const isTold = process.platform === 'linux';
    expect(await hkube.runs()).toMatchObject([{ jobId: 'gone', status: isTold ? 'failed' : 'active' }]);
  });

  it('whose result was cut by something else says so, and is not asked for by a path', async () => {
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ add }, { stateDir });
    const { jobId } = await hkube.runRaw(sum).done;
    writeFileSync(join(stateDir, 'runs', jobId, 'end.json'), '{"document":');
    const next = (await startHKube({ add }, { stateDir })).hkube;
    expect(await next.result(jobId)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('its result cannot be read any more'),
    });
    await expect(next.status(`../runs/${jobId}`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that is over makes room for newer ones (J3)', async () => {
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ add }, { stateDir });
    for (let count = 0; count < 5; count++) await hkube.runRaw(sum).done;
    const next = (await startHKube({ add }, { stateDir, keepRuns: 2 })).hkube;
    expect(readdirSync(join(stateDir, 'runs'))).toHaveLength(2);
    for (let count = 0; count < 100; count++) await next.runRaw(sum).done;
    await expect.poll(() => readdirSync(join(stateDir, 'runs')).length).toBeLessThan(10);
  });
});

describe('a folder', () => {
  it('that cannot be written to is an error at once, with its path', async () => {
    const folder = temporaryFolder({ file: 'not a folder' });
    const hkube = createLocalHKube({
      algorithms: { add: { entry: 'add' } },
      launch: launchInProcess({ add }).launch,
      ports: { workers: 0 },
      logger: keepLog(),
      stateDir: join(folder, 'file'),
    });
    await expect(hkube.start()).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringMatching(/file\/runs: runs cannot be kept there: .*Give a folder/),
    });
  });

  it('that goes away costs no run its result, and is said', async () => {
    const stateDir = temporaryFolder();
    const { hkube, logger } = await startHKube({ add }, { stateDir });
    rmSync(join(stateDir, 'runs'), { recursive: true });
    writeFileSync(join(stateDir, 'runs'), 'in the way');
    const document = await hkube.runRaw(sum).done;
    expect(document).toMatchObject({ status: 'completed' });
    expect(logger.lines.join()).toContain(`run ${document.jobId} could not be kept in ${join(stateDir, 'runs')}`);
    expect(await hkube.result(document.jobId)).toEqual(document);
    expect(await hkube.runs()).toMatchObject([{ jobId: document.jobId, status: 'completed' }]);
  });
});

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}
