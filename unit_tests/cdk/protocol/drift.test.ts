import { expect, test } from '@jest/globals';
import type { StreamDefinition } from '../../../src/cdk/index.ts';
import { driftOf } from '../../../src/cdk/protocol/drift.ts';
import { RecordMaker } from '../../../src/cdk/records/records.ts';

const BARE: StreamDefinition = {
  name: 'clients',
  primaryKey: ['id'],
  jsonSchema: { properties: { id: { type: 'integer' }, name: { type: 'string' }, more: { type: 'object' } } },
};
const STREAM: StreamDefinition = { ...BARE, additionalFields: 'more' };

/** The lines about a row with an unknown field and a value that does not fit. */
function linesOf(stream: StreamDefinition, selected?: readonly string[], row = { id: 1, name: [2], 'a b': 3 }) {
  const maker = new RecordMaker(stream, selected && new Set(selected));
  maker.toJson(row);
  return driftOf(stream, maker).map(({ level, message }) => `${level} ${message}`);
}

test('log lines list fields without a column and values that do not fit', () => {
  expect(linesOf(STREAM)).toEqual([
    'WARN clients: the API sent fields that have no column: "a b". They are in more.',
    'WARN clients: values that do not fit the declared type were set to null in these fields: name. The original values are in more.',
  ]);
});

test('if they are dropped, the line says why', () => {
  expect(linesOf(STREAM, ['id', 'name'])).toEqual([
    expect.stringMatching(/"a b"\. They were dropped, because more is not selected\. To keep them, refresh/),
    'WARN clients: values that do not fit the declared type were set to null in these fields: name.',
  ]);
  expect(linesOf(BARE)[0]).toBe('WARN clients: the API sent fields that have no column: "a b". They were dropped.');
});

test('the level for unknown fields comes from the stream', () => {
  expect(linesOf({ ...STREAM, unknownFieldsLevel: 'INFO' }).map((line) => line.slice(0, 4))).toEqual(['INFO', 'WARN']);
});

test('a row with very many unknown fields does not flood the log', () => {
  const row = {
    id: 1,
    name: [2],
    'a b': 3,
    ...Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, n])),
  };
  expect(linesOf(STREAM, undefined, row)[0]).toMatch(/"a b", k0, .*, k98 and 101 more\. They are in more\.$/);
});
