// What a person does to actors: asks what can be done, does it, and is told what came of it. Answers find their questions by ids.

import type { Fields } from '#inspector/frames';
import type { Offer, Reply, Request } from '#inspector/talk';
import type { Store } from '#page/store.ts';
import { digText } from '#page/json.ts';
import { computed, effect, type ReadonlySignal, signal, type Signal } from '#page/signals.ts';

/** Something that was sent, and what came of it. */
export interface Deed {
  readonly id: number;
  readonly actor: string;
  readonly name: string;
  readonly title: string;
  readonly value: Fields;
  readonly at: number;
  readonly state: 'sent' | 'done' | 'refused';
  readonly reason: string | null;
}

export interface Acting {
  /** Whether anything can be done to anybody now. */
  readonly isOpen: ReadonlySignal<boolean>;
  /** Those of this actor, as far as they are known. */
  offersOf(actor: string): readonly Offer[];
  /** Newest first. */
  readonly deeds: ReadonlySignal<readonly Deed[]>;
  /** The job id of a run that is selected as soon as it is there. */
  readonly awaited: Signal<string | null>;
  act(actor: string, offer: Pick<Offer, 'name' | 'title'>, value: Fields): void;
  hear(reply: Extract<Reply, { kind: 'offers' | 'done' | 'refused' }>): void;
}

const DEEDS_KEPT = 50;

export function createActing(store: Store, send: (request: Request) => boolean): Acting {
  const offers = signal<{ readonly actor: string; readonly list: readonly Offer[] } | null>(null);
  const deeds = signal<readonly Deed[]>([]);
  const awaited = signal<string | null>(null);
  const isOpen = computed(() => store.isLive.value && store.hello.value?.acts === true);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastId = 0;
  let asked = { id: 0, actor: '' };

  function settle(id: number, state: Deed['state'], reason: string | null): void {
    deeds.value = deeds.value.map((deed) => (deed.id === id ? { ...deed, state, reason } : deed));
  }

  effect(() => {
    if (awaited.value === null) return;
    for (const { id, chart, about } of store.scene.value.actors.values()) {
      if (chart !== 'run' || digText(about, 'jobId') !== awaited.value) continue;
      store.actorId.value = id;
      awaited.value = null;
      return;
    }
  });

  function ask(): void {
    timer = null;
    const actor = store.actorId.peek();
    if (actor === null || !isOpen.peek()) return;
    lastId += 1;
    asked = { id: lastId, actor };
    if (!send({ kind: 'offers', ...asked })) offers.value = null;
  }

  // What can be done changes with where an actor stands. One that moves often is asked a few times a second.
  effect(() => {
    if (store.actor.value !== null && isOpen.value) timer ??= setTimeout(ask, 150);
  });

  return {
    ...{ deeds, awaited, isOpen },
    offersOf: (actor) => (offers.value?.actor === actor ? offers.value.list : []),
    act: (actor, { name, title }, value) => {
      lastId += 1;
      const deed: Deed = { id: lastId, actor, name, title, value, at: Date.now(), state: 'sent', reason: null };
      deeds.value = [deed, ...deeds.value].slice(0, DEEDS_KEPT);
      if (!send({ kind: 'act', id: deed.id, actor, name, value: { ...value } }))
        settle(deed.id, 'refused', 'the connection to the inspector is lost');
    },
    hear: (reply) => {
      switch (reply.kind) {
        case 'offers':
          // Of several questions the last one counts.
          if (reply.id === asked.id) offers.value = { actor: asked.actor, list: reply.offers };
          return;
        case 'done':
          settle(reply.id, 'done', null);
          if (reply.goTo !== undefined) awaited.value = reply.goTo;
          return;
        case 'refused':
          return settle(reply.id, 'refused', reply.reason);
      }
    },
  };
}
