// The flags by which a command can be looked at.

import type { Command } from 'commander';
import { portNumber } from '#cli/inputs';
import { say } from '#cli/print';
import type { InspectOptions } from '#inspector/options';

export interface InspectFlags {
  readonly inspect?: number | true | undefined;
  readonly record?: string | undefined;
}

export function addInspectFlags(command: Command): Command {
  return command
    .option('--inspect [port]', 'serve the state inspector, and print its link; default port 3031', portNumber)
    .option('--record <file>', 'record all that happens, for `algorithm-actor inspect`; serves the inspector, too');
}

/** The option `inspect` that they mean; undefined: nobody looks. */
export function inspectOption({ inspect, record }: InspectFlags): InspectOptions | undefined {
  if (inspect === undefined && record === undefined) return undefined;
  return { ...(typeof inspect === 'number' && { port: inspect }), ...(record !== undefined && { record }) };
}

/** Says where to look, if one can. */
export function sayInspector({ inspector }: { readonly inspector: string | null }): void {
  if (inspector !== null) say(`inspector: ${inspector}`);
}
