import { describe, expect, test } from '@jest/globals';
import type { JsonValue } from '../../src/cdk/index.ts';
import { rowsOf } from '../../src/float/lists.ts';

describe('the rows of a body', () => {
  test.each<[string, JsonValue | undefined, unknown]>([
    ['an array', [{ id: 1 }, { id: 2 }], [{ id: 1 }, { id: 2 }]],
    ['an object with rows under a name of their own', { people: [{ id: 1 }], meta: {} }, [{ id: 1 }]],
    ['an object with data', { data: [{ id: 1 }], meta: {} }, [{ id: 1 }]],
    ['an empty array', [], []],
    ['empty data', { data: [] }, []],
    ['no body', undefined, []],
  ])('%s', (_, body, rows) => {
    expect(rowsOf({ body }, 'reports_people', 'people')).toEqual(rows);
  });

  test.each<[JsonValue]>([
    [null],
    ['text'],
    [{}],
    [{ data: null }],
    [{ message: 'secret of the company' }],
    [[{ id: 1 }, null]],
    [{ data: [[{ id: 1 }]] }],
  ])('%j is not a list: it never counts as empty, and the message contains no values', (body) => {
    const failure = {
      failureType: 'system_error',
      message: expect.stringMatching(/people.*base_url/),
      internalMessage: expect.not.stringMatching(/secret of/),
    };
    expect(() => rowsOf({ body }, 'people')).toThrow(expect.objectContaining(failure));
  });
});
