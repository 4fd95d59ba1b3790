// `algorithm-actor local`: a local HKube as a server. `exec` in the same folder finds it.

import type { Command } from 'commander';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { portNumber } from '#cli/inputs';
import { addInspectFlags, inspectOption, type InspectFlags, sayInspector } from '#cli/inspect-flags';
import { onInterrupt } from '#cli/interrupts';
import { createLog } from '#cli/log';
import { addLocalPlaces, type LocalPlaces, openLocal } from '#cli/open-local';
import { say } from '#cli/print';
import { refuseSecond, serve } from '#cli/serve';

interface LocalOptions extends LocalPlaces, InspectFlags {
  readonly port: number;
  readonly host?: string;
}

export function add(program: Command): void {
  addInspectFlags(addLocalPlaces(program.command('local')))
    .description('serve a local HKube until Ctrl-C')
    .option('--port <port>', 'of its REST API; 0 takes a free one', portNumber, 3030)
    .option('--host <address>', 'where it listens; other machines log in with the token that it prints', '127.0.0.1')
    .addHelpText(
      'after',
      `
Algorithms start as tasks need them, and stop when they have nothing to do. Documents that are broken are named; the others go on.

Examples:
  $ algorithm-actor local --algorithms ./algorithms --pipelines ./pipelines
  $ algorithm-actor exec stored merge          in another terminal, in the same folder
  $ curl -s localhost:3030/api/v1/exec/search  the REST API of HKube`,
    )
    .action(local);
}

async function local(options: LocalOptions): Promise<void> {
  await refuseSecond(options.state);
  const logger = createLog('info', say);
  const hkube = openLocal({ ...options, inspect: inspectOption(options), logger });
  for (const { problem } of hkube.broken) logger.warn(problem);
  const serving = await serve(hkube, options, options.state);
  say(`local HKube: ${serving.url}`);
  if (serving.token !== null)
    say(`  other machines log in to it as anybody, with the password ${serving.token}: HKUBE_PASSWORD, or .hkuberc`);
  sayInspector(hkube);
  say(`  algorithms: ${algorithmsOf(hkube) || 'none yet. Apply one: algorithm-actor apply -f algorithm.yml'}`);
  say(
    `  pipelines: ${
      hkube
        .pipelines()
        .map(({ name }) => name)
        .join(', ') || 'none stored'
    }`,
  );
  say('  Ctrl-C ends it');
  process.exitCode = await new Promise<number>((resolve) => {
    const interrupts = onInterrupt((signal) => {
      say(`${signal}: ending; once more ends at once`);
      void serving.close().then(() => resolve(interrupts.code ?? 0));
    });
  });
}

const algorithmsOf = (hkube: LocalHKube): string =>
  hkube
    .algorithms()
    .map(({ name, problem }) => (problem === undefined ? name : `${name} (cannot run yet)`))
    .join(', ');
