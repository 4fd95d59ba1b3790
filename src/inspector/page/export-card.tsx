// What the selected actor has said and heard, to take along: as a test, and as a command that replays it.

import type { JSX } from 'preact';
import { type ActorProps, Card } from '#page/card.tsx';
import { Copy } from '#page/copy.tsx';
import { digText } from '#page/json.ts';
import { counterpartOf } from '#page/kinship.ts';

export function ExportCard({ page: { store }, actor }: ActorProps): JSX.Element | null {
  const isEnd = actor.chart === 'algorithm' || actor.chart === 'session';
  if (!isEnd || store.link.value === 'file') return null;
  const query = new URLSearchParams(location.search);
  query.set('actor', actor.id);
  const entry = digText(actor.about, 'entry') ?? digText(counterpartOf(store.scene.value, actor)?.about, 'entry');
  const command = `algorithm-actor replay recording.jsonl --entry '${entry ?? ''}'`;
  return (
    <Card title="Export">
      <a href={`./recording.test.ts?${query.toString()}`} download>
        as a test
      </a>
      {entry !== null && (
        <p>
          <code>{command}</code> <Copy key={actor.id} text={command} words="copy" />
        </p>
      )}
    </Card>
  );
}
