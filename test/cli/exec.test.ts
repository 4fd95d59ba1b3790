// `algorithm-actor exec` as a user types it: no server, files on the disk, results on stdout, and an exit code that tells.

import { describe, expect, it } from 'vitest';
import { ADD, project, untilSaid, WAIT } from '#test/support/projects';

const SUM = 'name: sum\nnodes: [{nodeName: a, algorithmName: add, input: ["@flowInput.numbers"]}]';
const BATCH = 'name: batch\nnodes: [{nodeName: a, algorithmName: add, input: ["#[1...3]"]}]\nflowInput: {}';
const WAITING = 'name: waiting\nnodes: [{nodeName: w, algorithmName: wait}]';

describe('exec', () => {
  it('runs an algorithm by its file, and prints its result', async () => {
    const { run } = project({ 'add.mjs': ADD });
    const { code, stdout, stderr } = await run('exec', 'algorithm', './add.mjs', '--input', '[1, 2]');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NODE +BATCH +RESULT\nadd +3\n$/);
    expect(stderr).toMatch(/^run \w{12}\nrun \w{12} completed, [\d.]+ s\n$/);
  });

  it('runs a pipeline from stdin, its flowInput from a file, and prints its document', async () => {
    const { runWith } = project({ 'algorithms/add.mjs': ADD, 'input.yml': 'numbers: [4, 5]' });
    const given = ['exec', 'raw', '-f', '-', '--flow-input', '@input.yml', '--json'];
    const { code, stdout } = await runWith(SUM, ...given);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      pipeline: 'sum',
      status: 'completed',
      data: [{ nodeName: 'a', algorithmName: 'add', result: 9 }],
    });
  });

  it('runs a stored pipeline beside a broken one, and prints a row an item', async () => {
    const { run } = project({ 'algorithms/add.mjs': ADD, 'pipelines/b.yml': BATCH, 'pipelines/broken.yml': 'name: [' });
    const { code, stdout } = await run('exec', 'stored', 'batch');
    expect(code).toBe(0);
    expect(stdout).toMatch(/a +1 +"?1"?\na +2 +"?2"?\na +3 +"?3"?\n$/);
  });

  it('ends with 1 and the words of what has failed', async () => {
    const { run } = project({ 'fail.mjs': "export const start = () => { throw new Error('no model'); };" });
    const { code, stdout, stderr } = await run('exec', 'algorithm', 'fail');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/failed, [\d.]+ s\nnode "fail": no model\n$/);
  });

  it('ends with 5 when its time is over, by the pipeline or by --timeout', async () => {
    const { run } = project({ 'wait.mjs': WAIT, 'w.yml': `${WAITING}\noptions: {ttl: 1}` });
    const [byPipeline, byOption] = await Promise.all([
      run('exec', 'raw', '-f', 'w.yml'),
      run('exec', 'algorithm', 'wait', '--timeout', '1', '--json'),
    ]);
    expect(byPipeline).toMatchObject({ code: 5, stderr: expect.stringContaining('stopped: pipeline expired') });
    expect(byOption.code).toBe(5);
    expect(JSON.parse(byOption.stdout)).toMatchObject({ status: 'stopped', reason: 'timed out after 1 s' });
  });

  it('is stopped cleanly by Ctrl-C, ends with 130, and leaves the run as stopped', async () => {
    const { start, run } = project({ 'wait.mjs': WAIT });
    const running = start('exec', 'algorithm', 'wait', '--verbose');
    await untilSaid(running, 'begun');
    running.process.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expect(running.stderr()).toContain('stopped: stopped by SIGINT');
    expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject([{ pipeline: 'wait', status: 'stopped' }]);
  });

  it('ends at once at the second Ctrl-C, and no algorithm is left', async () => {
    const { start } = project({
      'stubborn.mjs': "export const start = () => { console.error('pid', process.pid); while (true); };",
    });
    const running = start('exec', 'algorithm', 'stubborn', '--verbose');
    await untilSaid(running, /pid \d+/);
    const pid = Number(/pid (\d+)/.exec(running.stderr())?.[1]);
    running.process.kill('SIGINT');
    await untilSaid(running, 'once more ends it at once');
    running.process.kill('SIGINT');
    expect(await running.exited).toBe(130);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it('with --json --watch writes a line for each change, and the document last', async () => {
    const { run } = project({ 'add.mjs': ADD, 'b.yml': BATCH });
    const { stdout } = await run('exec', 'raw', '-f', 'b.yml', '--json', '--watch');
    const lines: { status: string }[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ status: 'completed', data: [{ batchIndex: 1 }, {}, {}] });
    expect(lines.length).toBeGreaterThan(1);
  });

  const files = {
    'add.mjs': ADD,
    'sum.yml': SUM,
    'cycle.yml':
      'name: c\nnodes: [{nodeName: a, algorithmName: add, input: ["@b"]}, {nodeName: b, algorithmName: add, input: ["@a"]}]',
    'schema.yml': 'name: s\nnodes: [{nodeName: 5}]',
    'crunch/algorithm.yml': 'name: crunch\nenv: ruby',
    'dance/algorithm.yml': 'name: dancer\nentryPoint: nope.js',
  };
  it.each<[args: string[], words: string[]]>([
    [['exec', 'algorithm', 'nope'], ['algorithm nope Not Found (known are add']],
    [['exec', 'algorithm', 'crunch'], ['crunch/algorithm.yml: env: should be equal to one of']],
    [['exec', 'algorithm', './nope.mjs'], ['nope.mjs: no such file; give an algorithm.yml']],
    [
      ['exec', 'algorithm', 'dancer'],
      ['dance/algorithm.yml: code.entryPoint', 'no such file'],
    ],
    [['constructor'], ["unknown command 'constructor'"]],
    [['exec', 'algorithm'], ['give a name, or a file (-f) that has one']],
    [
      ['exec', 'algorithm', 'add', '--input', 'hello'],
      ['Expected JSON', 'Text needs its quotes'],
    ],
    [['exec', 'algorithm', 'add', '--input', '@no.json'], ['no.json: cannot be read']],
    [['exec', 'algorithm', 'add', '--no-wait'], ['--no-wait needs a server']],
    [['exec', 'algorithm', 'add', '--workers', '0'], ['expected 1 or more']],
    [
      ['exec', 'algorithm', 'add', '--algorithms', 'nowhere'],
      ['nowhere: the folder cannot be read', 'Give another folder'],
    ],
    [['exec', 'stored', 'nope'], ['pipeline nope Not Found (stored are c, sum)']],
    [
      ['exec', 'stored', 's'],
      ['schema.yml: nodes.0.nodeName', 'please provide algorithm name'],
    ],
    [['exec', 'raw', '-f', 'no.yml'], ['no.yml: cannot be read']],
    [['exec', 'raw', '-f', 'schema.yml'], ['schema.yml: nodes.0.nodeName: expected']],
    [
      ['exec', 'raw', '-f', 'sum.yml'],
      ['sum.yml:', 'unable to find flowInput.numbers', '--flow-input \'{"numbers": …}\''],
    ],
    [
      ['exec', 'raw', '-f', 'cycle.yml'],
      ['cycle.yml:', 'cyclic nodes are not allowed', '(a -> b -> a)'],
    ],
    [['exec', 'raw', '-f', 'sum.yml', '--flow-input', '[]'], ['Expected a JSON object']],
    [['exec', 'raw', '-f', 'sum.yml', '--endpoint', 'http://127.0.0.1:1'], ['no HKube answers']],
  ])('%j ends with words, and nothing on stdout', async (args, words) => {
    const { code, stdout, stderr } = await project(files).run(...args);
    for (const word of words) expect(stderr).toContain(word);
    expect({ code, stdout }).toEqual({ code: args.includes('--endpoint') ? 4 : 2, stdout: '' });
  });

  it('is not ended by a reader who has seen enough', async () => {
    const here = project({ 'much.mjs': "export const start = () => 'x'.repeat(5_000_000);" });
    const running = here.start('exec', 'algorithm', 'much', '--json');
    await expect.poll(running.stdout, { timeout: 10_000 }).not.toBe('');
    running.process.stdout?.destroy();
    expect(await running.exited).toBe(0);
    expect(running.stderr()).not.toContain('EPIPE');
  });

  it('takes as long as --timeout says, however long that is', async () => {
    const { run } = project({ 'add.mjs': ADD });
    expect(await run('exec', 'algorithm', 'add', '--timeout', '3000000')).toMatchObject({ code: 0 });
  });

  it('reads no data that lies beside the algorithms', async () => {
    const { run } = project({ 'add.mjs': ADD, 'data.json': `[${'1,'.repeat(4_000_000)}1]` });
    expect(await run('exec', 'algorithm', 'add', '--timeout', '20')).toMatchObject({ code: 0 });
  });

  it('teaches with --help', async () => {
    const { stdout } = await project({}).run('exec', '--help');
    expect(stdout).toContain('exec algorithm ./hello.ts --input \'["world"]\'');
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
