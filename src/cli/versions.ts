// `algorithm-actor versions`: what each build and each change of an algorithm has left, and which of them is run.

import type { Command } from 'commander';
import type { Version } from '#cluster/versions';
import { RuntimeError } from '#errors';
import { newestFirst, setCurrent } from '#cli/built-version';
import { addHKubeFlags, addStateFlag, type HKubeFlags, type OpenHKube } from '#cli/open-api';
import { asking } from '#cli/open-hkube';
import { printJson, printTable, say } from '#cli/print';

interface VersionFlags extends HKubeFlags {
  readonly json?: boolean;
}

export function add(program: Command): void {
  const versions = program
    .command('versions')
    .description('the versions of an algorithm: listed, made the current one, deleted')
    .usage('<name> [options] | <command>')
    .addHelpText('after', EXAMPLES);
  const list = versions.command('list', { isDefault: true }).description('the versions of an algorithm, newest first');
  common(list.argument('<name>', 'the algorithm')).action(printList);
  const one = (name: string, description: string): Command =>
    versions
      .command(name)
      .description(description)
      .argument('<name>', 'the algorithm')
      .argument('<version>', 'the version, by its id or by its number, such as 1.0.2');
  common(
    one('set', 'make a version the current one').option('--force', 'also while pipelines run with another'),
  ).action(set);
  common(one('delete', 'delete a version that is not the current one')).action(remove);
}

const common = (command: Command): Command => addHKubeFlags(addStateFlag(command.option('--json', 'as JSON')));

async function printList(name: string, flags: VersionFlags): Promise<void> {
  await asking(flags, async ({ api }) => {
    const [algorithm, all] = await Promise.all([api.algorithms.get(name), api.versions.list(name)]);
    const versions = newestFirst(all).map((one) => ({ ...one, isCurrent: one.version === algorithm.version }));
    if (flags.json) printJson(versions);
    else if (versions.length === 0) say(`no version of ${name} yet: algorithm-actor builds ${name}`);
    else
      printTable(
        ['CURRENT', 'SEMVER', 'VERSION', 'CREATED', 'IMAGE'],
        versions.map(({ isCurrent, semver, version, created, algorithm: its }) => [
          isCurrent ? '*' : '',
          semver ?? '',
          version,
          typeof created === 'number' ? new Date(created).toISOString() : '',
          its?.algorithmImage ?? '',
        ]),
      );
  });
}

async function set(name: string, asked: string, flags: VersionFlags & { readonly force?: boolean }): Promise<void> {
  await asking(flags, async (hkube) => {
    const version = await find(hkube, name, asked);
    await setCurrent(hkube, version, { name, force: flags.force });
    if (flags.json) printJson({ name, version: version.version, semver: version.semver });
    else process.stdout.write(`${name} ${calledAs(version)}: the current one\n`);
  });
}

async function remove(name: string, asked: string, flags: VersionFlags): Promise<void> {
  await asking(flags, async (hkube) => {
    const version = await find(hkube, name, asked);
    await hkube.api.versions.delete(name, version.version);
    if (flags.json) printJson({ name, version: version.version, semver: version.semver });
    else process.stdout.write(`${name} ${calledAs(version)}: deleted\n`);
  });
}

const calledAs = ({ semver, version }: Version): string => (semver ? `${semver} (version ${version})` : version);

/** By its id first: of what else it is called several may be called the same. */
async function find({ api }: OpenHKube, name: string, asked: string): Promise<Version> {
  const all = newestFirst(await api.versions.list(name));
  const plain = asked.replace(/^v(?=\d)/, '');
  const found =
    all.find(({ version }) => version === asked) ??
    all.find(({ semver, versionAlias }) => semver === plain || versionAlias === asked);
  if (found) return found;
  const known = all.map(calledAs).join(', ');
  throw new RuntimeError('NOT_FOUND', `version ${asked} of ${name} Not Found (known are ${known || 'none'}).`);
}

const EXAMPLES = `
Examples:
  $ algorithm-actor versions count-words             the current one is marked
  $ algorithm-actor versions set count-words 1.0.2   back to an older one, or on to a new one
  $ algorithm-actor versions delete count-words 1.0.1
  $ algorithm-actor versions list set                of an algorithm that is called as a command is`;
