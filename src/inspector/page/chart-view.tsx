// A stand-in.

import type { JSX } from 'preact';
import type { Chart } from '#inspector/chart';
import type { ActorView } from '#inspector/scene';

export interface ChartViewProps {
  readonly chart: Chart;
  readonly actor: ActorView;
  readonly onPick: (stateId: string) => void;
}

export function ChartView({ chart, actor }: ChartViewProps): JSX.Element {
  return (
    <p>
      {chart.root.id} {JSON.stringify(actor.value)}
    </p>
  );
}
