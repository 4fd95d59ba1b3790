// `algorithm-actor replay <recording>`: what a worker said then is said to the algorithm of today, and the first answer that differs
// is shown.

import type { Command } from 'commander';
import { RuntimeError } from '#errors';
import { ExitCode } from '#cli/exit-code';
import { wholeNumber } from '#cli/inputs';
import { printJson, say } from '#cli/print';
import { naming, readRecordingFile, sayProblems } from '#cli/read-recording';
import type { Difference } from '#replay/compare';
import type { Replayed } from '#replay/replay';

interface ReplayCommandOptions {
  readonly entry: string;
  readonly actor?: string;
  readonly python?: string;
  readonly timeout?: number;
  readonly json?: true;
}

export function add(program: Command): void {
  program
    .command('replay')
    .description('play the worker’s side of a recording to the algorithm of today, and show where it answers otherwise')
    .argument('<recording>', 'what --record has written, or the page has saved')
    .requiredOption('--entry <entry>', 'the algorithm, as run takes it')
    .option('--actor <id>', 'whose conversation, where there are several: an actor, or a worker such as hello-1')
    .option('--python <path>', 'the interpreter, or the folder of its virtual environment')
    .option('--timeout <seconds>', 'how long one message is waited for; default 30 and what it took then', wholeNumber)
    .option('--json', 'print one object')
    .addHelpText(
      'after',
      `
Not compared are heartbeats, stacks, the ids of sub-pipelines and executions, and of progress all but the last report.

Exit codes: 0 the same · 1 it differs · 2 the recording cannot be played · 5 a message did not come in time

Examples:
  $ algorithm-actor dev ./hello.ts --input '["world"]' --once --record run.jsonl
  $ algorithm-actor replay run.jsonl --entry ./hello.ts`,
    )
    .action(replayCommand);
}

async function replayCommand(file: string, options: ReplayCommandOptions): Promise<void> {
  const { entry, actor, python, timeout, json } = options;
  const [recording, { conversationOf }, { replay }, { startEntry }] = await Promise.all([
    readRecordingFile(file),
    import('#inspector/conversation'),
    import('#replay/replay'),
    import('#replay/start-entry'),
  ]);
  sayProblems(file, recording);
  try {
    const conversation = conversationOf(recording.frames, actor);
    const replayed = await replay({
      conversation,
      start: (url) => startEntry({ url, entry, python }),
      timeoutMs: timeout === undefined ? undefined : timeout * 1_000,
    });
    if (json) printJson({ ...replayed, actor: conversation.actor });
    else sayReplayed(replayed);
    process.exitCode = exitCodes[replayed.kind];
  } catch (cause) {
    throw cause instanceof RuntimeError && cause.code === 'INVALID_RECORDING' ? naming(file, cause) : cause;
  }
}

const exitCodes = { same: ExitCode.ok, diverged: ExitCode.failed, timedOut: ExitCode.timedOut } as const;

function sayReplayed(replayed: Replayed): void {
  for (const note of replayed.notes) say(`note: ${note}`);
  if (replayed.kind === 'same') return say(`same: ${replayed.same} messages`);
  const { frame, atMs, connection } = replayed.place;
  const where = `at frame ${frame}, ${(atMs / 1_000).toFixed(3)} s, connection ${connection}, after ${replayed.same} messages that are the same`;
  if (replayed.kind === 'timedOut') {
    say(`timed out ${where}: ${replayed.waitedFor} did not come within ${replayed.ms / 1_000} s`);
  } else {
    const { expected, came, differences } = replayed;
    say(`different ${where}`);
    say(`  expected: ${expected ? shown(expected.command, expected.data) : 'nothing more'}`);
    say(`  came:     ${came ? shown(came.command, came.data) : 'nothing: the algorithm left'}`);
    for (const difference of differences) say(`  ${sentence(difference)}`);
  }
  say('before:');
  for (const line of replayed.before) say(`  ${line}`);
}

const LONGEST = 300;

function shown(command: string, data: unknown): string {
  return data === undefined ? command : `${command} ${short(data)}`;
}

function sentence({ path, expected, came }: Difference): string {
  if (expected === undefined) return `${path}: ${short(came)} is new`;
  if (came === undefined) return `${path}: ${short(expected)} is missing`;
  return `${path}: ${short(expected)} → ${short(came)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
