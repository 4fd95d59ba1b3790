// Builds of Python: a virtual environment in the code, filled by pip, and found by whoever runs the entry.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { checkEntry } from '#cli/check-entry';
import { zipBytes } from '#test/support/archive-bytes';
import { filesOf, startBuilder } from '#test/support/builds';

const python = { env: 'python' } as const;
const START = 'def start(args):\n    return args\n';

/** A wheel that is nothing but a module: pip installs it without the network, and without building anything. */
const WHEEL = 'greet-1.0-py3-none-any.whl';
const wheel = zipBytes([
  { name: 'greet.py', content: 'def greet(name):\n    return f"hello {name}"\n' },
  { name: 'greet-1.0.dist-info/METADATA', content: 'Metadata-Version: 2.1\nName: greet\nVersion: 1.0\n' },
  {
    name: 'greet-1.0.dist-info/WHEEL',
    content: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  },
  { name: 'greet-1.0.dist-info/RECORD', content: 'greet.py,,\ngreet-1.0.dist-info/RECORD,,\n' },
]);

describe('a build of Python', () => {
  it('that asks for nothing makes no virtual environment', async () => {
    const { build, builder, folder } = await startBuilder({ commands: { python: ['no-such-program'] } });
    const {
      status,
      result,
      buildId,
      algorithmImage = '',
    } = await build({ 'main.py': START, 'requirements.txt': '# nothing\n\n' }, python);
    expect(status).toBe('completed');
    expect(result?.data).toContain('There is nothing to install');
    expect(builder.runnable(algorithmImage)).toEqual({ folder: join(folder, buildId, 'code'), env: {} });
    expect(filesOf(join(folder, buildId), 'code')).toEqual(expect.arrayContaining(['main.py', 'requirements.txt']));
    expect(existsSync(join(folder, buildId, 'code/.venv'))).toBe(false);
  });

  it('has its packages, also for an entry below, and whoever runs it finds them by its environment', async () => {
    const { build, builder } = await startBuilder();
    const {
      status,
      result,
      error,
      algorithmImage = '',
    } = await build(
      {
        'src/main.py': 'from greet import greet\ndef start(args):\n    return greet(args["input"][0])\n',
        'requirements.txt': `./${WHEEL}\n`,
        [WHEEL]: wheel,
      },
      { ...python, entryPoint: 'src/main.py' },
    );
    expect({ status, error }).toEqual({ status: 'completed', error: null });
    expect(result?.data).toContain('Successfully installed greet-1.0');
    const { folder = '', env = {} } = builder.runnable(algorithmImage) ?? {};
    expect(env).toEqual({ VIRTUAL_ENV: join(folder, '.venv') });
    const lines: string[] = [];
    const checked = await checkEntry(join(folder, 'src/main.py'), {
      variables: env,
      onLine: (line) => lines.push(line),
    });
    expect(checked.failure, lines.join('\n')).toBeNull();
  });

  it('takes no virtual environment from whoever sends the code, nor that of this process', async () => {
    const { build, folder } = await startBuilder();
    vi.stubEnv('VIRTUAL_ENV', '/nowhere');
    try {
      const { buildId, error } = await build(
        {
          'main.py': START,
          'install.sh': 'command -v python > which',
          '.hkubeignore': '!.venv\n',
          '.venv/bin/python': 'x',
        },
        { ...python, dependencyInstallCmd: 'install.sh' },
      );
      expect(error).toBeNull();
      const which = readFileSync(join(folder, buildId, 'code/which'), 'utf8').trim();
      expect(which).toBe(join(folder, buildId, 'code/.venv/bin/python'));
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('a build of Python fails of', () => {
  it.each([
    {
      why: 'a requirement that is not there',
      files: { 'main.py': START, 'requirements.txt': './gone.whl\n' },
      error:
        /^pip install: its process ended with exit code 1\. The log says which requirement it is; correct requirements\.txt/,
      log: /gone\.whl/,
    },
    { why: 'no entry', files: { 'index.py': START }, error: /^no main\.py in the code, which has index\.py/, log: /./ },
    {
      why: 'no start',
      files: { 'main.py': 'def run(args):\n    pass\n' },
      error: /^unable to find mandatory method start: main\.py: no function `start`/,
      log: /./,
    },
    {
      why: 'an import that fails',
      files: { 'main.py': '\nimport left_out\n' },
      error: /^main\.py:2: ModuleNotFoundError: No module named 'left_out'/,
      log: /Traceback[^]*main\.py/,
    },
    {
      why: 'a start that takes nothing',
      files: { 'main.py': 'def start():\n    pass\n' },
      error: /^main\.py:1: `start` takes 0 arguments\. It is called as start\(args\)/,
      log: /./,
    },
  ])('$why', async ({ files, error, log }) => {
    const { build, folder } = await startBuilder();
    const failed = await build(files, python);
    expect(failed.error).toMatch(error);
    expect(failed.result?.data).toMatch(log);
    expect(filesOf(folder, failed.buildId)).toEqual(['archive.zip', 'build.json', 'log.txt']);
  });

  it('a Python that is not installed', async () => {
    const { build } = await startBuilder({ commands: { python: ['no-such-python'] } });
    const { error } = await build({ 'main.py': START, 'requirements.txt': 'x\n' }, python);
    expect(error).toBe(
      'no-such-python -m venv .venv: there is no such program on this machine. Install Python 3.8 or later.',
    );
  });
});
