// Switches that make a worker misbehave as real peers do, so that an algorithm can be tried against it: what is said is dropped,
// delayed, said twice, or mangled on its way out. They act on what the worker says; the worker itself does not know of them.

import type { Message } from '#wire/encode';

/** One misbehaviour. Each happens once, or `times` times, and then no more. */
export type Fault = {
  /** The message it happens to, such as `start`; `*` is any. */
  readonly on: string;
  /** Default: 1. */
  readonly times?: number | undefined;
} & FaultKind;

export type FaultKind =
  /** It is never sent. */
  | { readonly do: 'drop' }
  /** It is sent later, and others overtake it. */
  | { readonly do: 'delay'; readonly ms: number }
  /** It is sent twice. */
  | { readonly do: 'duplicate' }
  /** Half of its frame is sent. */
  | { readonly do: 'malformed' }
  /** It is sent with so many bytes in its data. Default: 1.1e8, which is more than either end takes. */
  | { readonly do: 'oversized'; readonly bytes?: number | undefined }
  /** The connection is closed instead, with this code; 1006 is without a word. */
  | { readonly do: 'close'; readonly code: number; readonly reason?: string | undefined }
  /** It is sent without its data. */
  | { readonly do: 'withoutData' }
  /** It is sent without the id of what it answers. */
  | { readonly do: 'withoutId' }
  /** The text of its error stands in `response`, where the debug sidecar puts it. */
  | { readonly do: 'textInResponse' };

/** What is to be done with a message. */
export interface Delivery {
  readonly message: Message;
  readonly copies: number;
  readonly delayMs: number;
  readonly half: boolean;
  /** In bytes, of padding; 0: none. */
  readonly padding: number;
  /** Close with this instead of sending. */
  readonly close: { readonly code: number; readonly reason: string } | null;
}

export interface Faults {
  /** From now on. */
  add(fault: Fault): void;
  deliver(message: Message): Delivery;
}

const DEFAULT_OVERSIZE = 1.1e8;
const ID_FIELDS = new Set(['subPipelineId', 'execId', 'requestId']);

interface Armed {
  readonly fault: Fault;
  left: number;
}

export function createFaults(initial: readonly Fault[]): Faults {
  let armed: Armed[] = initial.map(arm);

  return {
    add: (fault) => {
      armed.push(arm(fault));
    },
    deliver: (message) => {
      const plain: Delivery = { message, copies: 1, delayMs: 0, half: false, padding: 0, close: null };
      if (armed.length === 0) return plain;
      const due = armed.filter(({ fault: { on } }) => on === '*' || on === message.command);
      for (const one of due) one.left -= 1;
      armed = armed.filter(({ left }) => left > 0);
      return due.reduce((delivery, { fault }) => mangle(delivery, fault), plain);
    },
  };
}

const arm = (fault: Fault): Armed => ({ fault, left: fault.times ?? 1 });

function mangle(delivery: Delivery, fault: Fault): Delivery {
  switch (fault.do) {
    case 'drop':
      return { ...delivery, copies: 0 };
    case 'delay':
      return { ...delivery, delayMs: delivery.delayMs + fault.ms };
    case 'duplicate':
      return { ...delivery, copies: delivery.copies * 2 };
    case 'malformed':
      return { ...delivery, half: true };
    case 'oversized':
      return { ...delivery, padding: fault.bytes ?? DEFAULT_OVERSIZE };
    case 'close':
      return { ...delivery, close: { code: fault.code, reason: fault.reason ?? 'a fault that was asked for' } };
    case 'withoutData':
      return { ...delivery, message: { command: delivery.message.command } };
    case 'withoutId':
      return { ...delivery, message: rewrite(delivery.message, ([key]) => !ID_FIELDS.has(key)) };
    case 'textInResponse':
      return { ...delivery, message: errorInResponse(delivery.message) };
  }
}

/** The message with `error` under the name of `response`. */
export function errorInResponse(message: Message): Message {
  return rewrite(
    message,
    () => true,
    (key) => (key === 'error' ? 'response' : key),
  );
}

function rewrite(
  message: Message,
  keep: (entry: [string, unknown]) => boolean,
  rename: (key: string) => string = (key) => key,
): Message {
  const { data } = message;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return message;
  const entries: [string, unknown][] = Object.entries(data);
  return { ...message, data: Object.fromEntries(entries.filter(keep).map(([key, value]) => [rename(key), value])) };
}
