// A stand-in.

import type { JSX } from 'preact';

export interface GraphViewProps {
  readonly graph: unknown;
  readonly onPick: (nodeName: string) => void;
}

export function GraphView({ graph }: GraphViewProps): JSX.Element {
  return <p>{JSON.stringify(graph)}</p>;
}
