import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeSpans, type SpanChange, type SpanStep, unwindSpans } from '#model/span-stack';

const open = (id: string): SpanChange => ({ kind: 'open', id, name: id });
const end = (id: string, error?: string): SpanChange => ({
  kind: 'end',
  id,
  end: error === undefined ? {} : { error },
});
const spell = (steps: readonly SpanStep[]) => steps.map(({ kind, frame }) => `${kind} ${frame.id}`);

describe('L7: the span stack', () => {
  it('nests, and finishes in reverse', () => {
    const { stack, steps } = changeSpans([], [open('a'), open('b'), end('b'), end('a')]);
    expect(spell(steps)).toEqual(['open a', 'open b', 'finish b', 'finish a']);
    expect(stack).toEqual([]);
  });

  it('keeps a span that ends below others until they have ended', () => {
    const first = changeSpans([], [open('a'), open('b'), end('a', 'boom')]);
    expect(spell(first.steps)).toEqual(['open a', 'open b']);
    const second = changeSpans(first.stack, [end('b')]);
    expect(spell(second.steps)).toEqual(['finish b', 'finish a']);
    expect(second.steps[1]).toMatchObject({ end: { error: 'boom' } });
  });

  it('knows the parent of each frame', () => {
    expect(changeSpans([], [open('a'), open('b')]).stack).toEqual([
      { id: 'a', name: 'a', parent: null },
      { id: 'b', name: 'b', parent: 'a' },
    ]);
  });

  it('ignores the end of what is not open, and a second end', () => {
    const { stack } = changeSpans([], [open('a'), open('b'), end('a'), end('a', 'again'), end('x')]);
    expect(stack.map(({ ended }) => ended)).toEqual([{}, undefined]);
  });

  it('unwinds top first, each with its own end where it has one', () => {
    const { stack } = changeSpans([], [open('a'), open('b'), end('a', 'own')]);
    const { steps } = unwindSpans(stack, { error: 'task' });
    expect(steps).toMatchObject([
      { frame: { id: 'b' }, end: { error: 'task' } },
      { frame: { id: 'a' }, end: { error: 'own' } },
    ]);
  });

  it('is a stack on the wire for any order of opens and ends', () => {
    const change = fc.oneof(fc.constant('open' as const), fc.record({ end: fc.nat({ max: 12 }) }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (wishes) => {
        let opened = 0;
        const changes = wishes.map((wish) => (wish === 'open' ? open(String((opened += 1))) : end(String(wish.end))));
        const { stack, steps } = changeSpans([], changes);
        const wire: string[] = [];
        for (const step of [...steps, ...unwindSpans(stack, {}).steps]) {
          if (step.kind === 'open') wire.push(step.frame.id);
          else expect(wire.pop()).toBe(step.frame.id);
        }
        expect(wire).toEqual([]);
      }),
    );
  });
});
