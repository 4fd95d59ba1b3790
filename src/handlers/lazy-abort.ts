// An abort controller that comes into being when somebody looks at its signal. Most handlers never do, and a controller costs
// more than all else that is made for a small task.

import { setMaxListeners } from 'node:events';

export interface LazyAbort {
  readonly signal: AbortSignal;
  readonly aborted: boolean;
  abort(reason: unknown): void;
}

/** Somebody who may ask for the end while the event loop stands still. */
export interface Asking {
  readonly isAsked: () => boolean;
  readonly reason: () => unknown;
}

export function createLazyAbort(asking?: Asking): LazyAbort {
  let controller: AbortController | undefined;
  let ended: { readonly reason: unknown } | undefined;

  function abort(reason: unknown): void {
    ended ??= { reason };
    controller?.abort(ended.reason);
  }

  /** A loop that never yields sees no event, but it may look: then the asking is looked up. */
  function letLook(signal: AbortSignal, { isAsked, reason }: Asking): void {
    const look = (): void => {
      if (!ended && isAsked()) abort(reason());
    };
    Object.defineProperties(signal, {
      aborted: {
        get: () => {
          look();
          return ended !== undefined;
        },
      },
      throwIfAborted: {
        value: () => {
          look();
          AbortSignal.prototype.throwIfAborted.call(signal);
        },
      },
    });
  }

  return {
    get signal() {
      if (!controller) {
        controller = new AbortController();
        // Authors pass it on, as they are told to, to as many things as they like.
        setMaxListeners(0, controller.signal);
        if (ended) controller.abort(ended.reason);
        else if (asking) letLook(controller.signal, asking);
      }
      return controller.signal;
    },
    get aborted() {
      return ended !== undefined;
    },
    abort,
  };
}
