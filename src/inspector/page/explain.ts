// "What is it waiting for?", in words for people who do not know the code: a sentence for each state of each chart, and the facts
// behind it. Pure.

import type { Frame } from '#inspector/frames';
import type { ActorView, Scene } from '#inspector/scene';
import { type Known, readPast } from '#page/explain-past.ts';
import { runFacts, taskFacts } from '#page/explain-chain.ts';
import { indexOf } from '#page/frame-index.ts';
import { dig, digText, isFields } from '#page/json.ts';
import { counterpartOf, numberAt, workerOf } from '#page/kinship.ts';
import { durationWords } from '#page/time-words.ts';

export interface Explanation {
  readonly headline: string;
  readonly facts: readonly string[];
  /** What could be done about it; null: nothing has to be. */
  readonly remedy: string | null;
}

interface Asked extends Known {
  /** How long it has been where it is, in words. */
  readonly long: string;
}

type Answer = (asked: Asked) => Partial<Explanation> & { readonly headline: string };
type Answers = Readonly<Record<string, Answer>>;

/** `frames`: up to the moment that is looked at. */
export function explain(scene: Scene, actor: ActorView, frames: readonly Frame[]): Explanation {
  const index = indexOf(frames);
  const other = counterpartOf(scene, actor);
  const past = readPast(actor, index.of(actor.id));
  const log = index.logOf(workerOf(scene, actor) ?? '');
  const asked: Asked = { scene, actor, other, past, log, long: durationWords(scene.at - actor.since) };
  const answer = answerTo(asked);
  const facts = [...(answer.facts ?? []), ...past.troubles];
  return { headline: answer.headline, facts: [...new Set(facts)], remedy: answer.remedy ?? past.remedy };
}

function answerTo(asked: Asked): ReturnType<Answer> {
  const { actor, scene } = asked;
  const gone = scene.processes.get(actor.process)?.closed ?? null;
  if (gone !== null && actor.isClosed && actor.status === 'active')
    return { headline: `Its process is gone: ${gone}.`, remedy: 'Look at the last lines of its log.' };
  if (actor.error !== null) return { headline: `It has broken: ${actor.error}` };
  const answer = charts[actor.chart ?? '']?.[stateOf(actor)];
  if (answer) return answer(asked);
  if (actor.status !== 'active') return { headline: `It has ended (${actor.status}).` };
  return {
    headline:
      actor.chart === null
        ? 'It is there, and has no states of its own.'
        : `It is ${stateOf(actor)} for ${asked.long}.`,
  };
}

const stateOf = ({ value }: ActorView): string =>
  typeof value === 'string' ? value : isFields(value) ? (Object.keys(value)[0] ?? '') : '';

/** How long nothing may be heard of a handler before that is worth a sentence. */
const SILENT_MS = 10_000;

const algorithm: Answers = {
  idle: ({ long, actor }) => ({
    headline: `It waits for a task: there has been none for ${long}.`,
    facts: actor.context['connected'] === false ? ['It is not connected to its worker.'] : [],
  }),
  initializing: ({ long }) => ({
    headline: `It prepares for the task: its initialize hook has been at work for ${long} and has not ended.`,
    facts: ['The worker sends start when it has; one that comes early waits for it.'],
  }),
  ready: ({ long }) => ({ headline: `It is prepared, and for ${long} its worker has not sent start.` }),
  working: working,
  suspended: (asked) => ({
    headline: `The connection was lost ${asked.long} ago. The handler runs on; the worker has to ask for this task again.`,
    facts: [...graceFacts(asked), ...taskFacts(asked)],
  }),
  owing: (asked) => ({
    headline: `Its outcome is known and nobody has heard it for ${asked.long}: the connection was lost. It waits for the worker.`,
    facts: graceFacts(asked),
  }),
  stopping: (asked) => {
    const left = numberAt(asked.actor.context, 'stopGraceMs') - (asked.scene.at - asked.actor.since);
    return {
      headline: `It was asked to stop ${asked.long} ago: the stop hook or the handler has not ended.`,
      facts: [left > 0 ? `It is given up in ${durationWords(left)}.` : 'Its grace is over.', ...taskFacts(asked)],
      remedy:
        'A handler hears of it by its signal: pass the signal on to what it waits for, or look at it between steps.',
    };
  },
  leaving: ({ long }) => ({ headline: `It leaves: its exit hook has been at work for ${long}.` }),
  left: () => ({ headline: 'It has left.' }),
};

function working(asked: Asked): ReturnType<Answer> {
  const { past, scene, actor, long } = asked;
  const facts = taskFacts(asked);
  const silent = scene.at - Math.max(past.lastCall ?? 0, actor.since);
  if (facts.waitsFor !== null)
    return { headline: `Its handler works for ${long}, and waits for ${facts.waitsFor}.`, facts };
  const isSilent = silent >= SILENT_MS;
  return {
    headline: isSilent
      ? `Its handler works for ${long} and has not said anything for ${durationWords(silent)}: it may be busy, or wait for something of its own.`
      : `Its handler works for ${long}.`,
    facts,
    ...(isSilent ? { remedy: 'Spans and progress tell where a handler is: api.startSpan(), api.progress().' } : {}),
  };
}

function graceFacts({ actor, scene }: Asked): string[] {
  if (actor.context['connected'] !== true) return ['It is not connected; it tries to connect again by itself.'];
  const left = numberAt(actor.context, 'resumeGraceMs') - (scene.at - actor.since);
  return [`It is connected again. It goes on by itself in ${durationWords(left)}, if the worker says nothing.`];
}

const session: Answers = {
  bootstrap: ({ long, other, log, actor }) => ({
    headline:
      actor.context['connected'] === true
        ? `Its algorithm is connected; the worker makes itself ready for ${long}.`
        : `No algorithm is connected for ${long}: its process is starting, or cannot start.`,
    facts: [
      ...(other === null || other.isClosed ? ['Its process has not been seen yet.'] : ['Its process is there.']),
      ...log.slice(-3).map(({ text }) => `It wrote: ${text.slice(text.indexOf(' | ') + 3)}`),
    ],
    ...(actor.context['connected'] === true ? {} : { remedy: 'The log of its process says why it does not start.' }),
  }),
  ready: ({ long }) => ({ headline: `It waits for a task: there has been none for ${long}.` }),
  init: ({ long, actor }) => ({
    headline: `The task was sent ${long} ago; the algorithm has not answered that it is initialized.`,
    facts: taskNames(actor),
  }),
  working: (asked) => ({
    headline: `The algorithm works on the task for ${asked.long}.`,
    facts: [...taskNames(asked.actor), ...theOtherSays(asked)],
  }),
  stop: ({ long }) => ({
    headline: `It has asked the algorithm to stop ${long} ago, and waits for stopped.`,
    facts: ['Each stopping of the algorithm buys another ten seconds, up to ten minutes.'],
  }),
  unanswered: ({ long }) => ({
    headline: `The task is over, but its stop has not been answered for ${long}: the next task waits for stopped.`,
    remedy: 'An algorithm answers a stop by stopped, and by nothing else.',
  }),
  retiring: ({ long }) => ({ headline: `It is scaled down: it waits for the algorithm to stop for ${long}.` }),
  error: ({ long }) => ({
    headline: `The algorithm was silent for too long. HKube’s worker hangs here, for ${long} now.`,
    remedy: 'Stop the pipeline. An algorithm that blocks its thread sends no heartbeat.',
  }),
  away: ({ long }) => ({
    headline: `The connection broke ${long} ago. The task is begun again when the algorithm is back.`,
  }),
  results: () => ({ headline: 'The task is over.' }),
  exit: ({ long }) => ({ headline: `The algorithm was told to leave ${long} ago; it has twenty seconds.` }),
  left: () => ({ headline: 'It has left.' }),
};

const sidecar: Answers = {
  ...session,
  bootstrap: ({ long }) => ({ headline: `It waits for a developer’s algorithm to connect, for ${long}.` }),
  working: (asked) => ({
    headline: `The task is with the developer’s algorithm for ${asked.long}.`,
    facts: [...taskNames(asked.actor), ...theOtherSays(asked)],
  }),
};

function taskNames({ context }: ActorView): string[] {
  const [pipeline, node, job] = ['pipelineName', 'nodeName', 'jobId'].map((name) => digText(context, 'task', name));
  return job === null || job === undefined ? [] : [`Node ${node ?? '?'} of ${pipeline ?? '?'}, job ${job}.`];
}

/** What its algorithm does, where it can be seen. */
function theOtherSays({ scene, other }: Asked): string[] {
  if (other === null || other.isClosed) return ['The algorithm itself is not looked at.'];
  const state = stateOf(other);
  const known = { scene, actor: other, other: null, past: readPast(other, []), log: [] };
  return [`The algorithm is ${state}.`, ...(state === 'working' ? taskFacts(known) : [])];
}

const run: Answers = {
  pending: ({ long }) => ({
    headline: `It waits for another run of the same pipeline to end, for ${long}.`,
    remedy: 'The pipeline allows only so many runs at once: options.concurrentPipelines.',
  }),
  active: (asked) => {
    const facts = runFacts(asked.scene, asked.actor);
    return { headline: `It runs for ${asked.long}${facts.waitsFor === null ? '.' : `: ${facts.waitsFor}.`}`, facts };
  },
  completed: ({ long }) => ({ headline: `It has completed, ${long} ago.` }),
  failed: ({ long, actor }) => ({
    headline: `It has failed, ${long} ago.`,
    facts: sayings(dig(actor.context, 'end'), ['nodeName', 'error']),
  }),
  stopped: ({ long, actor }) => ({
    headline: `It was stopped, ${long} ago.`,
    facts: sayings(dig(actor.context, 'end'), ['reason']),
  }),
};

const sayings = (value: unknown, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const text = digText(value, name);
    return text === null || text === '' ? [] : [`${name}: ${text}`];
  });

const child: Answers = {
  requested: ({ long }) => ({ headline: `It was asked for ${long} ago; the worker has not answered yet.` }),
  running: ({ long }) => ({ headline: `It runs for ${long}; its task can wait for it.` }),
  done: () => ({ headline: 'It has completed.' }),
  failed: () => ({ headline: 'It has failed.' }),
  stopped: () => ({ headline: 'It was stopped.' }),
  aborted: () => ({ headline: 'The signal that it was asked for with has fired.' }),
  refused: () => ({ headline: 'It could not be asked for: the request was not sent.' }),
  timedOut: () => ({ headline: 'It took longer than its request allowed.' }),
  abandoned: () => ({ headline: 'Its task ended first.' }),
};

const charts: Readonly<Record<string, Answers>> = { algorithm, session, sidecar, run, child };
