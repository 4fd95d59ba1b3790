// What HKube's worker does not put up with, in words: what the algorithm sent, the rule, what comes of it, what to do. The chart
// and the worker's ear name them; whoever drives the worker shows them.

/**
 * What became of it. `ignored`: nothing. `answered`: an error went back. `ended`: the task is over. `stuck`: the worker waits
 * until the pipeline is stopped. `expelled`: the algorithm was told to leave. `died`: HKube's worker crashes of it, and the
 * connection is cut.
 */
export type Consequence = 'ignored' | 'answered' | 'ended' | 'stuck' | 'expelled' | 'died';

/** Something an algorithm did that HKube's worker refuses. */
export interface Refusal {
  /** What the algorithm sent, or failed to send. */
  readonly sent: string;
  readonly rule: string;
  readonly consequence: Consequence;
  readonly remedy: string;
}

/** One sentence for a log. */
export function refusalText({ sent, rule, remedy }: Refusal): string {
  return `${sent}: ${rule} ${remedy}`;
}

export const REFUSALS = {
  early: {
    sent: 'a frame before the first message of the worker',
    rule: 'HKube’s worker has no encoding before it has seen the containers run, and crashes of such a frame.',
    consequence: 'died',
    remedy: 'Send nothing on a new connection before a message has come.',
  },
  spokeFirst: {
    sent: 'a frame before the first message of the worker',
    rule: 'This worker could hear it. HKube’s crashes of one that comes before it has seen the containers run.',
    consequence: 'ignored',
    remedy: 'Send nothing on a new connection before a message has come.',
  },
  initialized: {
    sent: '`initialized` that answers no `initialize`',
    rule: 'HKube’s worker takes it once, in answer to `initialize`; anywhere else it leaves, without completing the task.',
    consequence: 'expelled',
    remedy: 'Send it once for each `initialize`, after the init hook has ended.',
  },
  initializedAtStop: {
    sent: '`initialized` after `stop`',
    rule: 'HKube’s worker leaves of it.',
    consequence: 'expelled',
    remedy:
      'Answer a stop with `stopped` alone. Where they crossed, there is nothing to mend: the task was over anyway.',
  },
  outcomeBeforeStart: {
    sent: 'an outcome before `start`',
    rule: 'HKube’s worker ends the task with it as succeeded, and never sends `start`.',
    consequence: 'ended',
    remedy: 'Answer `initialize` with `initialized`, and send the outcome after `start`.',
  },
  stoppedUnasked: {
    sent: '`stopped` without a stop',
    rule: 'HKube’s worker takes it for `done`: the task has succeeded, without a result.',
    consequence: 'ended',
    remedy: 'Send `done` with the result, or `errorMessage`.',
  },
  stopUnanswered: {
    sent: 'no `stopped` within ten seconds of `stop`',
    rule: 'HKube’s worker leaves then, and its pod with it; `done` or `errorMessage` do not count as the answer.',
    consequence: 'expelled',
    remedy: 'Answer each stop with `stopped`; send `stopping` each second while it takes longer.',
  },
  strayStopping: {
    sent: '`stopping` after the stop was over',
    rule: 'HKube’s worker starts its ten seconds again, and leaves at their end.',
    consequence: 'expelled',
    remedy: 'Send no `stopping` after `stopped`.',
  },
  aliveEnded: {
    sent: 'no `alive` for ten seconds after the last one',
    rule: 'The first `alive` of a task starts a watchdog; HKube’s worker then hangs until the pipeline is stopped.',
    consequence: 'stuck',
    remedy: 'Send `alive` every five seconds until the outcome, or never.',
  },
  aliveAfterEnd: {
    sent: '`alive` outside of a task',
    rule: 'It starts a watchdog of ten seconds, at whose end HKube’s worker leaves.',
    consequence: 'expelled',
    remedy: 'Send no `alive` after `done`, `errorMessage` or a stop.',
  },
  outcomeWhenStuck: {
    sent: 'an outcome, or `initialized`, after the watchdog had ended',
    rule: 'HKube’s worker no longer takes one, and leaves without completing the task.',
    consequence: 'expelled',
    remedy: 'Send `alive` every five seconds until the outcome, or never.',
  },
  subPipelineOutside: {
    sent: 'a sub-pipeline asked for, or stopped, while no task works',
    rule: 'HKube’s worker answers with an error that has no id, so a client that waits for its id waits for ever.',
    consequence: 'answered',
    remedy: 'Ask for sub-pipelines, and stop them, between `start` and the outcome.',
  },
  spanOutside: {
    sent: 'a span changed while no task works',
    rule: 'HKube’s worker does not trace it.',
    consequence: 'ignored',
    remedy: 'Open and finish spans between `start` and the outcome.',
  },
  executionOutside: {
    sent: 'an execution asked for without a task',
    rule: 'HKube’s worker answers with an error.',
    consequence: 'answered',
    remedy: 'Start algorithms between `initialize` and the outcome.',
  },
  secondConnection: {
    sent: 'a second connection while the first was open',
    rule: 'HKube’s worker loses both as soon as one of them closes, and the attempt with them.',
    consequence: 'ended',
    remedy: 'Wait for the end of the old socket before opening a new one.',
  },
} as const satisfies Record<string, Refusal>;
