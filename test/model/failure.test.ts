import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '#model/failure';

const circular: Record<string, unknown> = { name: 'loop' };
circular.self = circular;

class Coded extends Error {
  readonly code = 'E_TILE';
}

describe('L6: every failure has words', () => {
  it.each([
    ['an Error', new Error('boom'), { code: 'Failed', message: 'boom' }],
    ['an Error with a code', new Coded('tile 3'), { code: 'E_TILE', message: 'tile 3' }],
    ['an Error without a message', new TypeError(), { code: 'Failed', message: 'TypeError' }],
    ['a string', 'boom-string', { code: 'Failed', message: 'boom-string' }],
    ['an empty string', '', { code: 'Failed', message: "The algorithm threw ''." }],
    ['a number', 42, { code: 'Failed', message: 'The algorithm threw 42.' }],
    ['null', null, { code: 'Failed', message: 'The algorithm threw null.' }],
    ['undefined', undefined, { code: 'Failed', message: 'The algorithm threw undefined.' }],
    ['an object with a code', { code: 'E_OBJ' }, { code: 'E_OBJ', message: "The algorithm threw { code: 'E_OBJ' }." }],
    ['an object with a message', { message: 'odd' }, { code: 'Failed', message: 'odd' }],
    ['a numeric code', { code: 7, message: 'seven' }, { code: '7', message: 'seven' }],
  ])('%s', (_, thrown, expected) => {
    expect(describeFailure(thrown)).toMatchObject(expected);
  });

  it('describes a circular object', () => {
    expect(describeFailure(circular).message).toContain('Circular');
  });

  it('survives getters and proxies that throw', () => {
    const bad = {
      get message(): string {
        throw new TypeError('no message for you');
      },
    };
    expect(describeFailure(bad).message).not.toBe('');
    const wild = new Proxy({}, { get: () => fail(), getPrototypeOf: () => fail(), ownKeys: () => fail() });
    expect(describeFailure(wild).message).not.toBe('');
  });

  it('keeps the stack and the chain of causes in details', () => {
    const { details } = describeFailure(new Error('outer', { cause: new Error('inner', { cause: 'root' }) }));
    expect(details).toMatch(/Error: outer[\s\S]+Caused by: Error: inner[\s\S]+Caused by: 'root'/);
  });

  it('puts details that the author gave before the stack', () => {
    expect(describeFailure({ message: 'm', details: 'look at tile 3' }).details).toMatch(/^look at tile 3\n/);
  });

  it('masks secrets in message and details', () => {
    const failure = describeFailure(new Error('cannot log in: password=hunter2 at postgres://me:hunter2@db/x'));
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(failure.message).toContain('password=***');
  });

  it('cuts what is too long to send', () => {
    const { message, details } = describeFailure(new Error('x'.repeat(1e6)));
    expect(message.length + details.length).toBeLessThan(100_000);
  });

  it('has words for anything', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true }), (thrown) => {
        const { code, message, details } = describeFailure(thrown);
        expect(message).not.toBe('');
        expect([typeof code, typeof details]).toEqual(['string', 'string']);
      }),
    );
  });
});

function fail(): never {
  throw new TypeError('trap');
}
