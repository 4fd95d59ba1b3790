// `algorithm-actor inspect <recording>`: a recording as a page, paused and read-only; or as one file, or as a test.

import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { RuntimeError } from '#errors';
import { fileName, portNumber } from '#cli/inputs';
import { onInterrupt } from '#cli/interrupts';
import { printJson, say } from '#cli/print';
import { naming, readRecordingFile, sayProblems } from '#cli/read-recording';
import type { Recording } from '#inspector/recording';
import { describeFailure } from '#model/failure';

interface InspectOptions {
  readonly port: number;
  readonly html?: string;
  readonly asTest?: string;
  readonly entry?: string;
  readonly actor?: string;
  readonly json?: true;
}

export function add(program: Command): void {
  program
    .command('inspect')
    .description('open a recording, paused; or make one file or a test of it')
    .argument('<recording>', 'what --record has written, or the page has saved')
    .option('--port <port>', 'of the page; the next one if it is taken, 0 takes a free one', portNumber, 3031)
    .option('--html <file>', 'write the page and the recording into one file that opens from disk, and end', fileName)
    .option('--as-test <file>', 'write a test that runs the same tasks and expects the same of them, and end', fileName)
    .option('--entry <entry>', 'with --as-test: the algorithm that is tested')
    .option('--actor <id>', 'with --as-test: whose conversation, where there are several, as replay takes it')
    .option('--json', 'print one object: the link, or what was written, and what is wrong with the recording')
    .addHelpText(
      'after',
      `
Examples:
  $ algorithm-actor dev ./hello.ts --input '["world"]' --once --record run.jsonl
  $ algorithm-actor inspect run.jsonl
  $ algorithm-actor inspect run.jsonl --html run.html           one file, to send to somebody
  $ algorithm-actor inspect run.jsonl --as-test hello.test.ts --entry ./hello.ts`,
    )
    .action(inspect);
}

async function inspect(file: string, options: InspectOptions): Promise<void> {
  const { html, asTest, json } = options;
  if (asTest !== undefined && options.entry === undefined)
    throw new RuntimeError('INVALID_USAGE', '--as-test wants --entry, too: the algorithm that is tested.');
  const recording = await readRecordingFile(file);
  sayProblems(file, recording);
  if (html === undefined && asTest === undefined) return serve(file, recording, options);
  if (html !== undefined) await writeHtml(html, recording);
  const skipped = asTest === undefined ? [] : await writeTest(file, recording, { ...options, asTest });
  const written = [html, asTest].filter((name) => name !== undefined);
  if (json) printJson({ written, skipped, ...summaryOf(recording) });
  else for (const name of written) say(`written: ${name}`);
}

const summaryOf = ({ header, frames, problems }: Recording) => ({
  title: header.title,
  recorded: new Date(header.at).toISOString(),
  frames: frames.length,
  problems,
});

async function serve(file: string, recording: Recording, { port, json }: InspectOptions): Promise<void> {
  const [{ serveInspector }, { pageFolder }] = await Promise.all([
    import('#inspector/server'),
    import('#inspector/inspection'),
  ]);
  const token = randomBytes(16).toString('hex');
  const desk = { mode: 'recording', ...recording } as const;
  const { link, close } = await serveInspector({ port, token, page: pageFolder, desk });
  const { title, recorded, frames } = summaryOf(recording);
  if (json) printJson({ link, ...summaryOf(recording) });
  else {
    say(`${file}: ${title}, recorded ${recorded}, ${frames} frames`);
    say(`inspector: ${link}`);
    say('  Ctrl-C ends it');
  }
  process.exitCode = await new Promise<number>((resolve) => {
    const interrupts = onInterrupt(() => void close().then(() => resolve(interrupts.code ?? 0)));
  });
}

async function writeHtml(file: string, recording: Recording): Promise<void> {
  const [{ exportOf }, { pageFolder }] = await Promise.all([
    import('#inspector/exports'),
    import('#inspector/inspection'),
  ]);
  const { text } = await exportOf({ mode: 'recording', ...recording }, pageFolder, 'html').catch((cause: unknown) => {
    if (cause instanceof RuntimeError) throw cause;
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const words = isMissing
      ? 'The page of the inspector has not been built: npm run build.'
      : `${file}: cannot be made: ${describeFailure(cause).message}.`;
    throw new RuntimeError('UNSUPPORTED', words, { cause });
  });
  await write(file, () => writeFile(file, text));
}

interface TestOptions extends InspectOptions {
  readonly asTest: string;
}

/** The tasks that no test can be made of, and why. */
async function writeTest(from: string, recording: Recording, options: TestOptions): Promise<readonly string[]> {
  const { asTest, entry = '', actor } = options;
  const [{ testOf }, { conversationOf }] = await Promise.all([
    import('#inspector/as-test'),
    import('#inspector/conversation'),
  ]);
  const beside = relative(dirname(resolve(asTest)), resolve(entry)).replaceAll('\\', '/');
  try {
    const conversation = conversationOf(recording.frames, actor);
    const { text, skipped } = testOf({
      conversation,
      entry: beside,
      title: recording.header.title,
      from: basename(from),
    });
    for (const words of skipped) say(`left out: ${words}`);
    await write(asTest, () => writeFile(asTest, text, { flag: 'wx' }));
    return skipped;
  } catch (cause) {
    throw cause instanceof RuntimeError && cause.code === 'INVALID_RECORDING' ? naming(from, cause) : cause;
  }
}

async function write(file: string, how: () => Promise<unknown>): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await how();
  } catch (cause) {
    const words = describeFailure(cause).message;
    throw new RuntimeError('INVALID_USAGE', `${file}: cannot be written: ${words}. Choose another file.`, { cause });
  }
}
