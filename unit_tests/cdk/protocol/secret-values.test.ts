import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/cdk/index.ts';
import { secretValues } from '../../../src/cdk/protocol/secret-values.ts';
import { seedOf } from '../../support/random.ts';

const hidden = { type: 'string', airbyte_secret: true };

test('additionalProperties are those that neither properties nor patternProperties name', () => {
  const specification = { properties: { a: {} }, patternProperties: { '^b': {} }, additionalProperties: hidden };
  expect(secretValues(specification, { a: 'a', bb: 'b', c: 'c' })).toEqual(['c']);
});

test('a schema that refers to itself is followed as deep as the config goes', () => {
  const node = { properties: { key: hidden, next: { $ref: '#/definitions/node' } }, $ref: '#/definitions/node' };
  const specification = { definitions: { node }, $ref: '#/definitions/node' };
  expect(secretValues(specification, { key: '1', next: { key: '2', next: { key: '3' } } }).sort()).toEqual([
    '1',
    '2',
    '3',
  ]);
});

interface Marked {
  schema: JsonObject;
  value: JsonValue;
}

const OPEN: JsonObject = { type: 'string' };

/** Each moves a value one level deeper, into one of the places that a JSON Schema has, next to the value `public`. */
const PLACES: Record<string, (inner: Marked, definitions: JsonObject) => Marked> = {
  properties: ({ schema, value }) => ({
    schema: { properties: { key: schema, open: OPEN } },
    value: { key: value, open: 'public' },
  }),
  'properties of a name that objects have': ({ schema, value }) => ({
    schema: { properties: { constructor: schema } },
    value: { constructor: value, toString: 'public' },
  }),
  patternProperties: ({ schema, value }) => ({
    schema: { patternProperties: { '^key_': schema, '^open': OPEN } },
    value: { key_1: value, open: 'public' },
  }),
  additionalProperties: ({ schema, value }) => ({
    schema: { properties: { open: OPEN }, additionalProperties: schema },
    value: { open: 'public', anything: value },
  }),
  items: ({ schema, value }) => ({ schema: { type: 'array', items: schema }, value: [value] }),
  'items as a tuple': ({ schema, value }) => ({ schema: { items: [OPEN, schema] }, value: ['public', value] }),
  additionalItems: ({ schema, value }) => ({
    schema: { items: [OPEN], additionalItems: schema },
    value: ['public', value],
  }),
  prefixItems: ({ schema, value }) => ({
    schema: { prefixItems: [OPEN, schema], items: OPEN },
    value: ['public', value, 'public'],
  }),
  'items after prefixItems': ({ schema, value }) => ({
    schema: { prefixItems: [OPEN], items: schema },
    value: ['public', value],
  }),
  contains: ({ schema, value }) => ({ schema: { contains: schema }, value: [value] }),
  allOf: ({ schema, value }) => ({ schema: { allOf: [OPEN, schema] }, value }),
  anyOf: ({ schema, value }) => ({ schema: { anyOf: [schema, { type: 'null' }] }, value }),
  oneOf: ({ schema, value }) => ({ schema: { oneOf: [{ const: 1 }, schema] }, value }),
  'the branch of a condition': ({ schema, value }) => ({
    schema: { if: {}, ...Object.fromEntries([['then', schema]]), else: OPEN },
    value,
  }),
  else: ({ schema, value }) => ({ schema: { if: false, else: schema }, value }),
  if: ({ schema, value }) => ({ schema: { if: schema }, value }),
  dependencies: ({ schema, value }) => ({ schema: { dependencies: { a: ['b'], key: schema } }, value }),
  $ref: ({ schema, value }, definitions) => {
    const name = `d/${Object.keys(definitions).length}`;
    definitions[name] = schema;
    return { schema: { $ref: `#/definitions/${name.replace('/', '~1')}` }, value };
  },
};

const SECRETS: [JsonValue, string][] = [
  ['the secret', 'the secret'],
  [987654321, '987654321'],
  [['the secret'], 'the secret'],
  [{ inside: { of: ['the secret'] } }, 'the secret'],
];

test('exactly the marked secrets are found, whatever the specification', () => {
  const places = fc.array(fc.constantFrom(...Object.keys(PLACES)), { maxLength: 6 });
  fc.assert(
    fc.property(places, fc.constantFrom(...SECRETS), (names, [secret, expected]) => {
      const definitions: JsonObject = {};
      const start: Marked = { schema: { airbyte_secret: true }, value: secret };
      const { schema, value } = names.reduce<Marked>(
        (inner, name) => PLACES[name]?.(inner, definitions) ?? inner,
        start,
      );
      expect(secretValues({ ...schema, definitions }, value)).toEqual([expected]);
    }),
    { seed: seedOf(7), numRuns: 300 },
  );
});
