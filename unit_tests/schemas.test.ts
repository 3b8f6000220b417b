import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { fieldsOf, type Schema } from '../scripts/dictionary.ts';
import type { JsonObject } from '../src/cdk/index.ts';

const FOLDER = new URL('../schemas/', import.meta.url);
const schemas = new Map(
  readdirSync(FOLDER).map((file) => [
    file.replace(/\.json$/, ''),
    JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Schema & { properties: Record<string, Schema> },
  ]),
);

/** Every field of every schema, and the items of each array. */
const nodes = [...schemas].flatMap(([stream, root]) =>
  [...fieldsOf(root)].flatMap(({ path, schema }) => [
    { stream, root, path, schema, isField: true },
    ...(schema.items ? [{ stream, root, path: `${path}[]`, schema: schema.items, isField: false }] : []),
  ]),
);
type Node = (typeof nodes)[number];

/** Where the schemas break a rule. */
const where = (isWrong: (node: Node) => boolean): string[] =>
  nodes.filter(isWrong).map(({ stream, path }) => `${stream}: ${path}`);

const typesOf = ({ type }: Schema): string[] => [type].flat().filter((name) => name !== 'null');

function validatorOf(schema: object) {
  const ajv = new Ajv({ strict: true, allErrors: true });
  ajv.addVocabulary(['airbyte_type', 'known_values']);
  formats.default(ajv);
  // Float sends times in this format, too. The connector rewrites them.
  ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{3})?$/);
  return ajv.compile(schema);
}

test('every schema is valid JSON Schema, draft 7, in strict mode', () => {
  for (const schema of schemas.values()) {
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
    expect(() => validatorOf(schema)).not.toThrow();
  }
});

test('schemas and the objects inside them are open, because Float may add fields', () => {
  expect([...schemas].filter(([, schema]) => schema.additionalProperties !== true)).toEqual([]);
  // PyAirbyte drops fields that a closed object does not declare.
  expect(where(({ schema }) => typesOf(schema).includes('object') && schema.additionalProperties !== true)).toEqual([]);
  for (const { properties } of schemas.values()) {
    expect(properties.additional_fields).toMatchObject({ type: ['null', 'object'], additionalProperties: true });
  }
});

test('the key is required and scalar; every other field may be null', () => {
  for (const [stream, { required }] of schemas) {
    expect({ stream, required }).toEqual({
      stream,
      required: stream.startsWith('reports_') ? ['id', 'start_date'] : ['id'],
    });
  }
  const isKey = ({ root, path }: Node): boolean => root.required?.includes(path) === true;
  expect(where((node) => [node.schema.type].flat().includes('null') === isKey(node))).toEqual([]);
});

// The rules of the platform, which every test of `discover` applies, know the combinations of type and format.
test('every value has one type; arrays say what they contain, and times have a time zone', () => {
  expect(where(({ schema }) => typesOf(schema).length !== 1)).toEqual([]);
  expect(where(({ schema }) => typesOf(schema).includes('array') && schema.items === undefined)).toEqual([]);
  const isTime = ({ path, schema }: Node): boolean =>
    schema.format === 'date-time' || /(^|\.)(created|modified|_ab_cdc_deleted_at)$/.test(path);
  expect(where((node) => isTime(node) && node.schema.airbyte_type !== 'timestamp_with_timezone')).toEqual([]);
});

test('every row and field has a description, which explains each known value', () => {
  const unnamed = [...schemas].filter(([, { title, description }]) => !title?.trim() || !description?.trim());
  expect(unnamed.map(([stream]) => stream)).toEqual([]);
  expect(where(({ schema, isField }) => isField && !schema.description?.trim())).toEqual([]);
  const explains = ({ description = '' }: Schema, value: number): boolean =>
    new RegExp(`(?<![\\d-])${value} \\w`).test(description);
  expect(where(({ schema }) => schema.known_values?.some((value) => !explains(schema, value)) === true)).toEqual([]);
});

/**
 * Real responses of Float's API from June 2023: they prove names and types. They are not part of this project.
 * FLOAT_RECORDINGS names the file, an object with `responses` of `path` and `body`.
 */
const recordingsPath = process.env.FLOAT_RECORDINGS ?? '';
const haveRecordings = recordingsPath !== '' && existsSync(recordingsPath);
const skipped = recordingsPath === '' ? 'FLOAT_RECORDINGS is not set' : `no file ${recordingsPath}`;

const KEYS: Record<string, string> = {
  accounts: 'account_id',
  clients: 'client_id',
  people: 'people_id',
  projects: 'project_id',
  tasks: 'task_id',
  timeoff_types: 'timeoff_type_id',
};

(haveRecordings ? describe : describe.skip)(
  `real responses of 2023${haveRecordings ? '' : ` (skipped: ${skipped})`}`,
  () => {
    const { responses } = haveRecordings
      ? (JSON.parse(readFileSync(recordingsPath, 'utf8')) as { responses: { path: string; body: JsonObject[] }[] })
      : { responses: [] };
    const streamOf = (path: string): string => path.replace('/v3/', '').replace('-', '_');
    const recordings = new Map(responses.map(({ path, body }) => [streamOf(path), body]));

    test.each(Object.entries(KEYS))(
      '%s: every field is declared with its type, and every code is known',
      (stream, key) => {
        const rows = recordings.get(stream) ?? [];
        expect(rows).not.toEqual([]);
        const { properties = {}, ...schema } = schemas.get(stream) ?? { type: 'object' };
        const validate = validatorOf({ ...schema, properties, additionalProperties: false });
        for (const row of rows) {
          validate({ ...row, id: row[key] });
          expect(validate.errors).toBeNull();
          for (const [field, { known_values: known }] of Object.entries(properties)) {
            const value = row[field];
            if (known && typeof value === 'number')
              expect({ field, known }).toEqual({ field, known: expect.arrayContaining([value]) });
          }
        }
      },
    );
  },
);
