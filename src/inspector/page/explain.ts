// "What is it waiting for?", in words for people who do not know the code: a sentence for each state of each chart, and the facts
// behind it. Pure.

import type { Frame } from '#inspector/frames';
import type { ActorView, Scene } from '#inspector/scene';
import { runFacts, taskFacts } from '#page/explain-chain.ts';
import { dig, digText } from '#page/json.ts';
import { counterpartOf, numberAt, workerOf } from '#page/kinship.ts';
import { countUpTo } from '#inspector/history';
import { stateWords } from '#page/mood.ts';
import { readTask, type TaskView } from '#page/task.ts';
import { durationWords } from '#page/time-words.ts';

export interface Explanation {
  readonly headline: string;
  readonly facts: readonly string[];
  /** What could be done about it; null: nothing has to be. */
  readonly remedy: string | null;
}

/** What an actor has told, up to the moment that is looked at. */
export interface Told {
  /** Its frames. */
  readonly own: readonly Frame[];
  /** The lines of all logs; later ones may be among them. */
  readonly lines: readonly Frame[];
}

interface Asked {
  readonly scene: Scene;
  readonly actor: ActorView;
  /** The other end of the line, where it is looked at. */
  readonly other: ActorView | null;
  readonly task: TaskView;
  /** What its process wrote last. */
  readonly wrote: () => readonly string[];
  /** How long it has been where it is, in words. */
  readonly long: string;
}

/** A sentence, in which `{long}` is how long it has been there; or more than that. */
type Answer = string | Answered | ((asked: Asked) => Answered);
type Answered = Partial<Explanation> & { readonly headline: string };
type Answers = Readonly<Record<string, Answer>>;

export function explain(scene: Scene, actor: ActorView, { own, lines }: Told): Explanation {
  const task = readTask(actor, own);
  const wrote = (): string[] => linesOf(workerOf(scene, actor) ?? '', lines.slice(0, countUpTo(lines, scene.n)));
  const long = durationWords(scene.at - actor.since);
  const {
    headline,
    facts = [],
    remedy,
  } = answerTo({ scene, actor, other: counterpartOf(scene, actor), task, wrote, long });
  const troubles = task.troubles.toReversed().map(({ title, text }) => `Refused: ${title}. ${text}`);
  return {
    headline: headline.replace('{long}', long),
    facts: [...new Set([...facts, ...troubles])],
    remedy: remedy ?? task.troubles[0]?.remedy ?? null,
  };
}

/** The last that a local HKube has heard its process write: `word-count-1 | ready`. */
function linesOf(worker: string, lines: readonly Frame[]): string[] {
  const start = `${worker} | `;
  const texts = lines.flatMap((line) => (line.kind === 'log' && line.text.startsWith(start) ? [line.text] : []));
  return texts.slice(-3).map((text) => text.slice(start.length));
}

function answerTo(asked: Asked): Answered {
  const { actor, scene } = asked;
  const gone = scene.processes.get(actor.process)?.closed ?? null;
  if (gone !== null && actor.isClosed && actor.status === 'active')
    return { headline: `Its process is gone: ${gone}.`, remedy: 'Look at the last lines of its log.' };
  if (actor.error !== null) return { headline: `It has broken: ${actor.error}` };
  const answer = charts[actor.chart ?? '']?.[stateWords(actor.value)];
  if (typeof answer === 'function') return answer(asked);
  if (answer !== undefined) return typeof answer === 'string' ? { headline: answer } : answer;
  if (actor.status !== 'active') return { headline: `It has ended (${actor.status}).` };
  if (actor.chart === null) return { headline: 'It is there, and has no states of its own.' };
  return { headline: `It is ${stateWords(actor.value)} for {long}.` };
}

/** How long nothing may be heard of a handler before that is worth a sentence. */
const SILENT_MS = 10_000;

const algorithm: Answers = {
  idle: ({ actor }) => ({
    headline: 'It waits for a task: there has been none for {long}.',
    facts: actor.context['connected'] === false ? ['It is not connected to its worker.'] : [],
  }),
  initializing: {
    headline: 'Its initialize hook has been at work for {long}.',
    facts: ['A start that comes early waits for it.'],
  },
  ready: 'It is prepared, and for {long} its worker has not sent start.',
  working,
  suspended: (asked) => ({
    headline: 'The connection was lost {long} ago. The handler runs on; the worker has to ask for this task again.',
    facts: [...graceFacts(asked), ...taskFacts(asked)],
  }),
  owing: (asked) => ({
    headline: 'Its outcome is known, and the connection has been lost for {long}: it waits for the worker.',
    facts: graceFacts(asked),
  }),
  stopping: (asked) => {
    const left = numberAt(asked.actor.context, 'stopGraceMs') - (asked.scene.at - asked.actor.since);
    return {
      headline: 'It was asked to stop {long} ago: the stop hook or the handler has not ended.',
      facts: [left > 0 ? `It is given up in ${durationWords(left)}.` : 'Its grace is over.', ...taskFacts(asked)],
      remedy: 'A handler hears of it by its signal: pass that on, or look at it between steps.',
    };
  },
  leaving: 'It leaves: its exit hook has been at work for {long}.',
  left: 'It has left.',
};

function working(asked: Asked): Answered {
  const { task, scene, actor } = asked;
  const facts = taskFacts(asked);
  const silent = scene.at - Math.max(task.lastCall ?? 0, actor.since);
  if (facts.waitsFor !== null)
    return { headline: `Its handler works for {long}, and waits for ${facts.waitsFor}.`, facts };
  const isSilent = silent >= SILENT_MS;
  return {
    headline: isSilent
      ? `Its handler works for {long} and has not said anything for ${durationWords(silent)}: it may be busy, or wait.`
      : 'Its handler works for {long}.',
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
  bootstrap: ({ other, wrote, actor }) => ({
    headline:
      actor.context['connected'] === true
        ? 'Its algorithm is connected; the worker makes itself ready for {long}.'
        : 'No algorithm is connected for {long}: its process is starting, or cannot start.',
    facts: [
      ...(other === null || other.isClosed ? ['Its process has not been seen yet.'] : ['Its process is there.']),
      ...wrote().map((text) => `It wrote: ${text}`),
    ],
    ...(actor.context['connected'] === true ? {} : { remedy: 'Look at the last lines of its log.' }),
  }),
  ready: 'It waits for a task: there has been none for {long}.',
  init: ({ actor }) => ({
    headline: 'The task was sent {long} ago; the algorithm has not answered that it is initialized.',
    facts: taskNames(actor),
  }),
  working: (asked) => ({
    headline:
      asked.other?.value === 'ready'
        ? 'It has said start, and the algorithm has not got it: it waits since {long}.'
        : 'The algorithm works on the task for {long}.',
    facts: [...taskNames(asked.actor), ...theOtherSays(asked)],
  }),
  stop: {
    headline: 'It has asked the algorithm to stop {long} ago, and waits for stopped.',
    facts: ['Each stopping of the algorithm buys another ten seconds, up to ten minutes.'],
  },
  unanswered: {
    headline: 'The task is over; its stop has not been answered for {long}. The next task waits for that.',
    remedy: 'An algorithm answers a stop by stopped, and by nothing else.',
  },
  retiring: 'It is scaled down: it waits for the algorithm to stop for {long}.',
  error: {
    headline: 'The algorithm was silent for too long. HKube’s worker hangs here, for {long} now.',
    remedy: 'Stop the pipeline. An algorithm that blocks its thread sends no heartbeat.',
  },
  away: 'The connection broke {long} ago. The task is begun again when the algorithm is back.',
  results: 'The task is over.',
  exit: 'The algorithm was told to leave {long} ago; it has twenty seconds.',
  left: 'It has left.',
};

const sidecar: Answers = {
  ...session,
  bootstrap: 'It waits for a developer’s algorithm to connect, for {long}.',
};

function taskNames({ context }: ActorView): string[] {
  const [pipeline, node, job] = ['pipelineName', 'nodeName', 'jobId'].map((name) => digText(context, 'task', name));
  return job === null || job === undefined ? [] : [`Node ${node ?? '?'} of ${pipeline ?? '?'}, job ${job}.`];
}

/** What its algorithm does, where it can be seen. */
function theOtherSays({ scene, other }: Asked): string[] {
  if (other === null || other.isClosed) return ['The algorithm itself is not looked at.'];
  const state = stateWords(other.value);
  return [`The algorithm is ${state}.`, ...(state === 'working' ? taskFacts({ scene, actor: other }) : [])];
}

const run: Answers = {
  pending: {
    headline: 'It waits for another run of the same pipeline to end, for {long}.',
    remedy: 'The pipeline allows only so many runs at once: options.concurrentPipelines.',
  },
  active: (asked) => {
    const facts = runFacts(asked.scene, asked.actor);
    return { headline: `It runs for {long}${facts.waitsFor === null ? '' : `: ${facts.waitsFor}`}.`, facts };
  },
  completed: 'It has completed, {long} ago.',
  failed: ({ actor }) => ({
    headline: 'It has failed, {long} ago.',
    facts: sayings(dig(actor.context, 'end'), ['nodeName', 'error']),
  }),
  stopped: ({ actor }) => ({
    headline: 'It was stopped, {long} ago.',
    facts: sayings(dig(actor.context, 'end'), ['reason']),
  }),
};

const sayings = (value: unknown, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const text = digText(value, name);
    return text === null || text === '' ? [] : [`${name}: ${text}`];
  });

const child: Answers = {
  requested: 'It was asked for {long} ago; the worker has not answered yet.',
  running: 'It runs for {long}; its task can wait for it.',
  done: 'It has completed.',
  failed: 'It has failed.',
  stopped: 'It was stopped.',
  aborted: 'The signal that it was asked for with has fired.',
  refused: 'It could not be asked for: the request was not sent.',
  timedOut: 'It took longer than its request allowed.',
  abandoned: 'Its task ended first.',
};

const charts: Readonly<Record<string, Answers>> = { algorithm, session, sidecar, run, child };
