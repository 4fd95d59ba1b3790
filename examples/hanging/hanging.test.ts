import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { run, shownIn } from '#test/support/readme';
import { temporaryFolder } from '#test/support/temporary';
import { waitingIn } from './waiting.js';

const here = import.meta.dirname;
const commands = shownIn(here);

/** The command of the README in which this stands. */
function shown(words: string): { readonly command: string; readonly output: string } {
  const found = commands.find(({ command }) => command.includes(words));
  if (!found) throw new RangeError(`the README shows no ${words}`);
  return found;
}

interface Started {
  readonly process: ChildProcess;
  /** What it has printed, on a terminal. */
  readonly printed: () => string;
}

/** Starts a command of the README by what was built, its recording in this file. */
function start(words: string, recording: string, more = ''): Started {
  const { command } = shown(words);
  const built = command
    .replace('npx --prefix ../.. algorithm-actor', '"$NODE" "$CLI"')
    .replace('hang.jsonl', '"$FILE"');
  const process = spawn('sh', ['-c', `exec ${built} ${more}`], {
    cwd: here,
    env: {
      ...globalThis.process.env,
      NODE: globalThis.process.execPath,
      CLI: join(here, '../../dist/cli.js'),
      FILE: recording,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void process.kill('SIGKILL'));
  let printed = '';
  for (const stream of [process.stdout, process.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return { process, printed: () => printed };
}

it('hangs with one worker each, and one sees who waits for whom; and so does the recording', async () => {
  const file = join(temporaryFolder(), 'hang.jsonl');
  const { process, printed } = start('--workers 1', file, `--workers-port 0 --state "${temporaryFolder()}"`);
  const exited = once(process, 'close');
  const expected = shown('waiting.ts').output.trim().split('\n');
  const seen = async () => waitingIn(await readFile(file, 'utf8').catch(() => ''));
  await vi.waitFor(async () => expect((await seen()).toSorted()).toEqual(expected.toSorted()), { timeout: 20_000 });

  const link = /^inspector: (\S+)$/m.exec(printed())?.[1] ?? '';
  const served = await fetch(link.replace('/?', '/recording.jsonl?'));
  expect(waitingIn(await served.text()).toSorted()).toEqual(expected.toSorted());
  expect((await fetch(new URL('/recording.jsonl', link))).status).toBe(401);

  process.kill('SIGINT');
  expect(await exited).toEqual([130, null]);
  expect(waitingIn(await readFile(file, 'utf8'))).toEqual([]);

  const replay = start('algorithm-actor replay', file);
  expect(await once(replay.process, 'close')).toEqual([0, null]);
  expect(replay.printed()).toBe(shown('algorithm-actor replay').output);

  const inspect = start('algorithm-actor inspect', file, '--port 0');
  const page = await vi.waitFor(
    () => /inspector: (\S+)/.exec(inspect.printed())?.[1] ?? expect.fail('no link'),
    10_000,
  );
  expect((await fetch(page)).status).toBe(200);
});

it('ends with two', async () => {
  const { command, output } = shown('--workers 2');
  const ran = await run(here, command);
  expect(ran.code).toBe(0);
  expect(ran.printed.split('\n').slice(-4).join('\n')).toBe(output);
});
