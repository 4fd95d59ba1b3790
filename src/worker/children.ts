// What the task at hand has asked for, sub-pipelines or executions: started through a port, and their ends told to the algorithm
// for as long as the task is there to hear them.
//
//   B2. What the algorithm has stopped, or has left behind, is stopped and never mentioned again.

import { describeFailure } from '#model/failure';
import type { TaskIds } from '#model/task';
import type { Message } from '#wire/encode';

/** How a child ended, as the algorithm is told. */
export type ChildEnd =
  /** `storedAt`: where HKube keeps the result, for those who did not ask for it in the answer. */
  | { readonly kind: 'done'; readonly response: unknown; readonly storedAt: string }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'stopped'; readonly reason: string };

/** A child on its way. `ended` never rejects. */
export interface ChildRun {
  readonly ended: Promise<ChildEnd>;
  /** Of a sub-pipeline. */
  readonly jobId?: string;
  stop(reason: string): void;
}

/** How the ends of children are told. `send` throws for what cannot be encoded, `answer` does not. */
export interface Teller {
  send(message: Message): void;
  answer(message: Message): void;
}

/** What is asked for, whatever it is. */
interface Order {
  readonly id: string;
  readonly includeResult: boolean;
}

/** The messages of one kind of child. */
export interface ChildWords {
  readonly done: (id: string, response: unknown) => Message;
  readonly failed: (id: string, error: string) => Message;
  readonly stopped: (id: string, reason: string) => Message;
}

export interface Children<Asked extends Order> {
  run(order: Asked, parent: TaskIds): void;
  /** Says that something went wrong with the child of this id. */
  fail(id: string, error: unknown): void;
  /** Stops the child of this id; false if there is none. */
  stop(id: string, reason: string): boolean;
  stopAll(reason: string): void;
}

/** A child that the algorithm waits for. */
interface Live<Asked> {
  readonly order: Asked;
  readonly parent: TaskIds;
  run: ChildRun | undefined;
}

/** `start` begins a child; what it throws is told to the algorithm as the child's error. */
export function createChildren<Asked extends Order>(
  start: (order: Asked, parent: TaskIds) => ChildRun,
  { send, answer }: Teller,
  words: ChildWords,
): Children<Asked> {
  // The algorithm may have given two of them the same id.
  const lives = new Set<Live<Asked>>();

  function fail(id: string, error: unknown): void {
    answer(words.failed(id, describeFailure(error).message));
  }

  function tellEnd({ id, includeResult }: Asked, end: ChildEnd): void {
    switch (end.kind) {
      case 'done':
        return tellDone(id, includeResult ? end.response : { storageInfo: { path: end.storedAt } });
      case 'failed':
        return fail(id, end.error);
      case 'stopped':
        return answer(words.stopped(id, end.reason));
    }
  }

  /** A response can be too large for a frame: then the algorithm hears that instead of nothing. */
  function tellDone(id: string, response: unknown): void {
    try {
      send(words.done(id, response));
    } catch (error) {
      fail(id, error);
    }
  }

  function begin(live: Live<Asked>): void {
    const { order, parent } = live;
    if (!lives.has(live)) return;
    try {
      live.run = start(order, parent);
    } catch (error) {
      lives.delete(live);
      return fail(order.id, error);
    }
    void live.run.ended.then((end) => {
      if (lives.delete(live)) tellEnd(order, end);
    });
  }

  return {
    run: (order, parent) => {
      const live: Live<Asked> = { order, parent, run: undefined };
      lives.add(live);
      // Not inside the chart's action: what starts may be a chart of its own.
      queueMicrotask(() => begin(live));
    },
    fail,
    stop: (id, reason) => {
      const stopped = [...lives].find(({ order }) => order.id === id);
      if (!stopped) return false;
      lives.delete(stopped);
      stopped.run?.stop(reason);
      return true;
    },
    stopAll: (reason) => {
      for (const abandoned of lives) {
        lives.delete(abandoned);
        abandoned.run?.stop(reason);
      }
    },
  };
}
