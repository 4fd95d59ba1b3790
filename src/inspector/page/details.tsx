// The selected actor at the right: first what it waits for, in words; then its task, what can be done, and its context.

import type { JSX } from 'preact';
import { ActPanel } from '#page/act-panel.tsx';
import { type ActorProps, Card } from '#page/card.tsx';
import { ContextCard } from '#page/context-card.tsx';
import { explain } from '#page/explain.ts';
import { JsonTree } from '#page/json-tree.tsx';
import { Mark } from '#page/mark.tsx';
import { moodOf, MOOD_WORDS, stateWords } from '#page/mood.ts';
import { Prose } from '#page/prose.tsx';
import { nameIn } from '#page/store.ts';
import { TaskCard } from '#page/task-card.tsx';
import { durationWords } from '#page/time-words.ts';
import type { PageProps } from '#page/top-bar.tsx';
import { useComputed } from '#page/hooks.ts';

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

function ActorDetails({ page, actor }: ActorProps): JSX.Element {
  const { store } = page;
  const name = nameIn(store.scene.value, actor.id) ?? actor.name;
  const mood = moodOf(actor);
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
          <strong class="tone">{stateWords(actor.value) || actor.status}</strong>
          <span class="faint">for {durationWords(page.now.value - actor.since)}</span>
        </div>
      </div>
      {/* Read out when it changes; the rest of the panel is not. */}
      <p class="unseen" aria-live="polite">
        {name}: {stateWords(actor.value) || actor.status}, {MOOD_WORDS[mood]}
      </p>
      <Why page={page} actor={actor} />
      {actor.error === null ? null : <pre class="stack box tone-failed">{actor.error}</pre>}
      <TaskCard page={page} actor={actor} />
      <ActPanel page={page} actor={actor} />
      <ContextCard page={page} actor={actor} />
      <Card title="About" isOpen={false}>
        <JsonTree name="about" value={actor.about} />
        <p class="faint mono">{actor.id}</p>
      </Card>
    </>
  );
}

function Why({ page, actor }: ActorProps): JSX.Element {
  const words = useComputed(() => {
    const { store } = page;
    const { lines } = store.stream.value.ledger;
    return explain(store.scene.value, store.actor.value ?? actor, { own: store.ownFrames.value, lines });
  });
  const { headline, facts, remedy } = words.value;
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
