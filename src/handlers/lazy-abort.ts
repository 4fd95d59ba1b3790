// An abort controller that comes into being when somebody looks at its signal. Most handlers never do, and a controller costs
// more than all else that is made for a small task.

export interface LazyAbort {
  readonly signal: AbortSignal;
  readonly aborted: boolean;
  abort(reason: unknown): void;
}

export function createLazyAbort(): LazyAbort {
  let controller: AbortController | undefined;
  let ended: { readonly reason: unknown } | undefined;
  return {
    get signal() {
      if (!controller) {
        controller = new AbortController();
        if (ended) controller.abort(ended.reason);
      }
      return controller.signal;
    },
    get aborted() {
      return ended !== undefined;
    },
    abort: (reason) => {
      ended ??= { reason };
      controller?.abort(reason);
    },
  };
}
