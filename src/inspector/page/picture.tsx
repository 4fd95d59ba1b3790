// The middle: the selected actor as a chart, a sequence, spans, the graph of its run, or what its task has measured.

import type { JSX } from 'preact';
import type { ActorProps, CardProps } from '#page/card.tsx';
import { ChartView } from '#page/chart-view.tsx';
import { VIEWS } from '#page/hash.ts';
import { lazy } from '#page/lazy.tsx';
import { runOf, sessionOf } from '#page/kinship.ts';
import { SequenceView } from '#page/sequence-view.tsx';
import { SpansView } from '#page/spans-view.tsx';
import { Tabs } from '#page/tabs.tsx';
import type { PageProps } from '#page/top-bar.tsx';

const GraphView = lazy(async () => (await import('#page/graph-view.tsx')).GraphView);
const CurvesView = lazy(async () => (await import('#page/curves-view.tsx')).CurvesView);

export function Picture({ page }: PageProps): JSX.Element {
  const { view, store } = page;
  const actor = store.actor.value;
  const isMeasured = store.scene.value.curves.size > 0 || view.value === 'curves';
  const names = isMeasured ? VIEWS : VIEWS.slice(0, -1);
  return (
    <main class="panel picture">
      <div class="panel-head">
        <Tabs id="picture" label="Views" names={names} chosen={view.value} onChoose={(name) => (view.value = name)} />
      </div>
      <div class="drawing" id="picture-panel" role="tabpanel" aria-labelledby={`picture-${view.value}`} tabIndex={0}>
        {actor ? <Drawing page={page} actor={actor} /> : <Welcome page={page} />}
      </div>
    </main>
  );
}

function Welcome({ page: { store } }: PageProps): JSX.Element {
  const { hello, link, stream } = store;
  if (!hello.value)
    return (
      <Big title={link.value === 'lost' ? 'The inspector is not there' : 'Connecting'}>
        The page keeps trying to reach it.
      </Big>
    );
  if (stream.value.history.frames.length === 0)
    return (
      <Big title="Nothing has happened yet">
        Run something, with <code>algorithm-actor exec</code> say.
      </Big>
    );
  return <Big title="Select an actor">A line of the log leads to its actor, too.</Big>;
}

function Big({ title, children }: CardProps): JSX.Element {
  return (
    <div class="empty big">
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  );
}

function Drawing({ page, actor }: ActorProps): JSX.Element {
  const { store, walk, view } = page;
  switch (view.value) {
    case 'chart': {
      const chart = store.hello.value?.header.charts[actor.chart ?? ''];
      if (!chart) return <p class="empty">This actor has no chart.</p>;
      return <ChartView chart={chart} actor={actor} onPick={(stateId) => walk.enter(stateId)} />;
    }
    case 'sequence':
      return <SequenceView page={page} actor={actor} />;
    case 'spans':
      return <SpansView page={page} actor={actor} />;
    case 'curves':
      return <CurvesView page={page} actor={actor} />;
    case 'graph': {
      const scene = store.scene.value;
      const run = runOf(scene, actor);
      const graph = run?.shown['graph'];
      if (!run || graph === undefined) return <p class="empty">This actor belongs to no run whose graph is known.</p>;
      return (
        <GraphView graph={graph} onPick={(nodeName) => walk.select(sessionOf(scene, run, nodeName)?.id ?? actor.id)} />
      );
    }
  }
}
