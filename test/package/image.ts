// The image of an algorithm, built without Docker: what its Dockerfile has npm do is done, and what the image runs is run, as somebody
// else's process would be, against a worker.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startFakeWorker } from '#test/support/fake-worker';
import { buildImage, inStage, type Stage } from '#test/support/image';

export interface Installed {
  /** An empty folder. */
  readonly folder: string;
  /** The package, packed. */
  readonly tarball: string;
  /** Its command. */
  readonly bin: string;
}

export interface RunImage {
  /** What came of it, and how it left. */
  readonly task: string;
  readonly packages: readonly string[];
}

/** `new`, installation, `dockerfile`, build, and one task. */
export async function runImage({ folder, tarball, bin }: Installed): Promise<RunImage> {
  const context = join(folder, 'count-words');
  const run = (file: string, ...args: string[]): string => execFileSync(file, args, { cwd: context, encoding: 'utf8' });
  execFileSync(bin, ['new', 'count-words', '--dir', folder]);
  // What is installed in the image has to lie in its context, or in a registry.
  copyFileSync(tarball, join(context, basename(tarball)));
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', `./${basename(tarball)}`);
  run(bin, 'dockerfile');
  const into = join(folder, 'image');
  mkdirSync(into);
  const { image } = buildImage({
    context,
    into,
    run: (command, stage) => {
      const cwd = join(stage.root, stage.workdir);
      execFileSync('sh', ['-c', inStage(command, stage)], { cwd, stdio: 'ignore' });
    },
  });
  return { task: JSON.stringify(await serve(image)), packages: readdirSync(join(image.root, 'app/node_modules')) };
}

async function serve(image: Stage): Promise<object> {
  const worker = await startFakeWorker();
  const [program = '', ...args] = image.entrypoint.map((one) => inStage(one, image));
  const child = spawn(program, args, {
    cwd: join(image.root, image.workdir),
    env: { PATH: process.env.PATH, ...image.env, WORKER_SOCKET_PORT: String(worker.port), HKUBE_LOG_LEVEL: 'error' },
    stdio: 'inherit',
  });
  try {
    const exited = once(child, 'exit');
    const connection = await worker.connection();
    await connection.begin({ input: ['to be or not to be', 1] });
    const { data } = await connection.next('done');
    child.kill('SIGTERM');
    const [code] = await exited;
    return { data, code, faults: worker.faults };
  } finally {
    child.kill('SIGKILL');
    await worker.close();
  }
}
