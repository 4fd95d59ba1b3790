// `algorithm-actor builds`: what HKube makes of code, as a list, one by one, and stopped or begun again.

import type { Command } from 'commander';
import type { BuildStatus } from '#cluster/builds';
import { printVersion } from '#cli/built-version';
import { settleBuild } from '#cli/settle-build';
import { errorOf, followBuild, tookOf } from '#cli/follow-build';
import { wholeNumber } from '#cli/inputs';
import { createInterruption } from '#cli/interrupts';
import { createLogLines } from '#cli/log-lines';
import { addHKubeFlags, addStateFlag, type HKubeFlags } from '#cli/open-api';
import { asking, openHKube } from '#cli/open-hkube';
import { printJson, printLine, printTable, say } from '#cli/print';

interface BuildFlags extends HKubeFlags {
  readonly json?: boolean;
}

export function add(program: Command): void {
  const builds = program
    .command('builds')
    .description('the builds of an algorithm: listed, looked at, stopped, begun again')
    .usage('<name> [options] | <command>')
    .addHelpText('after', EXAMPLES);
  const list = builds.command('list', { isDefault: true }).description('the builds of an algorithm, newest first');
  common(list.argument('<name>', 'the algorithm').option('--limit <n>', 'how many', wholeNumber, 10)).action(printList);
  const one = (name: string, description: string): Command =>
    builds.command(name).description(description).argument('<buildId>', 'the build');
  common(one('status', 'how a build stands').option('--watch', 'until it is over, and end with its exit code')).action(
    printStatus,
  );
  common(one('log', 'the log of a build').option('--follow', 'until it is over, and end with its exit code')).action(
    printLog,
  );
  common(one('stop', 'stop a build')).action(stop);
  common(
    one('rerun', 'begin a build again that has failed, or was stopped')
      .option('--no-wait', 'do not follow it')
      .option('--timeout <seconds>', 'wait no longer for it, and end with 5', wholeNumber),
  ).action(rerun);
}

const common = (command: Command): Command => addHKubeFlags(addStateFlag(command.option('--json', 'as JSON')));

async function printList(name: string, flags: BuildFlags & { readonly limit: number }): Promise<void> {
  await asking(flags, async ({ api }) => {
    const builds = await api.builds.list(name, { sort: 'desc', order: 'startTime', limit: flags.limit });
    if (flags.json) printJson(builds);
    else if (builds.length === 0) say(`no build of ${name} yet`);
    else
      printTable(
        ['BUILD', 'STATUS', 'PROGRESS', 'STARTED', 'TOOK', 'IMAGE'],
        builds.map((build) => [
          build.buildId,
          build.status,
          `${build.progress ?? 0}%`,
          typeof build.startTime === 'number' ? new Date(build.startTime).toISOString() : '',
          tookOf(build),
          build.algorithmImage ?? '',
        ]),
      );
  });
}

/** How many lines of the log a status shows of one that has failed. */
const LAST = 10;

async function printStatus(buildId: string, flags: BuildFlags & { readonly watch?: boolean }): Promise<void> {
  await asking(flags, async (hkube) => {
    if (!flags.watch) {
      tell(await hkube.api.builds.status(buildId), flags);
      return;
    }
    const show = createShow(flags);
    const interruption = createInterruption();
    const options = { buildId, interruption, onLine: () => undefined, onStatus: show };
    process.exitCode = (await followBuild(hkube, options)).code;
  });
}

function tell(build: BuildStatus, { json }: BuildFlags): void {
  if (json) {
    printJson(build);
    return;
  }
  process.stdout.write(`${lineOf(build)}\n`);
  if (build.status !== 'failed') return;
  const lines = createLogLines().take(build.result?.data ?? '', true);
  for (const line of lines.slice(-LAST)) say(`  ${line}`);
}

const lineOf = (build: BuildStatus): string =>
  `${build.status}, ${build.progress ?? 0}%${build.status === 'failed' ? `: ${errorOf(build)}` : ''}`;

/** A line for each change. */
function createShow({ json }: BuildFlags): (build: BuildStatus) => void {
  let last = '';
  return (build) => {
    const line = lineOf(build);
    if (line === last) return;
    last = line;
    if (json) printLine(build);
    else process.stdout.write(`${line}\n`);
  };
}

async function printLog(buildId: string, flags: BuildFlags & { readonly follow?: boolean }): Promise<void> {
  await asking(flags, async (hkube) => {
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    if (flags.follow) {
      const onLine = flags.json ? (line: string): void => printLine({ line }) : print;
      process.exitCode = (await followBuild(hkube, { buildId, interruption: createInterruption(), onLine })).code;
      return;
    }
    const build = await hkube.api.builds.status(buildId);
    const lines = createLogLines().take(build.result?.data ?? '', true);
    if (flags.json) printJson({ buildId, lines });
    else if (lines.length === 0) say(`build ${buildId} is ${build.status}, and has no log yet`);
    else lines.forEach(print);
  });
}

async function stop(buildId: string, flags: BuildFlags): Promise<void> {
  await asking(flags, async ({ api }) => {
    await api.builds.stop(buildId);
    if (flags.json) printJson({ buildId });
    else say(`build ${buildId} is asked to stop`);
  });
}

interface RerunFlags extends BuildFlags {
  readonly wait: boolean;
  readonly timeout?: number;
}

async function rerun(buildId: string, flags: RerunFlags): Promise<void> {
  const interruption = createInterruption();
  const { signal } = interruption;
  const hkube = await openHKube(flags, { mayLeave: !flags.wait });
  try {
    const { algorithmName } = await hkube.api.builds.status(buildId, { signal });
    await hkube.api.builds.rerun(buildId, { signal });
    const settling = { isWaiting: flags.wait, json: flags.json, timeout: flags.timeout, interruption };
    const name = algorithmName ?? buildId.slice(0, buildId.lastIndexOf('-'));
    const { build, version } = await settleBuild(hkube, { buildId, name }, settling);
    if (flags.json) printJson({ buildId, build, version });
    else if (version) printVersion(hkube, name, version);
  } catch (error) {
    if (interruption.code === undefined) throw error;
    say(`interrupted. What HKube had heard of it may be done: ${hkube.command(`builds status ${buildId}`)}`);
    process.exitCode = interruption.code;
  } finally {
    await hkube.close();
  }
}

const EXAMPLES = `
Examples:
  $ algorithm-actor builds count-words                     newest first
  $ algorithm-actor builds status count-words-a1b2c3 --watch
  $ algorithm-actor builds log count-words-a1b2c3 --follow
  $ algorithm-actor builds rerun count-words-a1b2c3        and follow it, as apply does
  $ algorithm-actor builds list status                     of an algorithm that is called as a command is

Exit codes with --watch, --follow, and of rerun: 0 completed · 1 failed · 3 stopped · 5 timed out`;
