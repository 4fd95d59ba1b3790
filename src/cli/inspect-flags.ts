// The flags by which a command can be looked at.

import type { Command } from 'commander';
import { fileName, portNumber } from '#cli/inputs';
import { say } from '#cli/print';
import type { InspectOptions } from '#inspector/options';

export interface InspectFlags {
  readonly inspect?: boolean | undefined;
  readonly inspectPort?: number | undefined;
  readonly record?: string | undefined;
}

export function addInspectFlags(command: Command): Command {
  return command
    .option('--inspect', 'serve the state inspector, and print its link')
    .option('--inspect-port <port>', 'its port; default 3031, or the next one that is free; 0 takes any', portNumber)
    .option(
      '--record <file>',
      'record all that happens, for `algorithm-actor inspect`; serves the inspector, too; one recording that was there is kept',
      fileName,
    );
}

/** The option `inspect` that they mean; undefined: nobody looks. */
export function inspectOption({ inspect, inspectPort: port, record }: InspectFlags): InspectOptions | undefined {
  if (!inspect && port === undefined && record === undefined) return undefined;
  return { port, record };
}

/** Says where to look, if one can. */
export function sayInspector({ inspector }: { readonly inspector: string | null }): void {
  if (inspector !== null) say(`inspector: ${inspector}`);
}
