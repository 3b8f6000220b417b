import { describe, expect, jest, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import type { JsonObject, JsonValue, StreamDefinition } from '../../../src/cdk/index.ts';
import { MOST_NEW_VALUES, RecordMaker } from '../../../src/cdk/records/records.ts';
import { seedOf } from '../../support/random.ts';
import { thrownBy } from '../../support/thrown.ts';

// A property is many runs, and machines may be busy.
jest.setTimeout(60_000);

const nullable = (type: string, more: JsonObject = {}): JsonObject => ({ type: ['null', type], ...more });

const PROPERTIES: Record<string, JsonObject> = {
  id: { type: 'integer' },
  people_id: nullable('integer'),
  hours: nullable('number'),
  name: nullable('string'),
  active: nullable('boolean'),
  modified: nullable('string', { format: 'date-time', airbyte_type: 'timestamp_with_timezone' }),
  start_date: nullable('string', { format: 'date' }),
  tags: nullable('array', { items: nullable('string') }),
  days: nullable('array', { items: nullable('object', { properties: { day: nullable('number') } }) }),
  team: nullable('object', {
    properties: { rate: nullable('number'), since: nullable('string', { format: 'date' }), more: nullable('object') },
  }),
  loose: nullable('object', { additionalProperties: true }),
  list: nullable('array'),
  any: {},
};

const DEFINITION: StreamDefinition = {
  name: 'people',
  jsonSchema: { type: 'object', additionalProperties: true, properties: PROPERTIES },
  primaryKey: ['id'],
  nativeKey: 'people_id',
};

/** The record made of a row, and the fields that were noticed. */
function make(row: JsonObject, definition = DEFINITION) {
  const maker = new RecordMaker(definition);
  const json = maker.toJson(row);
  const record = JSON.parse(json) as JsonObject;
  expect(json).toBe(JSON.stringify(record));
  return { record, json, unknown: [...maker.unknownFields], mistyped: [...maker.mistypedFields] };
}

describe('a value', () => {
  test.each<[string, JsonValue, JsonValue]>([
    ['hours', '8', 8],
    ['hours', '8.0000', 8],
    ['hours', ' -7.5 ', -7.5],
    ['hours', '.5', 0.5],
    ['hours', '1e3', 1000],
    ['hours', 0.1, 0.1],
    ['people_id', '12', 12],
    ['people_id', '8.0000', 8],
    ['people_id', 2 ** 53 - 1, 2 ** 53 - 1],
    ['name', 123, '123'],
    ['name', '', ''],
    ['name', '2026-01-01', '2026-01-01'],
    ['modified', '2026-01-01 10:00:00', '2026-01-01T10:00:00Z'],
    ['start_date', '2026-01-01 10:00:00', '2026-01-01'],
    ['tags', ['a', 7, null], ['a', '7', null]],
    ['tags', [], []],
    ['days', [{ day: '1.50', x: '2' }, null], [{ day: 1.5, x: '2' }, null]],
    [
      'team',
      { rate: '9.90', since: '2026-01-01T00:00:00Z', other: '1' },
      { rate: 9.9, since: '2026-01-01', other: '1' },
    ],
    ['team', { rate: null }, { rate: null }],
    ['loose', { a: ['1'] }, { a: ['1'] }],
    ['list', [1, '1', {}], [1, '1', {}]],
    ['any', '7', '7'],
    ['active', null, null],
  ])('%s: %j becomes %j', (field, given, expected) => {
    const { record, mistyped } = make({ id: 1, [field]: given });
    expect(record[field]).toEqual(expected);
    expect(mistyped).toEqual([]);
  });

  test.each<[string, JsonValue]>([
    ['hours', ''],
    ['hours', ' '],
    ['hours', '12abc'],
    ['hours', '0x10'],
    ['hours', '1,5'],
    ['hours', 'Infinity'],
    ['hours', '1e400'],
    ['hours', true],
    ['hours', ['1']],
    ['people_id', 1.5],
    ['people_id', '1.5'],
    ['people_id', 2 ** 53],
    ['people_id', '9007199254740993'],
    ['name', 2 ** 60],
    ['name', 1.5],
    ['name', false],
    ['name', {}],
    ['active', 1],
    ['active', 'true'],
    ['modified', 'soon'],
    ['modified', '0000-00-00T00:00:00Z'],
    ['modified', 1767225600],
    ['start_date', '2026-02-30'],
    ['tags', 'a'],
    ['tags', { 0: 'a' }],
    ['tags', ['a', { b: 1 }]],
    ['days', [{ day: 'x' }]],
    ['team', []],
    ['team', { rate: 'free' }],
    ['loose', 'x'],
  ])('%s: %j stays, and is noticed', (field, given) => {
    const { record, mistyped } = make({ id: 1, [field]: structuredClone(given) });
    expect(record[field]).toEqual(given);
    expect(mistyped).toEqual([field]);
  });
});

describe('the key', () => {
  const textKey = {
    ...DEFINITION,
    jsonSchema: { properties: { id: { type: 'string' }, people_id: nullable('string') } },
  };

  test.each<[string, JsonObject, JsonValue, StreamDefinition]>([
    ['is copied from the native key', { people_id: 7 }, 7, DEFINITION],
    ['is brought to its type as a copy too', { people_id: '7' }, 7, DEFINITION],
    ['is copied where the own one is null', { id: null, people_id: 7 }, 7, DEFINITION],
    ['is the own one where there is one', { id: 1, people_id: 7 }, 1, DEFINITION],
    ['may be 0', { people_id: 0 }, 0, DEFINITION],
    ['may be text', { people_id: 'a-1' }, 'a-1', textKey],
    ['may be a number where text is declared', { people_id: 12 }, '12', textKey],
  ])('%s', (_, row, id, definition) => {
    const native = structuredClone(row.people_id);
    const { record } = make(row, definition);
    expect(record.id).toBe(id);
    if (typeof native === typeof id) expect(record.people_id).toBe(native);
  });

  test.each<[JsonObject, RegExp, StreamDefinition]>([
    [{}, /without its key/, DEFINITION],
    [{ id: null, people_id: null }, /without its key/, DEFINITION],
    [{ id: '' }, /without its key/, DEFINITION],
    [{ id: 'abc' }, /wrong type/, DEFINITION],
    [{ id: 1.5 }, /wrong type/, DEFINITION],
    [{ id: 2 ** 53 }, /wrong type/, DEFINITION],
    [{ id: { a: 1 } }, /wrong type/, DEFINITION],
    [{ id: true }, /wrong type/, textKey],
    [{ id: 2 ** 53 }, /wrong type/, textKey],
  ])('%j stops the stream', (row, problem, definition) => {
    const failure = { failureType: 'system_error', message: expect.stringMatching(problem) };
    expect(thrownBy(() => make(row, definition))).toMatchObject(failure);
  });
});

test('a number beyond all numbers is no number for JSON either', () => {
  const row = JSON.parse('{"id":1,"hours":1e999,"new":-1e999}') as JsonObject;
  const { json, mistyped, unknown } = make(row);
  expect([json, mistyped, unknown]).toEqual(['{"id":1,"hours":null,"new":null}', ['hours'], ['new']]);
});

test('fields that the schema lacks pass, whatever they are called', () => {
  const row = JSON.parse('{"id":1,"__proto__":{"hours":"1"},"constructor":"2","toString":[3],"new":"4"}') as JsonObject;
  const text = JSON.stringify(row);
  const { json, unknown, mistyped } = make(row);
  expect(json).toBe(text);
  expect(unknown.sort()).toEqual(['__proto__', 'constructor', 'new', 'toString']);
  expect(mistyped).toEqual([]);
});

describe('a value that a field does not know', () => {
  const coded: StreamDefinition = {
    ...DEFINITION,
    jsonSchema: {
      properties: {
        ...PROPERTIES,
        status: nullable('integer', { known_values: [0, 1] }),
        kind: nullable('string', { known_values: ['a', 'b'] }),
      },
    },
  };
  function newValues(...rows: JsonObject[]): readonly string[] {
    const maker = new RecordMaker(coded);
    for (const row of rows) expect(JSON.parse(maker.toJson({ id: 1, ...row }))).toMatchObject(row);
    expect([...maker.unknownFields]).toEqual([]);
    return maker.newValues;
  }

  test('stays, and is noticed once', () => {
    expect(newValues({ status: 7 }, { status: 0, kind: 'c' }, { status: 7, kind: 'c' }, { status: -1 })).toEqual([
      'status 7',
      'kind "c"',
      'status -1',
    ]);
  });

  test('is none where it is known, null, or where the field has no list', () => {
    expect(newValues({ status: 1, kind: 'a', people_id: 7 }, { status: null, kind: null })).toEqual([]);
  });

  test('is looked at in its declared type', () => {
    const maker = new RecordMaker(coded);
    for (const status of ['1', '7', 7, 'x']) maker.toJson({ id: 1, status });
    expect([maker.newValues, [...maker.mistypedFields]]).toEqual([['status 7'], ['status']]);
  });

  test('is noticed again by the next stream', () => {
    expect(newValues({ status: 7 })).toEqual(newValues({ status: 7 }));
  });

  test('is one of a few: a field without end does not fill the memory', () => {
    const many = Array.from({ length: 2 * MOST_NEW_VALUES }, (_, n) => ({ status: 100 + n }));
    expect(newValues(...many)).toEqual(many.slice(0, MOST_NEW_VALUES).map(({ status }) => `status ${status}`));
  });
});

describe('any row', () => {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  const validators = new Map(Object.entries(PROPERTIES).map(([name, schema]) => [name, ajv.compile(schema)]));

  const number = fc.oneof(fc.double({ noNaN: true }), fc.integer());
  const scalar = fc.oneof(
    number,
    number.map(String),
    number.map((value) => `${value}0 `),
    fc.constantFrom(
      '',
      ' ',
      '1e3',
      '0x10',
      '2026-01-01',
      '2026-02-30 10:00:00',
      '2026-06-30T10:00:00.5+02:00',
      '8.0000',
    ),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
  );
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: scalar },
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
      {
        weight: 1,
        arbitrary: fc.dictionary(
          fc.constantFrom('day', 'rate', 'since', 'more', '__proto__', 'toString'),
          tie('value'),
        ),
      },
    ),
  }));
  const fields = fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(PROPERTIES)), fc.string()), value);

  test('comes out valid or is noticed; what was valid stays; a second time changes nothing', () => {
    fc.assert(
      fc.property(fields, fc.integer(), (given, id) => {
        const before = JSON.parse(JSON.stringify({ ...given, id })) as JsonObject;
        const { record, unknown, mistyped } = make(structuredClone(before));
        expect(Object.keys(record).sort()).toEqual(Object.keys(before).sort());
        expect(unknown.every((name) => !validators.has(name))).toBe(true);
        for (const [name, made] of Object.entries(record)) {
          const validate = validators.get(name);
          if (validate?.(made) === false) expect(mistyped).toContain(name);
          if (validate === undefined) expect(unknown).toContain(name);
          // Text in the form of an instant is valid too before it is brought to UTC.
          if (validate?.(before[name]) !== false && name !== 'modified') expect(made).toEqual(before[name]);
        }
        expect(make(structuredClone(record)).record).toEqual(record);
      }),
      { seed: seedOf(1), numRuns: 500 },
    );
  });
});
