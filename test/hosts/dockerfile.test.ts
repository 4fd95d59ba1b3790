// The image of an algorithm in Python, built without Docker: what its Dockerfile runs of Python is run, and then what the image runs.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeWorker } from '#test/support/fake-worker';
import { buildImage, inStage } from '#test/support/image';
import { project } from '#test/support/projects';
import { temporaryFolder } from '#test/support/temporary';

const built = fileURLToPath(new URL('../../.test-build/cli.js', import.meta.url));

it('an image of what `new` has written in Python runs in an environment of its own, and leaves on SIGTERM', async () => {
  const here = project({});
  await here.run('new', 'count-words', '--env', 'python');
  writeFileSync(
    here.path('count-words/main.py'),
    `import sys\n${readFileSync(here.path('count-words/main.py'), 'utf8')}\ndef init(args): print(sys.prefix)\n`,
  );
  expect(await here.run('dockerfile', 'count-words')).toMatchObject({ code: 0 });
  const { image, stages } = buildImage({
    context: here.path('count-words'),
    into: temporaryFolder(),
    run: (command, stage) => {
      if (command.startsWith('apt-get')) return;
      const cwd = join(stage.root, stage.workdir);
      if (!command.startsWith('npm ')) return void execFileSync('sh', ['-c', inStage(command, stage)], { cwd });
      mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
      symlinkSync(built, join(cwd, 'node_modules/.bin/algorithm-actor'));
    },
  });
  expect(stages.map(({ base }) => base)).toEqual(['node:26-slim', 'python:3.13', 'python:3.13-slim']);
  expect(image.user).toBe('1000:1000');

  const worker = await startFakeWorker();
  onTestFinished(() => worker.close());
  const [program = '', ...args] = image.entrypoint.map((one) => inStage(one, image));
  const child = spawn(program, args, {
    cwd: join(image.root, image.workdir),
    env: { PATH: process.env.PATH, ...image.env, WORKER_SOCKET_URL: worker.url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stderr.on('data', (text: Buffer) => (printed += text.toString()));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const connection = await worker.connection();
  await connection.begin({ input: ['to be or not to be', 1] });
  expect((await connection.next('done')).data).toEqual([{ word: 'to', times: 2 }]);
  expect(printed).toContain(join(image.root, 'app/venv'));
  child.kill('SIGTERM');
  expect(await exited).toBe(143);
  expect(worker.faults).toEqual([]);
});
