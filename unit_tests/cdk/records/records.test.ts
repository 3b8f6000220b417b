import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { isObject, type JsonObject, type JsonValue, type StreamDefinition } from '../../../src/cdk/index.ts';
import { mapStrings } from '../../../src/cdk/protocol/secrets.ts';
import { RecordMaker } from '../../../src/cdk/records/records.ts';
import { seedOf } from '../../support/random.ts';

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

const WITH_ADDITIONAL: StreamDefinition = {
  ...DEFINITION,
  additionalFields: 'additional_fields',
  jsonSchema: {
    ...DEFINITION.jsonSchema,
    properties: { ...PROPERTIES, additional_fields: nullable('object', { additionalProperties: true }) },
  },
};

interface Made {
  data: JsonObject;
  meta?: { changes: JsonObject[] };
}

interface Options {
  selected?: readonly string[];
  added?: JsonObject;
}

/** The record made from a row, and what the maker reports. */
function make(row: JsonObject, definition = WITH_ADDITIONAL, { selected, added }: Options = {}) {
  const maker = new RecordMaker(definition, selected && new Set(selected));
  const json = maker.toJson(row, added);
  // If a page contains a secret, its rows are converted twice.
  expect(maker.toJson(row, added)).toBe(json);
  const { data: record, meta } = JSON.parse(`{"data":${json}}`) as Made;
  expect(json.startsWith(JSON.stringify(record))).toBe(true);
  return {
    record,
    json,
    nulled: (meta?.changes ?? []).map(({ field }) => field),
    meta,
    unknown: [...maker.unknownFields],
    mistyped: [...maker.mistypedFields],
    rounded: [...maker.roundedFields],
  };
}

describe('a value', () => {
  test.each<[string, JsonValue, JsonValue]>([
    ['hours', ' -7.5 ', -7.5],
    ['hours', '.5', 0.5],
    ['hours', '1e3', 1000],
    ['people_id', '8.0000', 8],
    ['name', 123, '123'],
    ['modified', '2026-01-01 10:00:00', '2026-01-01T10:00:00Z'],
    ['start_date', '2026-01-01 10:00:00', '2026-01-01'],
    ['tags', ['a', 7, null], ['a', '7', null]],
    ['days', [{ day: '1.50', x: '2' }, null], [{ day: 1.5, x: '2' }, null]],
    [
      'team',
      { rate: '9.90', since: '2026-01-01T00:00:00Z', other: '1' },
      { rate: 9.9, since: '2026-01-01', other: '1' },
    ],
    ['active', 1, true],
    ['active', 0, false],
    ['people_id', true, 1],
    ['people_id', false, 0],
    ['people_id', '9007199254740991', 2 ** 53 - 1],
    ['tags', ['a', { b: 1 }, ''], ['a', { b: 1 }, '']],
    ['days', [{ day: 'x' }, { day: '' }, 7, [], { day: '2' }], [{ day: 'x' }, { day: '' }, 7, [], { day: 2 }]],
    ['team', { rate: 'free', since: '0000-00-00', more: '' }, { rate: 'free', since: '0000-00-00', more: '' }],
  ])('%s: %j becomes %j', (field, given, expected) => {
    const { record, mistyped } = make({ id: 1, [field]: given });
    expect(record[field]).toEqual(expected);
    expect(mistyped).toEqual([]);
  });

  const EMPTY = [
    '',
    '\t\n',
    ' 0000-00-00 ',
    '0000-00-00 00:00',
    '0000-00-00T00:00:00.000Z',
    '0000-00-00 00:00:00+00:00',
  ];

  test.each(['hours', 'people_id', 'active', 'modified', 'start_date'])('%s: an empty value becomes null', (field) => {
    for (const value of EMPTY) {
      const { record, mistyped, nulled } = make({ id: 1, [field]: value });
      expect([value, record]).toEqual([value, { id: 1, [field]: null }]);
      expect([mistyped, nulled]).toEqual([[], []]);
    }
  });

  test.each(['name', 'any'])('%s: a string stays unchanged, even an empty one', (field) => {
    for (const value of EMPTY) expect(make({ id: 1, [field]: value }).record).toEqual({ id: 1, [field]: value });
  });

  test.each<[string, JsonValue]>([
    ['hours', '12abc'],
    ['hours', '1,200.50'],
    ['hours', 'Infinity'],
    ['hours', '1e400'],
    ['hours', true],
    ['hours', '0000-00-01'],
    ['people_id', 1.5],
    ['people_id', '9007199254740993'],
    ['name', 2 ** 60],
    ['name', {}],
    ['active', 2],
    ['modified', 'soon'],
    ['modified', 1767225600],
    ['start_date', '2026-02-30'],
    ['start_date', 20260101],
    ['tags', 'a'],
    ['team', []],
    ['loose', 'x'],
  ])('%s: %j becomes null, and the original value goes to the additional fields', (field, given) => {
    const { record, mistyped, meta, unknown } = make({ id: 1, [field]: structuredClone(given) });
    expect(record).toEqual({ id: 1, [field]: null, additional_fields: { [field]: given } });
    expect(meta).toEqual({ changes: [{ field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }] });
    expect([mistyped, unknown]).toEqual([[field], []]);
  });
});

describe('the key', () => {
  const textKey = {
    ...DEFINITION,
    jsonSchema: { properties: { id: { type: 'string' }, people_id: nullable('string') } },
  };

  test.each<[string, JsonObject, JsonValue, StreamDefinition]>([
    ['is copied and converted to its type', { people_id: '7' }, 7, DEFINITION],
    ['is copied if its own field is null', { id: null, people_id: 7 }, 7, DEFINITION],
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
    [{ id: '' }, /has no key/, DEFINITION],
    [{ id: 2 ** 53 }, /wrong type/, DEFINITION],
    [{ id: false, people_id: 7 }, /wrong type/, DEFINITION],
    [{ id: true }, /wrong type/, textKey],
  ])('%j stops the stream', (row, problem, definition) => {
    const failure = { failureType: 'system_error', message: expect.stringMatching(problem) };
    expect(() => make(row, definition)).toThrow(expect.objectContaining(failure));
  });
});

describe('fields that the schema does not declare', () => {
  test('go to the additional fields, whatever their names; nulls do not', () => {
    const additional =
      '"__proto__":{"hours":"1"},"constructor":"2","toString":[3],"":"4","additional_fields":{"a":1},"a b":true';
    const row = JSON.parse(`{"id":1,${additional},"nothing":null,"name":"n"}`) as JsonObject;
    const { json, unknown, mistyped, nulled } = make(row);
    expect(json).toBe(`{"id":1,"name":"n","additional_fields":{${additional}}}`);
    expect(unknown).toEqual(['__proto__', 'constructor', 'toString', '', 'additional_fields', 'a b']);
    expect([mistyped, nulled]).toEqual([[], []]);
  });

  test('a null additional_fields from the API is ignored', () => {
    expect(make({ id: 1, additional_fields: null })).toMatchObject({ record: { id: 1 }, unknown: [] });
  });

  test('are dropped and reported if the stream has no object for them, like values that do not fit', () => {
    const made = make({ id: 1, new: 'n', hours: 'x' }, DEFINITION);
    expect(made).toMatchObject({
      record: { id: 1, hours: null },
      unknown: ['new'],
      mistyped: ['hours'],
      nulled: ['hours'],
    });
    expect(Object.keys(made.record)).toEqual(['id', 'hours']);
  });
});

test('the key is checked even if the user did not select it; a record may be empty', () => {
  const row = (): JsonObject => ({ id: 1, name: 'n', hours: 'x', new: 2 });
  expect(make(row(), WITH_ADDITIONAL, { selected: ['tags'] }).json).toBe('{}');
  expect(make(row(), WITH_ADDITIONAL, { selected: ['additional_fields'] }).record).toEqual({
    additional_fields: { new: 2 },
  });
  expect(() => make({ id: 'x' }, WITH_ADDITIONAL, { selected: ['tags'] })).toThrow(/wrong type/);
});

describe('fields that the source adds', () => {
  const added = { start_date: '2026-01-01', modified: '2026-01-02T00:00:00Z' };

  test.each<[string, JsonObject, JsonObject]>([
    ['are in each record', {}, {}],
    ['replace null', { start_date: null }, {}],
    ['replace empty values', { start_date: '0000-00-00', modified: '' }, {}],
    ['may be sent by the API, with the same value', { start_date: '2026-01-01 00:00:00' }, {}],
    ['keep another value of the API', { start_date: '2026-01-05' }, { start_date: '2026-01-05' }],
    ['keep a value of the API that does not fit', { start_date: ['soon'] }, { start_date: ['soon'] }],
  ])('%s', (_, own, additional) => {
    const { record, nulled, unknown } = make({ id: 1, ...own, name: 'n' }, WITH_ADDITIONAL, { added });
    const others = Object.keys(additional).length === 0 ? {} : { additional_fields: additional };
    expect(record).toEqual({ id: 1, name: 'n', ...added, ...others });
    expect([nulled, unknown]).toEqual([[], Object.keys(additional)]);
  });

  test('are omitted if the user did not select them', () => {
    const selected = ['id', 'modified', 'additional_fields'];
    const { record } = make({ id: 1, start_date: '2026-01-05' }, WITH_ADDITIONAL, { added, selected });
    expect(record).toEqual({ id: 1, modified: added.modified });
  });
});

test('a field whose name equals another one once its NUL characters are replaced is not lost', () => {
  const { record } = make({ id: 1, 'a\ufffd': 1, 'a\0': 2, any: { '\ufffd': 1, '\0': 2 } });
  expect(record.additional_fields).toEqual({ 'a\ufffd': 1, 'a\ufffd_': 2 });
  expect(record.any).toEqual({ '\ufffd': 1, '\ufffd_': 2 });
});

describe('a number beyond 2^53', () => {
  test.each([
    ['a field of numbers', '"hours":9007199254740993', { hours: 2 ** 53 }, ['hours']],
    ['a text in a field of numbers', '"hours":"-9007199254740993"', { hours: -(2 ** 53) }, ['hours']],
    ['a field of any type', '"any":[{"a":1e300}]', { any: [{ a: 1e300 }] }, ['any']],
    ['an object', '"team":{"rate":9007199254740993}', { team: { rate: 2 ** 53 } }, ['team']],
    ['an unknown field', '"new":9007199254740993', { additional_fields: { new: 2 ** 53 } }, ['new']],
    [
      'a field of whole numbers',
      '"people_id":9007199254740993',
      { people_id: null, additional_fields: { people_id: 2 ** 53 } },
      ['people_id'],
    ],
    ['no field, but a text of digits', '"loose":{"a":"9007199254740993"}', { loose: { a: '9007199254740993' } }, []],
    ['no field that is exact', '"hours":9007199254740991', { hours: 2 ** 53 - 1 }, []],
  ])('is reported in %s', (_, members, expected, rounded) => {
    const made = make(JSON.parse(`{"id":1,${members}}`));
    expect(made).toMatchObject({ record: expected, rounded });
  });

  test('is omitted if JSON.parse makes it infinite', () => {
    const { record, mistyped, nulled, rounded } = make(JSON.parse('{"id":1,"hours":1e999,"new":-1e999}'));
    expect(record).toEqual({ id: 1, hours: null });
    expect([mistyped, nulled, rounded]).toEqual([['hours'], ['hours'], ['hours', 'new']]);
  });
});

describe('a new value of a field with known_values', () => {
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

  test('is kept, and reported once', () => {
    const rows = [{ status: 7 }, { status: 0, kind: 'c' }, { status: 7, kind: 'c' }, { status: -1 }, { kind: null }];
    expect(newValues(...rows)).toEqual(['status 7', 'kind "c"', 'status -1']);
  });

  test('is compared in its declared type', () => {
    const maker = new RecordMaker(coded);
    for (const status of ['1', '7', 7, 'x']) maker.toJson({ id: 1, status });
    expect([maker.newValues, [...maker.mistypedFields]]).toEqual([['status 7'], ['status']]);
  });
});

describe('any row', () => {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  const validators = new Map(Object.entries(PROPERTIES).map(([name, schema]) => [name, ajv.compile(schema)]));
  /** Destinations store arrays and objects as JSON, so the types inside them may differ from the schema. */
  const isStored = (name: string, value: JsonValue): boolean => {
    if (['tags', 'days', 'list'].includes(name)) return value === null || Array.isArray(value);
    if (['team', 'loose'].includes(name)) return value === null || isObject(value);
    return validators.get(name)?.(value) !== false;
  };

  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
  const samples = [
    '',
    ' ',
    '1e3',
    '0x10',
    '1,200.50',
    '0000-00-00',
    '2026-01-01',
    '2026-02-30 10:00:00',
    'a\0b',
    2 ** 53,
  ];
  const scalar = fc.oneof(
    number,
    number.map((value) => `${value}0 `),
    fc.constantFrom<JsonValue>(...samples, '2026-06-30T10:00:00.5+02:00', true, null),
    fc.string(),
  );
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: scalar },
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('day', 'rate', '__proto__', 'a\0'), tie('value')) },
    ),
  }));
  const names = Object.keys(PROPERTIES);
  const unknownName = fc.constantFrom('additional_fields', '__proto__', '', 'b\0', 'toString', 'new');
  const fields = fc.dictionary(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, unknownName), value);
  const selection = fc.option(fc.subarray([...names, 'additional_fields'], { minLength: 1 }), { nil: undefined });

  const cleaned = (value: JsonValue): JsonValue => mapStrings(value, (text) => text.replaceAll('\0', '\ufffd'));
  const isEmpty = (value: JsonValue): boolean =>
    value === null || (typeof value === 'string' && /^\s*(0000-00-00)?\s*$/.test(value));

  test('can be stored, and each value is in its column, in the additional fields, null, or deselected', () => {
    const check = (given: Record<string, JsonValue>, id: number, selected: string[] | undefined): void => {
      const row = JSON.parse(JSON.stringify({ ...given, id })) as JsonObject;
      const options = selected && { selected };
      const { record, nulled, unknown, mistyped } = make(structuredClone(row), WITH_ADDITIONAL, options);
      const isSelected = (name: string): boolean => selected?.includes(name) ?? true;
      const additional = Object.values((record.additional_fields ?? {}) as JsonObject);
      expect(Object.keys(record).filter((name) => !isSelected(name))).toEqual([]);
      expect(Object.entries(record).filter(([name, value]) => !isStored(name, value))).toEqual([]);
      expect(unknown.filter((name) => validators.has(name))).toEqual([]);
      for (const [name, sent] of Object.entries(row)) {
        const isAdditional = additional.some((kept) => isDeepStrictEqual(kept, cleaned(sent)));
        const reported = [nulled.includes(name), mistyped.includes(name)];
        if (!validators.has(name)) {
          expect(isAdditional || sent === null || !isSelected('additional_fields')).toBe(true);
        } else if (!isSelected(name) || record[name] !== null) {
          expect(reported).toEqual([false, false]);
        } else if (!isEmpty(sent)) {
          expect(reported).toEqual([true, true]);
          if (isSelected('additional_fields')) expect(isAdditional).toBe(true);
        }
        // A valid value stays. Valid times are converted to UTC, and integers beyond 2^53 are not exact.
        const isExact = typeof sent !== 'number' || !Number.isInteger(sent) || Number.isSafeInteger(sent);
        const isValid = validators.get(name)?.(sent) === true && name !== 'modified' && isExact;
        if (isValid && isSelected(name)) expect(record[name]).toEqual(cleaned(sent));
      }
    };
    fc.assert(fc.property(fields, fc.integer(), selection, check), { seed: seedOf(1), numRuns: 200 });
  });
});
