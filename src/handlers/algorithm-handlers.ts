// What an author writes: four functions, one of them required. The check that they are what they claim, with words.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import type { AlgorithmApi } from '#handlers/api';
import type { TaskData } from '#wire/task-data';

/** A task as the handlers get it: HKube's fields, with the author's type for `input`. */
export type Task<Input> = {
  // Not `Omit`: it forgets the fields by name of a type that allows others.
  readonly [Field in keyof TaskData as Field extends 'input' ? never : Field]: TaskData[Field];
} & { readonly input: Input };

/**
 * The author's side of an algorithm. Only `start` is required; what it returns is the task's result.
 * `Input` is the type of `data.input`, `Result` of what `start` returns; HKube checks neither.
 */
export interface AlgorithmHandlers<Input = readonly unknown[], Result = unknown> {
  /** Runs before `start`, once an attempt. `init` is the official wrappers' name for it. */
  initialize?(data: Task<Input>, api: AlgorithmApi): unknown;
  init?(data: Task<Input>, api: AlgorithmApi): unknown;
  /** Runs the task. A throw fails it. */
  start(data: Task<Input>, api: AlgorithmApi): Result | Promise<Result>;
  /** Runs when a stop is asked for, after `api.signal` has fired. `forceStop` is false when HKube scales down. */
  stop?(data: { readonly forceStop: boolean }, api: AlgorithmApi): unknown;
  /** Runs before the process is taken down. */
  exit?(data: { readonly exitCode: number }): unknown;
}

/** The handlers after the check: `init` has become `initialize`. */
export type CheckedHandlers = Omit<AlgorithmHandlers, 'init'>;

type Hook = NonNullable<AlgorithmHandlers['initialize' | 'stop' | 'exit']>;

const isFunction = (value: unknown): boolean => typeof value === 'function';
const hook = <Value extends Hook>() => z.optional(z.custom<Value>(isFunction, 'expected a function'));

const Handlers = z
  .object({
    initialize: hook<NonNullable<AlgorithmHandlers['initialize']>>(),
    init: hook<NonNullable<AlgorithmHandlers['init']>>(),
    start: z.custom<AlgorithmHandlers['start']>(
      isFunction,
      'expected a function: it is the one handler that every algorithm needs',
    ),
    stop: hook<NonNullable<AlgorithmHandlers['stop']>>(),
    exit: hook<NonNullable<AlgorithmHandlers['exit']>>(),
  })
  .check(
    z.refine((handlers) => !(handlers.init && handlers.initialize), {
      path: ['init'],
      error: 'expected one of `init` and `initialize`: they are two names of the same handler',
    }),
  );

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/**
 * Checks handlers, from code or from an entry; methods keep their `this`. Throws `INVALID_HANDLERS` naming each wrong field.
 * `where` says whose they are, for the message.
 */
export function checkHandlers(handlers: unknown, where: string): CheckedHandlers {
  if ((typeof handlers !== 'object' && typeof handlers !== 'function') || handlers === null) {
    throw new RuntimeError(
      'INVALID_HANDLERS',
      `${where}: expected an object with a \`start\` function, got ${kindOf(handlers)}. Write { start: async (data, api) => … }.`,
    );
  }
  const fields = Object.fromEntries(Object.keys(Handlers.shape).map((name) => [name, Reflect.get(handlers, name)]));
  const checked = Handlers.safeParse(fields);
  if (!checked.success) {
    const problems = checked.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `\`${name}\`: ${issue.message}, got ${kindOf(fields[name])}`;
    });
    throw new RuntimeError('INVALID_HANDLERS', `${where}: ${problems.join('; ')}.`, {
      facts: { fields: checked.error.issues.map((issue) => String(issue.path[0])).join(',') },
    });
  }
  const { initialize, init, start, stop, exit } = checked.data;
  const before = initialize ?? init;
  return {
    start: start.bind(handlers),
    ...(before && { initialize: before.bind(handlers) }),
    ...(stop && { stop: stop.bind(handlers) }),
    ...(exit && { exit: exit.bind(handlers) }),
  };
}
