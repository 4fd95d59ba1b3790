// `algorithm-actor delete <name>`: an algorithm that HKube has stored, and what belongs to it.

import { type Command, Option } from 'commander';
import { RuntimeError } from '#errors';
import { addHKubeFlags, addStateFlag, type HKubeFlags } from '#cli/open-api';
import { asking } from '#cli/open-hkube';
import { printJson } from '#cli/print';

interface DeleteFlags extends HKubeFlags {
  readonly force?: boolean;
  readonly keepVersions?: boolean;
  readonly json?: boolean;
}

export function add(program: Command): void {
  const command = program
    .command('delete')
    .description('delete an algorithm that HKube has stored')
    .argument('<name>', 'the algorithm')
    .option('--force', 'with the pipelines that need it, and the runs of these')
    .addOption(new Option('--keep-versions', 'its versions stay, for an algorithm of that name; so it is by default'))
    .option('--no-keep-versions', 'its versions go, too')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(remove);
  addHKubeFlags(addStateFlag(command));
}

async function remove(name: string, flags: DeleteFlags): Promise<void> {
  await asking(flags, async ({ api, command }) => {
    const options = { force: flags.force, keepOldVersions: flags.keepVersions };
    const message = await api.algorithms.delete(name, options).catch((cause: unknown) => {
      if (!(cause instanceof RuntimeError) || !/force flag/.test(cause.message)) throw cause;
      const remedy = `To delete them, too: ${command(`delete ${name} --force`)}`;
      throw new RuntimeError(cause.code, `${cause.message.replace(/\.$/, '')}. ${remedy}`, { cause });
    });
    if (flags.json) printJson({ name, message });
    else process.stdout.write(`${message}\n`);
  });
}

const EXAMPLES = `
Examples:
  $ algorithm-actor delete count-words
  $ algorithm-actor delete count-words --force --no-keep-versions`;
