// The handlers of Python: the same behaviour as in JavaScript, and what only Python has.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectEntry } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';
import { describeHost } from '#test/support/host-behaviour';
import { fixture } from '#test/support/hosts';

const entry = fixture('every_call.py');

describeHost({
  name: 'a Python process',
  entry,
  throwsAt: /every_call\.py", line 50, in start/,
  unencodable: /every_call\.py:40: .*result\.rows\[0\]\.id is a set; make it a list/,
  ends: 'process',
  seesSignal: true,
});

async function run(input: readonly unknown[], python?: string) {
  const algorithm = await connectEntry({ entry, ...(python !== undefined && { python }) });
  await algorithm.connection.begin({ input });
  return algorithm;
}

/** A folder of files, gone after the test. */
function project(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'algorithm-actor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function failureOf(
  files: Readonly<Record<string, string | Buffer>>,
  options: { python?: string } = {},
): Promise<unknown> {
  const algorithm = await connectEntry({ entry: join(project({ 'main.py': '', ...files }), 'main.py'), ...options });
  algorithm.connection.send('initialize', taskOf());
  return (await algorithm.connection.next('errorMessage')).error;
}

async function resultOf(files: Readonly<Record<string, string>>, main = 'main.py', input: readonly unknown[] = []) {
  const algorithm = await connectEntry({ entry: join(project(files), main) });
  await algorithm.connection.begin({ input });
  return (await algorithm.connection.next('done')).data;
}

describe('a result', () => {
  it.each([
    ['bytes', /result\.image is bytes; JSON carries text only/],
    ['surrogate', /result\.names\[1\] is text that UTF-8 cannot carry/],
    ['cycle', /result\[0\] is a reference back to what contains it/],
  ])('of %s fails with file, line and path', async (mode, words) => {
    const { connection } = await run([mode]);
    expect((await connection.next('errorMessage')).error).toMatchObject({
      code: 'NOT_ENCODABLE',
      message: expect.stringMatching(new RegExp(`every_call\\.py:40: .*${words.source}`)),
    });
  });

  it('of numbers that are none has null for them, and a warning', async () => {
    const { connection, logs } = await run(['not a number']);
    expect((await connection.next('done')).data).toEqual({ loss: null, rows: [1, null] });
    expect(logs.join('\n')).toContain('JSON has null for it');
  });
});

describe('a handler', () => {
  it.each([
    ['sys.exit', /called sys\.exit\(3\)/],
    ['not built', /getDataSource is not built yet/],
    ['tags that cannot travel', /NOT_ENCODABLE|tags\.big is a set/],
    ['print a surrogate', /UnicodeEncodeError/],
  ])('that does %s fails with words, and its process lives on', async (mode, words) => {
    const { connection } = await run([mode]);
    expect((await connection.next('errorMessage')).error).toMatchObject({ message: expect.stringMatching(words) });
    await connection.begin({ input: ['task'], taskId: 'second' });
    expect((await connection.next('done')).data).toMatchObject({ initialized: 2 });
  });

  it.each([
    ['abort', /ended by SIGABRT.*every_call\.py", line \d+ in start/s],
    ['segfault', /ended by SIGSEGV.*every_call\.py", line \d+ in start/s],
    ['say garbage', /said what cannot be understood \("garbage /],
  ])('that does %s crashes with words that say where', async (mode, words) => {
    const { connection } = await run([mode]);
    expect((await connection.next('errorMessage')).error).toMatchObject({
      code: 'HANDLER_CRASHED',
      message: expect.stringMatching(words),
    });
    await connection.begin({ input: ['echo', 1], taskId: 'second' });
    expect((await connection.next('done')).data).toBe(1);
  });

  it('prints into the log, text or not', async () => {
    const printed = await run(['print']);
    await printed.connection.next('done');
    await expect.poll(() => printed.logs).toContain('info printed');
    const bytes = await run(['print bytes']);
    await bytes.connection.next('done');
    await expect.poll(() => bytes.logs.join('\n')).toContain('not text');
  });

  it('awaits a sub-pipeline in async code', async () => {
    const { connection } = await run(['awaited', 7]);
    const { data } = await connection.next('startStoredSubPipeline');
    connection.send('subPipelineDone', { subPipelineId: Reflect.get(Object(data), 'subPipelineId'), response: [7] });
    expect((await connection.next('done')).data).toEqual([7]);
  });

  it('may be async: its hooks share one event loop, and a stop cancels what it awaits', async () => {
    const main = `
import asyncio
loops = []
async def init(args):
    loops.append(asyncio.get_running_loop())
async def start(args, hkube_api):
    loops.append(asyncio.get_running_loop())
    if args['input']:
        return loops[0] is loops[1]
    hkube_api.progress('waiting')
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        hkube_api.log.info('cancelled')
        raise
async def stop(data, hkube_api):
    await asyncio.sleep(0.05)
    hkube_api.log.info(f'hook in the same loop: {asyncio.get_running_loop() is loops[0]}')
`;
    expect(await resultOf({ 'main.py': main }, 'main.py', [1])).toBe(true);
    const { connection, logs } = await connectEntry({ entry: project({ 'main.py': main }) });
    await connection.begin();
    await connection.next('progress');
    connection.send('stop');
    await connection.next('stopped');
    expect(logs).toContain('info cancelled');
    expect(logs.join('\n')).toContain('hook in the same loop');
  });
});

describe('an entry', () => {
  it('may take the task alone, have hooks of any arity, and be methods', async () => {
    expect(await resultOf({ 'main.py': 'def start(args):\n    return args["input"]' }, 'main.py', [1])).toEqual([1]);
    const bound =
      'class A:\n    def start(self, args, api):\n        return 5\nstart = A().start\ndef init(args): pass\ndef exit(): pass';
    expect(await resultOf({ 'main.py': bound })).toBe(5);
    expect(await resultOf({ 'main.py': 'def start(*args, **more):\n    return len(args)' })).toBe(2);
  });

  it('imports its neighbours, its packages by relative names, and from the folder of its requirements', async () => {
    expect(await resultOf({ 'main.py': 'from near import start', 'near.py': 'def start(args): return "near"' })).toBe(
      'near',
    );
    const packaged = {
      'alg/__init__.py': '',
      'alg/main.py':
        'from .inner import value\nfrom alg.inner import value as same\ndef start(args): return value + same',
      'alg/inner.py': 'value = "p"',
    };
    expect(await resultOf(packaged, 'alg/main.py')).toBe('pp');
    const rooted = {
      'requirements.txt': '',
      'src/main.py': 'from lib.tools import value\nfrom . import beside\ndef start(args): return value + beside.value',
      'src/beside.py': 'value = "!"',
      'lib/tools.py': 'value = "root"',
    };
    expect(await resultOf(rooted, 'src/main.py')).toBe('root!');
  });

  it('is not disturbed by our modules, nor by a name of the standard library', async () => {
    const files = {
      'json_.py': '',
      'calls.py': 'value = "mine"',
      'main.py': 'import calls\ndef start(args): return calls.value',
    };
    expect(await resultOf(files)).toBe('mine');
    expect(await resultOf({ 'queue.py': 'def start(args): return "queue"' }, 'queue.py')).toBe('queue');
  });

  it.each([
    ['def start(args:\n    pass', /main\.py:1: SyntaxError: /],
    [
      'x = 1\n\nimport nothing_like_this\ndef start(args): pass',
      /main\.py:3: ModuleNotFoundError: .*nothing_like_this.* \(by .*python/,
    ],
    ['def begin(args): pass', /main\.py: no function `start`/],
    ['start = 5', /main\.py: `start` is no function but a int/],
    [
      '\ndef start(): pass',
      /main\.py:2: `start` takes 0 arguments\. It is called as start\(args\) or start\(args, hkube_api\)/,
    ],
    ['def start(a, b, c): pass', /main\.py:1: `start` takes 3 arguments/],
    ['def start(args): pass\ndef stop(a, b, c): pass', /main\.py:2: `stop` takes 3 arguments/],
    ['def start(args): pass\ndef init(a): pass\ndef initialize(a): pass', /two names of the same handler/],
    ['raise ValueError("no model file")', /main\.py:1: ValueError: no model file/],
    ['import sys\nsys.exit(7)', /main\.py:2: The handler called sys\.exit\(7\)/],
    ['import os\nos._exit(7)', /while it was being loaded, its process ended with exit code 7/],
  ])('%j fails its tasks with words', async (main, words) => {
    expect(await failureOf({ 'main.py': main })).toMatchObject({
      code: 'INVALID_ENTRY',
      message: expect.stringMatching(words),
    });
  });

  it('that is not UTF-8 fails its tasks with file and line', async () => {
    const latin = Buffer.from('x = 1\nname = "\xe9"\ndef start(args): pass', 'latin1');
    expect(await failureOf({ 'main.py': latin })).toMatchObject({ message: expect.stringMatching(/main\.py.*utf-8/i) });
  });

  it('names the requirements that are not installed', async () => {
    const files = { 'main.py': 'import torch_of_nobody\ndef start(args): pass', 'requirements.txt': 'torch_of_nobody' };
    expect(await failureOf(files)).toMatchObject({
      message: expect.stringMatching(/Install .*requirements\.txt: python3 -m venv/),
    });
  });
});

describe('an interpreter', () => {
  it('that is not there fails the tasks with words', async () => {
    const failure = await failureOf({ 'main.py': 'def start(args): pass' }, { python: 'python-of-nobody' });
    expect(failure).toMatchObject({
      message: expect.stringMatching(/could not be started \(spawn python-of-nobody ENOENT\)/),
    });
  });

  it('is the virtual environment beside the requirements, or the one that is named', async () => {
    const files = {
      'requirements.txt': 'only_here',
      'src/main.py': 'import only_here\ndef start(args): return only_here.value',
    };
    const folder = project(files);
    for (const name of ['.venv', 'named']) {
      execFileSync('python3', ['-m', 'venv', '--without-pip', join(folder, name)]);
      const site = execFileSync(join(folder, name, 'bin/python'), [
        '-c',
        'import site; print(site.getsitepackages()[0])',
      ]);
      writeFileSync(join(site.toString().trim(), 'only_here.py'), `value = "${name}"`);
    }
    for (const [python, value] of [
      [undefined, '.venv'],
      [join(folder, 'named'), 'named'],
    ] as const) {
      const { connection } = await connectEntry({ entry: join(folder, 'src/main.py'), ...(python && { python }) });
      await connection.begin();
      expect((await connection.next('done')).data).toBe(value);
    }
  });
});

it('speaks json to a wire of bson: text and numbers arrive as they were', async () => {
  const given = { text: 'é', list: [1, 2.5, null, true] };
  const { connection } = await connectEntry({ entry, encoding: 'bson' });
  await connection.begin({ input: ['echo', given] });
  expect((await connection.next('done')).data).toEqual(given);
});
