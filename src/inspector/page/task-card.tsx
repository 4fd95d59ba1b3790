// The task of the selected actor: which one, how far, how it ended, and what went wrong on the way.

import type { JSX } from 'preact';
import type { Fields } from '#inspector/frames';
import type { Json } from '#model/json';
import { type ActorProps, Card } from '#page/card.tsx';
import { JsonTree } from '#page/json-tree.tsx';
import { Prose } from '#page/prose.tsx';
import { Stack } from '#page/stack.tsx';
import { type TaskError, taskOf, type TaskView, type Trouble } from '#page/task.ts';
import { durationWords } from '#page/time-words.ts';

const IDS = ['pipelineName', 'nodeName', 'algorithmName', 'jobId', 'taskId', 'attempts'] as const;

export function TaskCard({ page, actor }: ActorProps): JSX.Element | null {
  const { store, walk } = page;
  const task = taskOf(actor, store.ownFrames.value);
  if (task === null) return null;
  return (
    <Card title="Task">
      <Ids ids={task.ids} />
      <Progress progress={task.progress} />
      <Ending task={task} now={page.now.value} />
      {task.error && <ErrorView error={task.error} />}
      {task.troubles.map((trouble) => (
        <TroubleView key={trouble.n} trouble={trouble} onPick={() => walk.goTo(trouble.n)} />
      ))}
    </Card>
  );
}

function Ids({ ids }: { readonly ids: Fields }): JSX.Element {
  const known = IDS.filter((id) => ids[id] !== undefined && ids[id] !== null);
  return (
    <dl class="ids">
      {known.map((id) => (
        <div key={id}>
          <dt>{id.replace(/Name|Id/, '')}</dt>
          <dd class="mono">{idText(ids[id])}</dd>
        </div>
      ))}
    </dl>
  );
}

function idText(id: Json | undefined): string {
  return typeof id === 'string' ? id : JSON.stringify(id);
}

function Progress({ progress }: { readonly progress: Json | undefined }): JSX.Element | null {
  if (progress === undefined || progress === null) return null;
  if (typeof progress !== 'number') return <JsonTree name="progress" value={progress} />;
  // Algorithms say it in percent, or as a share of one.
  const percent = Math.round(progress <= 1 ? progress * 100 : Math.min(100, progress));
  return (
    <label class="progress">
      <span class="faint">progress</span>
      <progress max={100} value={percent} />
      <span>{percent}%</span>
    </label>
  );
}

function Ending({ task, now }: { readonly task: TaskView; readonly now: number }): JSX.Element | null {
  const { outcome, startedAt, endedAt } = task;
  const took = startedAt === null ? null : durationWords((endedAt ?? now) - startedAt);
  if (outcome === null) return took === null ? null : <p class="faint">started {took} ago</p>;
  const isGood = outcome === 'done' || outcome === 'succeed';
  return (
    <p class={isGood ? 'tone-done' : 'tone-failed'}>
      <strong class="tone">{outcome}</strong>
      {took !== null && <span class="faint"> after {took}</span>}
    </p>
  );
}

function ErrorView({ error: { code, message, details } }: { readonly error: TaskError }): JSX.Element {
  return (
    <div class="box tone-failed">
      <p class="tone">
        {code !== null && <code>{code}</code>} {message}
      </p>
      {details !== null && details !== '' && <Stack text={details} />}
    </div>
  );
}

function TroubleView({ trouble, onPick }: { readonly trouble: Trouble; readonly onPick: () => void }): JSX.Element {
  return (
    <div class="box tone-warn">
      <p class="title spread tone">
        {trouble.title}
        <button class="link" onClick={onPick}>
          frame {trouble.n}
        </button>
      </p>
      <Prose text={trouble.text} />
      {trouble.remedy !== null && <Prose className="remedy box" text={trouble.remedy} />}
    </div>
  );
}
