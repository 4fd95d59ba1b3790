import { describe, expect, it } from 'vitest';
import { batch, computed, effect, signal, whenChanged } from '#page/signals.ts';

describe('a computed value', () => {
  it('is computed when it is read, and again only after what it has read is another (V1)', () => {
    const [number, other] = [signal(1), signal(1)];
    let times = 0;
    const isOdd = computed(() => number.value % 2 === 1);
    const words = computed(() => {
      times += 1;
      return isOdd.value ? 'odd' : 'even';
    });
    expect(times).toBe(0);
    expect(words.value).toBe('odd');
    other.value = 2;
    number.value = 3;
    expect([words.value, times]).toEqual(['odd', 1]);
    number.value = 4;
    expect([words.value, times]).toEqual(['even', 2]);
  });

  it('depends on what it has read last, and not on what it has peeked at', () => {
    const [isLeft, left, right] = [signal(true), signal('l'), signal('r')];
    const either = computed(() => (isLeft.value ? left.value : right.peek()));
    expect(either.value).toBe('l');
    isLeft.value = false;
    expect(either.value).toBe('r');
    right.value = 'R';
    expect(either.value).toBe('r');
    left.value = 'L';
    expect(either.value).toBe('r');
  });
});

describe('an effect', () => {
  it('runs at once, after each change, once for a batch, and no more when it is ended (V2)', () => {
    const [one, two] = [signal(1), signal(1)];
    const seen: number[] = [];
    const end = effect(() => void seen.push(one.value + two.value));
    one.value = 2;
    batch(() => {
      one.value = 10;
      two.value = 20;
    });
    one.value = 10;
    end();
    one.value = 0;
    expect(seen).toEqual([2, 3, 30]);
  });

  it('may change what others read: they hear of it', () => {
    const [source, copy] = [signal(1), signal(0)];
    const seen: number[] = [];
    const ends = [effect(() => void seen.push(copy.value)), effect(() => (copy.value = source.value))];
    source.value = 7;
    expect([seen, copy.value]).toEqual([[0, 1, 7], 7]);
    for (const end of ends) end();
  });

  it('that throws does not keep the others from hearing of later changes', () => {
    const source = signal(1);
    let heard = 0;
    const end = whenChanged(() => {
      heard += 1;
      if (source.peek() === 2) throw new TypeError('two');
    });
    expect(() => (source.value = 2)).toThrow('two');
    source.value = 3;
    expect(heard).toBe(2);
    end();
  });
});
