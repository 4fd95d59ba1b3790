// `alive` messages while a task is open. The first one arms a watchdog of 10 s in the worker, so none may follow the outcome (L5).

import type { After } from '#model/after';

const PERIOD_MS = 5_000;

export interface Heartbeat {
  begin(): void;
  end(): void;
}

export interface HeartbeatOptions {
  readonly enabled: boolean;
  readonly beat: () => void;
  readonly after: After;
}

export function createHeartbeat({ enabled, beat, after }: HeartbeatOptions): Heartbeat {
  let forget: (() => void) | undefined;
  const go = (): void => {
    beat();
    forget = after(PERIOD_MS, go);
  };
  return {
    begin: () => {
      if (enabled && !forget) go();
    },
    end: () => {
      forget?.();
      forget = undefined;
    },
  };
}
