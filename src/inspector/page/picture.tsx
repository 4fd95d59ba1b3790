// The middle: the selected actor as a chart, a sequence, spans, or the graph of its run.

import type { JSX } from 'preact';
import type { ActorView, Scene } from '#inspector/scene';
import { ChartView } from '#page/chart-view.tsx';
import { GraphView } from '#page/graph-view.tsx';
import { type View, VIEWS } from '#page/hash.ts';
import { digText } from '#page/json.ts';
import { SequenceView } from '#page/sequence-view.tsx';
import { SpansView } from '#page/spans-view.tsx';
import { Tabs } from '#page/tabs.tsx';
import type { PageProps } from '#page/top-bar.tsx';

const VIEW_WORDS: Readonly<Record<View, string>> = {
  chart: 'Chart',
  sequence: 'Sequence',
  spans: 'Spans',
  graph: 'Graph',
};

export function Picture({ page }: PageProps): JSX.Element {
  const { view, store } = page;
  const actor = store.actor.value;
  return (
    <main class="panel picture">
      <div class="panel-head">
        <Tabs
          id="picture"
          label="Views"
          names={VIEWS}
          words={VIEW_WORDS}
          chosen={view.value}
          onChoose={(name) => (view.value = name)}
        />
      </div>
      <div class="drawing" id="picture-panel" role="tabpanel" aria-labelledby={`picture-${view.value}`} tabIndex={0}>
        {actor ? <Drawing page={page} actor={actor} /> : <Welcome page={page} />}
      </div>
    </main>
  );
}

function Welcome({ page: { store } }: PageProps): JSX.Element {
  if (store.hello.value && store.stream.value.history.frames.length === 0)
    return (
      <div class="empty big">
        <h2>Nothing has happened yet</h2>
        <p>
          Run something: <code>npx algorithm-actor run &lt;pipeline&gt;</code>, or start an algorithm that this
          inspector listens to. Its actors appear at the left as soon as they are there.
        </p>
      </div>
    );
  if (!store.hello.value)
    return (
      <div class="empty big">
        <h2>{store.link.value === 'lost' ? 'The inspector is not there' : 'Connecting'}</h2>
        <p>This page shows what a running process tells. It keeps trying to reach it.</p>
      </div>
    );
  return (
    <div class="empty big">
      <h2>Select an actor</h2>
      <p>Runs, workers and algorithms stand at the left; or pick a line of the log to see whose it is.</p>
    </div>
  );
}

interface DrawingProps extends PageProps {
  readonly actor: ActorView;
}

function Drawing({ page, actor }: DrawingProps): JSX.Element {
  const { store, walk, view } = page;
  const scene = store.scene.value;
  const onPick = (n: number): void => walk.goTo(n);
  switch (view.value) {
    case 'chart': {
      const chart = store.hello.value?.header.charts[actor.chart ?? ''];
      if (!chart) return <p class="empty">This actor has no chart.</p>;
      return <ChartView chart={chart} actor={actor} onPick={(stateId) => walk.enter(stateId)} />;
    }
    case 'sequence':
      return <SequenceView frames={page.recent.value} scene={scene} actor={actor} onPick={onPick} />;
    case 'spans':
      return <SpansView frames={page.recent.value} scene={scene} actor={actor} onPick={onPick} />;
    case 'graph': {
      const run = runOf(scene, actor);
      const graph = run?.shown['graph'];
      if (!run || graph === undefined) return <p class="empty">This actor belongs to no run whose graph is known.</p>;
      return <GraphView graph={graph} onPick={(nodeName) => walk.select(workerOf(scene, run, nodeName) ?? actor.id)} />;
    }
  }
}

/** The run that an actor is, or whose task it has. */
function runOf({ actors }: Scene, actor: ActorView): ActorView | null {
  if (actor.chart === 'run') return actor;
  const jobId = digText(actor.context, 'task', 'jobId');
  if (jobId === null) return null;
  for (const one of actors.values()) if (one.chart === 'run' && digText(one.about, 'jobId') === jobId) return one;
  return null;
}

/** The worker that has, or had last, a task of this node of the run. */
function workerOf({ actors }: Scene, run: ActorView, nodeName: string): string | null {
  const jobId = digText(run.about, 'jobId');
  let found: string | null = null;
  for (const { id, chart, context } of actors.values())
    if (
      chart === 'session' &&
      digText(context, 'task', 'jobId') === jobId &&
      digText(context, 'task', 'nodeName') === nodeName
    )
      found = id;
  return found;
}
