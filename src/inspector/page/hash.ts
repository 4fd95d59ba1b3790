// What the address of the page says: which actor, at which frame, in which view; or which run. Pure.

export const VIEWS = ['chart', 'sequence', 'spans', 'graph', 'curves'] as const;
export type View = (typeof VIEWS)[number];

export interface Place {
  readonly actor: string | null;
  /** The frame that is looked at; null: the last one, whichever it is. */
  readonly n: number | null;
  readonly view: View | null;
  /** What is compared with it, by the keys of tasks. */
  readonly others: readonly string[];
  /** The job id of a run to go to as soon as it is there. */
  readonly run: string | null;
}

export function placeOfHash(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const n = Number(fields.get('n') ?? 'none');
  return {
    actor: fields.get('actor'),
    n: Number.isInteger(n) && n >= 0 ? n : null,
    view: VIEWS.find((view) => view === fields.get('view')) ?? null,
    others: fields.getAll('with'),
    run: fields.get('run'),
  };
}

export function hashOfPlace({ actor, n, view, others, run }: Place): string {
  const fields = new URLSearchParams();
  if (run !== null) fields.set('run', run);
  if (actor !== null) fields.set('actor', actor);
  if (n !== null) fields.set('n', String(n));
  if (view !== null) fields.set('view', view);
  for (const key of others) fields.append('with', key);
  // Slashes and colons of ids may stand there as they are, and read better so.
  const text = fields.toString().replaceAll('%2F', '/').replaceAll('%3A', ':');
  return text === '' ? '' : `#${text}`;
}
