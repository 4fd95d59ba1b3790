// `alive` messages while a task is open. The first one arms a watchdog of 10 s in the worker, so none may follow the outcome (L5).

const PERIOD_MS = 5_000;

export interface Heartbeat {
  begin(): void;
  end(): void;
}

export function createHeartbeat(enabled: boolean, beat: () => void): Heartbeat {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin: () => {
      if (!enabled || timer) return;
      beat();
      timer = setInterval(beat, PERIOD_MS);
    },
    end: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
