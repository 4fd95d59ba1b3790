// How everything stands, told anew as happenings: what stands after a gap (F2), and what somebody is told who comes late.

import type { News } from '#inspector/frames';
import type { ActorView, ProcessView, Scene } from '#inspector/scene';

/** Processes and actors that are there, parents before children, and what they show. */
export function retell({ processes, actors, at }: Scene): News[] {
  const open = [...processes.values()].filter(({ closed }) => closed === null);
  const live = [...actors.values()].filter(({ isClosed }) => !isClosed);
  return [...open.flatMap((process) => ofProcess(process, at)), ...live.flatMap((actor) => ofActor(actor, at))];
}

function ofProcess({ id, opened, shown }: ProcessView, at: number): News[] {
  const { role, title, pid, worker, versions } = opened;
  const news: News = { at, process: id, kind: 'process.opened', role, title, pid, worker, versions };
  return [news, ...ofShown(shown, { at, process: id, actor: null })];
}

function ofActor(view: ActorView, at: number): News[] {
  const { id, process, parent, name, chart, about, status, value, context, error } = view;
  return [
    {
      ...{ at, process, kind: 'actor.opened', actor: id, parent, name, chart, about, isNew: false },
      ...{ status, value, context, error },
    },
    ...ofShown(view.shown, { at, process, actor: id }),
  ];
}

interface Owner {
  readonly at: number;
  readonly process: string;
  readonly actor: string | null;
}

function ofShown(shown: ActorView['shown'], owner: Owner): News[] {
  return Object.entries(shown).map(([name, value]) => ({ ...owner, kind: 'shown', name, value }));
}
