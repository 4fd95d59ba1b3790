// The lines of a log that grows, each once, as a terminal may have them.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLogLines, tame } from '#cli/log-lines';

it('are each told once, however the log grows', () => {
  const text = fc.array(fc.stringMatching(/^[ab]{0,3}$/), { maxLength: 20 }).map((lines) => `${lines.join('\n')}\n`);
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 80 }), { maxLength: 8 }), (log, cuts) => {
      const lines = createLogLines();
      const ends = [...cuts.filter((cut) => cut < log.length).toSorted((a, b) => a - b), log.length];
      const told = ends.flatMap((end) => lines.take(log.slice(0, end), end === log.length));
      expect(told).toEqual(log.slice(0, -1).split('\n'));
    }),
  );
});

it('wait until they are whole, but for the last one', () => {
  const lines = createLogLines();
  expect(lines.take('on', false)).toEqual([]);
  expect(lines.take('one\ntw', false)).toEqual(['one']);
  expect(lines.take('one\ntwo', true)).toEqual(['two']);
  expect(lines.take('one\ntwo', true)).toEqual([]);
});

it.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['10%\r50%\r100%', '100%'],
  ['line\r', 'line'],
  ['\u001b]0;title\u0007shown', 'shown'],
  ['a\u0000\u0008\u009bb\tc', 'ab\tc'],
  ['grün ✓', 'grün ✓'],
])('%j is shown as %j', (line, shown) => {
  expect(tame(line)).toBe(shown);
});
