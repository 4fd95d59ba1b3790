// The selected actor at the right: first what it waits for, in words; then its task, what can be done, and its context.

import type { JSX } from 'preact';
import { ActPanel } from '#page/act-panel.tsx';
import { type ActorProps, Card } from '#page/card.tsx';
import { ContextCard } from '#page/context-card.tsx';
import { ExportCard } from '#page/export-card.tsx';
import { explain } from '#page/explain.ts';
import { JsonTree } from '#page/json-tree.tsx';
import { Mark } from '#page/mark.tsx';
import { moodOf, stateWords } from '#page/mood.ts';
import { Prose } from '#page/prose.tsx';
import { Stack } from '#page/stack.tsx';
import { nameIn } from '#page/store.ts';
import { TaskCard } from '#page/task-card.tsx';
import { durationWords } from '#page/time-words.ts';
import type { PageProps } from '#page/top-bar.tsx';

export function Details({ page }: PageProps): JSX.Element {
  const actor = page.store.actor.value;
  return (
    <aside class="panel details" aria-label="Details">
      {actor ? <ActorDetails page={page} actor={actor} /> : <NoActor page={page} />}
    </aside>
  );
}

function NoActor({ page: { store } }: PageProps): JSX.Element {
  const wanted = store.actorId.value;
  if (wanted !== null && store.isCaughtUp.value)
    return <p class="empty">The selected actor is not there at this point in time.</p>;
  return <p class="empty">Select an actor to see what it does, and what it waits for.</p>;
}

function ActorDetails(props: ActorProps): JSX.Element {
  const { actor } = props;
  return (
    <>
      <Who {...props} />
      <Why {...props} />
      {actor.error !== null && <Stack text={actor.error} />}
      <TaskCard {...props} />
      <ActPanel {...props} />
      <ExportCard {...props} />
      <ContextCard {...props} />
      <Card title="About" isOpen={false}>
        <JsonTree name="about" value={actor.about} />
        <p class="faint mono">{actor.id}</p>
      </Card>
    </>
  );
}

function Who({ page, actor }: ActorProps): JSX.Element {
  const name = nameIn(page.store.scene.value, actor.id) ?? actor.name;
  const mood = moodOf(actor);
  const state = stateWords(actor.value) || actor.status;
  return (
    <>
      <div class="who grid">
        <Mark mood={mood} />
        <div>
          <h2 title={actor.id}>{name}</h2>
          <p class="faint">
            {actor.chart ?? 'no chart'} · {actor.status}
            {actor.isClosed ? ', gone' : ''}
          </p>
        </div>
        <div class={`where tone-${mood}`}>
          <strong class="tone">{state}</strong>
          <span class="faint">for {durationWords(page.now.value - actor.since)}</span>
        </div>
      </div>
      {/* Read out when it changes; the rest of the panel is not. */}
      <p class="unseen" aria-live="polite">
        {name}: {state}, {mood}
      </p>
    </>
  );
}

function Why({ page: { store }, actor }: ActorProps): JSX.Element {
  const { lines } = store.stream.value.ledger;
  const { headline, facts, remedy } = explain(store.scene.value, actor, { own: store.ownFrames.value, lines });
  return (
    <section class="why" aria-label="What it is waiting for">
      <Prose className="headline" text={headline} />
      {facts.length > 0 && (
        <ul>
          {facts.map((fact) => (
            <li key={fact}>
              <Prose text={fact} />
            </li>
          ))}
        </ul>
      )}
      {remedy !== null && <Prose className="remedy box" text={remedy} />}
    </section>
  );
}
