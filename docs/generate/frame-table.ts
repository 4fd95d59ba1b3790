// The table of frames in docs/inspector.md: the fields are those of the schemas.

import type * as z from 'zod/mini';
import { Frame } from '#inspector/frames';

const words: Readonly<Record<Frame['kind'], string>> = {
  'process.opened':
    'a process: `role` is `algorithm`, `local-hkube` or `other`; `worker` is the one that it serves, if it is known',
  'process.closed': 'it has gone',
  'actor.opened':
    'an actor is there, since now (`isNew`), or since before somebody looked; it replaces what was known of it. `chart` is `algorithm`, `session` (a worker), `sidecar`, `run`, `child` (a sub-pipeline or execution) or null',
  'actor.closed': 'it has ended',
  event: 'an event has reached an actor; `from` is the one that sent it',
  moved:
    'what the event `on` has changed: the `arrows` of the chart that were taken, the `actions` by name, where it stands now (`status`, `value`), the fields of the context that are others (`set`) or gone (`unset`)',
  emitted: 'what an actor tells whoever listens, such as `task.ended`, `session.refused`',
  message:
    'a message on the wire, as seen at the end of this actor; `isWhole`: nothing of its `data` was cut or masked',
  shown:
    'something beside the charts: `graph` of a run; `pool` of a process, the workers of each algorithm. It replaces what had this name',
  scalars:
    'what a `task` has measured; each of `series` has a `tag`, `points` (step, value or null, milliseconds), and `isWhole`: they replace what was known of the tag, or follow it. They need no actor',
  log: 'a line that was logged, or that an algorithm has written',
  gap: 'frames are missing; null: nobody knows how many. What lives is told anew after it',
};

/** Fields that every frame has. */
const common = new Set(['n', 'at', 'process', 'kind']);

export function frameTable(): string {
  const rows = Frame.def.options.map(({ shape }) => {
    const fields = Object.entries<z.ZodMiniType>(shape).filter(([name]) => !common.has(name));
    const names = fields.map(([name, { def }]) => `\`${name}${def.type === 'optional' ? '?' : ''}\``);
    const kinds = shape.kind.def.values;
    return `| \`${kinds.join()}\` | ${names.join(', ')} | ${kinds.map((kind) => words[kind]).join()} |\n`;
  });
  return `| kind | fields | |\n| --- | --- | --- |\n${rows.join('')}`;
}
