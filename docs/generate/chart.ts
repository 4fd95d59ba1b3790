// The charts that a file of machines/ holds, as its section shows them.

import { type AnyStateMachine, StateMachine } from 'xstate';
import type { ChartState } from '#inspector/chart';
import { type ChartTable, durationText, readChart, readTable } from '#inspector/read-chart';

export interface FoundChart {
  readonly root: ChartState;
  /** Delays by name, with their length where it is fixed. */
  readonly delays: readonly string[];
}

/** The charts among what a module exports: its machines, or else its tables. */
export function chartsIn(exports: Readonly<Record<string, unknown>>): FoundChart[] {
  const machines = Object.values(exports).filter((value) => value instanceof StateMachine);
  if (machines.length > 0) return machines.map(chartOfMachine);
  return Object.values(exports)
    .filter(isTable)
    .map((table) => ({ root: readTable(table), delays: [] }));
}

const chartOfMachine = (machine: AnyStateMachine): FoundChart => ({
  root: readChart(machine),
  delays: Object.entries(machine.implementations.delays ?? {}).map(delayText),
});

const delayText = ([name, delay]: [string, unknown]): string =>
  typeof delay === 'number' ? `${name} (${durationText(delay)})` : `${name} (given from outside)`;

function isTable(value: unknown): value is ChartTable {
  if (typeof value !== 'object' || value === null) return false;
  if (!('id' in value && 'initial' in value && 'states' in value)) return false;
  return typeof value.id === 'string' && typeof value.states === 'object' && value.states !== null;
}
