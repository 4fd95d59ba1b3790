// Whatever is given as an algorithm: it is one, or INVALID_DESCRIPTOR says why, and nothing else happens.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RuntimeError } from '#errors';
import { checkAlgorithm, flattenAlgorithm, parseAlgorithm } from '#descriptors/algorithm';
import { algorithmFields } from '#descriptors/algorithm-fields';
import { localWarnings } from '#descriptors/local-algorithm';
import { checkStoredAlgorithm, mergeAlgorithm, type StoredAlgorithm } from '#descriptors/stored-algorithm';

const OLD = checkStoredAlgorithm({ name: 'tally', env: 'python', gitRepository: { url: 'http://x' } }, { where: 'x' });

/** Undefined where it was refused. */
function orRefusal<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof RuntimeError && error.code === 'INVALID_DESCRIPTOR')) throw error;
    expect(error.message).toMatch(/^x: [^]+\.$/);
    return undefined;
  }
}

const field = fc.constantFrom(...Object.keys(algorithmFields), 'code', 'resources', 'image', 'fileInfo', '__proto__');
const leaf = fc.constantFrom<unknown>(
  null,
  true,
  0,
  -1,
  0.5,
  '',
  '1',
  '512Mi',
  'tally',
  'python',
  'Git',
  'http://x',
  [],
);
const inner = fc.constantFrom(
  'name',
  'cpu',
  'mem',
  'memory',
  'url',
  'path',
  'limits',
  'requests',
  'container',
  'image',
);
const item = fc.oneof(leaf, fc.dictionary(inner, leaf, { maxKeys: 3 }));
const value = fc.oneof(leaf, item, fc.array(item, { maxLength: 3 }), fc.dictionary(inner, item, { maxKeys: 3 }));
const document = fc
  .dictionary(field, value, { maxKeys: 6 })
  .chain((fields) => fc.constantFrom(fields, { name: 'tally', algorithmImage: 'x', ...fields }));

describe('anything', () => {
  it('that JSON can say is an algorithm, or refused with words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), document), (given) => {
        const read = orRefusal(() => checkAlgorithm(given, 'x'));
        if (read) localWarnings(read);
        orRefusal(() => mergeAlgorithm(OLD, given, { where: 'x', archive: { fileExt: 'zip' } }));
        const again = orRefusal(() => parseAlgorithm(JSON.stringify(given) ?? '', 'x'));
        if (read) expect(again).toEqual(read);
        orRefusal(() => checkStoredAlgorithm(given, { where: 'x' }));
      }),
      { numRuns: 1000 },
    );
  });

  it('that is text is an algorithm, or refused with words', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        'name: tally\n',
        'cpu',
        ': ',
        '\n',
        '- ',
        '&a',
        '*a',
        '{',
        '}',
        '[',
        '"',
        '\t',
        '|',
        '<<',
        '#',
      ),
    });
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (source) => void orRefusal(() => parseAlgorithm(source, 'x'))),
      { numRuns: 1000 },
    );
  });
});

describe('what is stored', () => {
  const stored = (given: unknown): StoredAlgorithm | undefined =>
    orRefusal(() => checkStoredAlgorithm(given, { where: 'x' }));

  it('is sound: stored again it is the same, and nothing in it is null', () => {
    fc.assert(
      fc.property(document, (given) => {
        const once = stored(given);
        if (!once) return;
        expect(mergeAlgorithm(once, { name: once.name }, { where: 'x' })).toEqual(once);
        expect(Object.values(once)).not.toContain(null);
      }),
      { numRuns: 1000 },
    );
  });

  it('of a document that is taken is taken, too, but for what is asked of the whole', () => {
    fc.assert(
      fc.property(document, (given) => {
        const read = orRefusal(() => checkAlgorithm(given, 'x'));
        if (!read) return;
        const { payload } = flattenAlgorithm(read);
        const again = { ...payload, fileInfo: undefined, env: payload.env ?? 'python', algorithmImage: 'x' };
        expect(checkStoredAlgorithm(again, { where: 'x' })).toMatchObject({ name: read.name });
      }),
      { numRuns: 1000 },
    );
  });
});
