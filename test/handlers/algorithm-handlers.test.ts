import { describe, expect, it } from 'vitest';
import { checkHandlers } from '#handlers/algorithm-handlers';

const check = (handlers: unknown) => (): unknown => checkHandlers(handlers, 'here');

describe('handlers', () => {
  it('need nothing but start', () => {
    expect(Object.keys(checkHandlers({ start: () => 1 }, 'here'))).toEqual(['start']);
  });

  it('may call initialize init, as the official wrappers do', async () => {
    const { initialize } = checkHandlers({ start: () => 1, init: () => 'ran' }, 'here');
    expect(Reflect.apply(initialize ?? (() => 'missing'), undefined, [])).toBe('ran');
  });

  it('keep their this, so that a class will do', () => {
    class Algorithm {
      readonly name = 'mine';
      start(): string {
        return this.name;
      }
    }
    const { start } = checkHandlers(new Algorithm(), 'here');
    const result: unknown = Reflect.apply(start, undefined, []);
    expect(result).toBe('mine');
  });

  it.each<[handlers: unknown, words: string]>([
    [undefined, 'here: expected an object with a `start` function, got undefined'],
    [null, 'got null'],
    [[], '`start`: expected a function: it is the one handler that every algorithm needs, got undefined'],
    ['text', 'got string'],
    [{}, '`start`: expected a function'],
    [{ start: 5 }, '`start`: expected a function: it is the one handler that every algorithm needs, got number'],
    [{ start: () => 1, stop: 'now' }, '`stop`: expected a function, got string'],
    [{ start: null, exit: {} }, '`exit`: expected a function, got object'],
    [{ start: () => 1, init: () => 1, initialize: () => 1 }, 'two names of the same handler'],
  ])('that are %j are refused with words', (handlers, words) => {
    expect(check(handlers)).toThrow(expect.objectContaining({ code: 'INVALID_HANDLERS' }));
    expect(check(handlers)).toThrow(words);
  });
});
