// Installs the official wrapper beside the benchmark. Its native module wants a download that closed networks refuse, so it is
// built against the system's library; where that cannot be, the benchmark goes on without it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const peers = fileURLToPath(new URL('peers', import.meta.url));
const zeromq = `${peers}/node_modules/zeromq`;

function run(command: string, args: readonly string[], cwd: string): boolean {
  return spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0;
}

/** True if the official wrapper can be measured; otherwise it has been said why not. */
export function installOfficial(): Promise<boolean> {
  const say = (words: string) => void process.stderr.write(`${words}\n`);
  if (!existsSync(`${peers}/node_modules/@hkube/nodejs-wrapper`)) {
    say('Installing the official wrapper …');
    if (!run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], peers)) {
      say('The official wrapper cannot be installed from here: going on without it.');
      return Promise.resolve(false);
    }
  }
  if (!existsSync(`${zeromq}/build/Release/zmq.node`)) {
    say('Building its native module …');
    const nodedir = dirname(dirname(process.execPath));
    if (!run('npx', ['--yes', 'node-gyp', 'rebuild', '--zmq_external=true', `--nodedir=${nodedir}`], zeromq)) {
      say(
        'Its native module cannot be built (Debian: apt install libzmq3-dev pkg-config g++ make): going on without it.',
      );
      return Promise.resolve(false);
    }
  }
  return Promise.resolve(true);
}
