// The spans that an algorithm opens and finishes by messages, as HKube's worker has them: a stack (protocol.md §9.3).
//
//   P1. A span that the algorithm's own process makes and exports says so by a tag, the carrier of itself. It is not made here; its
//       address is what is current.
//   P2. What is open at the end of the task is closed, tagged and named in the log. HKube's worker forgets it.
//   P3. At most OPEN_LIMIT are open. More of them are counted, so that their ends are nobody else's, and not made.
//
// The stack is kept also where nothing is traced: mistakes are worth a line then, too.

import type { SpanNews } from '#machines/session.events';
import { addressOf, type TraceAddress } from '#model/trace-carrier';
import type { LiveSpan, Tracer, TracingLogger } from '#tracing/tracing';

const OPEN_LIMIT = 1_000;
const LONGEST_NAME = 1_000;
const NAMES_SHOWN = 10;

/** Below what the first span is made, and by whom; none: nothing is traced. */
export interface SpanGround {
  readonly tracer: Tracer;
  readonly parent: TraceAddress;
  /** Of every span; they win. */
  readonly tags: Readonly<Record<string, unknown>>;
}

export interface AlgorithmSpans {
  /** The span on top, where there is one whose address is known. */
  readonly current: TraceAddress | undefined;
  change(news: SpanNews, ground: SpanGround | undefined): void;
  /** P2. `how`: whether the algorithm had its say to the end, or was interrupted. `task`: its name in the log. */
  closeAll(task: string, how: 'ended' | 'interrupted'): void;
}

interface OpenSpan {
  readonly name: string;
  readonly address: TraceAddress | undefined;
  /** None: it is made elsewhere (P1), or not at all. */
  readonly live: LiveSpan | undefined;
}

export function createAlgorithmSpans(log: TracingLogger): AlgorithmSpans {
  const stack: OpenSpan[] = [];
  let beyond = 0;
  let hasFinishedTooOften = false;

  function start({ name, tags }: Extract<SpanNews, { kind: 'started' }>, ground: SpanGround | undefined): void {
    if (stack.length < OPEN_LIMIT) return void stack.push(opened(name.slice(0, LONGEST_NAME), tags, ground));
    if (beyond === 0) log.warn(`${OPEN_LIMIT} spans are open at once: more of them are not traced. Finish spans.`);
    beyond += 1;
  }

  function opened(name: string, tags: Readonly<Record<string, unknown>>, ground: SpanGround | undefined): OpenSpan {
    if (!ground) return { name, address: undefined, live: undefined };
    const elsewhere = addressOf(tags);
    if (elsewhere?.traceId === ground.parent.traceId) return { name, address: elsewhere, live: undefined };
    // First, too: a tracer takes only so many tags.
    const all = { ...ground.tags, ...tags, ...ground.tags };
    const live = ground.tracer.open({ name, parent: stack.at(-1)?.address ?? ground.parent, tags: all });
    return { name, address: live.address, live };
  }

  function finish({ tags, error }: Extract<SpanNews, { kind: 'finished' }>): void {
    if (beyond > 0) return void (beyond -= 1);
    const finished = stack.pop();
    if (!finished) return finishNone();
    finished.live?.tag(tags);
    if (error !== null) finished.live?.fail({ message: error });
    finished.live?.end();
  }

  function finishNone(): void {
    if (hasFinishedTooOften) return;
    hasFinishedTooOften = true;
    log.warn('a span was finished, and none is open: HKube’s worker ignores that. Finish each span once.');
  }

  function unwind(): string[] {
    const names: string[] = [];
    for (let one = stack.pop(); one; one = stack.pop()) {
      if (one.live || one.address === undefined) names.push(one.name);
      one.live?.tag({ unfinished: true });
      one.live?.end();
    }
    return names;
  }

  return {
    get current() {
      return stack.at(-1)?.address;
    },
    change: (news, ground) => (news.kind === 'started' ? start(news, ground) : finish(news)),
    closeAll: (task, how) => {
      const isTraced = stack.some(({ live }) => live !== undefined);
      const names = unwind();
      const count = names.length + beyond;
      beyond = 0;
      hasFinishedTooOften = false;
      if (count === 0) return;
      const words = `${task} has left ${count === 1 ? 'a span' : `${count} spans`} open: ${shown(names, count)}`;
      const remedy = 'HKube’s worker never closes what is left open: finish each span before the outcome.';
      if (isTraced && how === 'ended') log.warn(`${words}. ${remedy}`);
      else log.debug(words);
    },
  };
}

function shown(names: readonly string[], count: number): string {
  const some = names.slice(0, NAMES_SHOWN).map((name) => JSON.stringify(name));
  return `${some.join(', ')}${count > NAMES_SHOWN ? ', …' : ''}`;
}
