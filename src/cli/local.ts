// `algorithm-actor local`: a local HKube as a server. `exec` in the same folder finds it.

import type { Command } from 'commander';
import { addDoorFlags, type DoorFlags, doorOf, sayDoor } from '#cli/door-flags';
import { portNumber } from '#cli/inputs';
import { addInspectFlags, inspectOption, type InspectFlags, sayInspector } from '#cli/inspect-flags';
import { onInterrupt } from '#cli/interrupts';
import { createLog } from '#cli/log';
import { addLocalPlaces, type LocalPlaces, type OpenedLocal, openLocal } from '#cli/open-local';
import { say } from '#cli/print';
import { refuseSecond, serve } from '#cli/serve';

interface LocalOptions extends LocalPlaces, InspectFlags, DoorFlags {}

export function add(program: Command): void {
  addDoorFlags(addInspectFlags(addLocalPlaces(program.command('local'))))
    .description('serve a local HKube until Ctrl-C')
    .option('--port <port>', 'of its REST API; 0 takes a free one', portNumber, 3030)
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
  const serving = await serve(hkube, await doorOf(options), options.state);
  say(`local HKube: ${serving.url}`);
  sayDoor(serving, options);
  sayInspector(hkube);
  sayWhatIsThere(hkube);
  say('  Ctrl-C ends it');
  process.exitCode = await new Promise<number>((resolve) => {
    const interrupts = onInterrupt((signal) => {
      say(`${signal}: ending; once more ends at once`);
      void serving.close().then(() => resolve(interrupts.code ?? 0));
    });
  });
}

function sayWhatIsThere(hkube: OpenedLocal): void {
  const algorithms = hkube.algorithms();
  if (algorithms.length > 0) say(`  algorithms: ${algorithms.map(({ name }) => name).join(', ')}`);
  else
    say(
      `  no algorithm yet: ${hkube.folder} has none. algorithm-actor apply stores one; --algorithms names a folder of them`,
    );
  for (const { name, problem } of algorithms) if (problem !== undefined) say(`  ${name} cannot run: ${problem}`);
  const pipelines = hkube.pipelines().map(({ name }) => name);
  say(`  pipelines: ${pipelines.join(', ') || 'none stored'}`);
}
