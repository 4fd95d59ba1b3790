// The recorded conversations of storage v1, frame by frame, and one of v3: in v1 the official wrapper fails before it has asked for
// an algorithm.

import { readFileSync } from 'node:fs';
import * as z from 'zod';

const Line = z.object({
  scenario: z.string(),
  direction: z.enum(['worker->alg', 'alg->worker']).optional(),
  frame: z.string().optional(),
});
const Message = z.object({ command: z.string(), data: z.unknown().optional(), error: z.unknown().optional() });
/** A message as it was recorded. */
export type Expected = z.output<typeof Message>;

export interface Said {
  readonly by: 'worker' | 'algorithm';
  readonly text: string;
  readonly message: Expected;
}

const isPlayed = (scenario: string): boolean => scenario.startsWith('v1/') || scenario === 'v3/exec_missing_alg';

/** The conversations by scenario; one that was recorded twice has a `#2`. */
export function readScenarios(): Map<string, Said[]> {
  const lines = readFileSync(new URL('frames.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const conversations = new Map<string, Said[]>();
  let [last, key] = ['', ''];
  for (const line of lines) {
    const { scenario, direction, frame } = Line.parse(JSON.parse(line));
    if (!isPlayed(scenario)) continue;
    if (scenario !== last) key = conversations.has(scenario) ? `${scenario}#2` : scenario;
    last = scenario;
    const said = conversations.get(key) ?? [];
    conversations.set(key, said);
    if (direction === undefined || frame === undefined) continue;
    said.push({
      by: direction === 'worker->alg' ? 'worker' : 'algorithm',
      text: frame,
      message: Message.parse(JSON.parse(frame)),
    });
  }
  return conversations;
}
