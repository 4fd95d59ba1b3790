import { describe, expect, it } from 'vitest';
import { fieldsOf, fill } from '#page/form.ts';

const schema = {
  type: 'object',
  properties: {
    reason: { type: 'string', title: 'Reason' },
    code: { type: 'integer', description: 'The exit code' },
    force: { type: 'boolean' },
    how: { enum: ['soft', 3] },
    data: { type: 'object' },
  },
  required: ['reason', 'data'],
};
const fields = fieldsOf(schema, { reason: 'by hand', data: { a: 1 }, how: 'soft' });

describe('the form of a schema', () => {
  it('has a field for each property, of the kind that suits it', () => {
    expect(fields.map(({ name, kind, isRequired }) => `${name} ${kind}${isRequired ? ' required' : ''}`)).toEqual([
      'reason text required',
      'code number',
      'force boolean',
      'how choice',
      'data json required',
    ]);
  });

  it('holds at first what was offered', () => {
    expect(fields.map(({ text }) => text)).toEqual(['by hand', '', '', '"soft"', '{\n  "a": 1\n}']);
  });

  it('is empty where a schema has no properties', () => expect(fieldsOf({ type: 'object' }, {})).toEqual([]));
});

describe('a form that was filled', () => {
  it('is read as JSON; what was left empty is left out', () => {
    const answers = { reason: 'x', code: '3', force: 'true', how: '3', data: '[1]' };
    expect(fill(fields, answers)).toEqual({
      kind: 'filled',
      value: { reason: 'x', code: 3, force: true, how: 3, data: [1] },
    });
    expect(fill(fields, { reason: '', data: '{}' })).toEqual({
      kind: 'filled',
      value: { reason: '', force: false, data: {} },
    });
  });

  it('says of each field what is wrong', () => {
    expect(fill(fields, { reason: 'x', code: '1.5', data: '{' })).toEqual({
      kind: 'wrong',
      problems: { code: 'This has to be a whole number.', data: expect.stringContaining('This is not JSON') },
    });
    expect(fill(fields, { code: 'many' })).toMatchObject({
      problems: { code: 'This is not a number.', data: 'This has to be given.' },
    });
  });
});
