import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { fieldsOf, typeOf } from '../scripts/dictionary.ts';
import { STREAMS } from '../src/float/streams.ts';
import { FLAGS, isKnown, KNOWN_VALUES, knownFields } from './support/known-fields.ts';

interface Schema {
  type: string | string[];
  title?: string;
  description?: string;
  format?: string;
  airbyte_type?: string;
  known_values?: number[];
  additionalProperties?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

const FOLDER = new URL('../schemas/', import.meta.url);
const schemas = new Map(
  readdirSync(FOLDER)
    .sort()
    .map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Schema & { properties: Record<string, Schema> },
    ]),
);

/** Fields whose absence breaks incremental reading, the following of deletions, or the key. */
const NEEDED_FIELDS: Record<string, string[]> = {
  logged_time: ['modified', '_ab_cdc_deleted_at'],
  people: ['modified'],
  phases: ['modified', 'phase_tasks', 'phase_team'],
  projects: ['modified', 'project_tasks', 'project_team'],
  public_holidays: ['region'],
  reports_people: ['start_date', 'end_date'],
  reports_projects: ['start_date', 'end_date'],
  tasks: ['modified', '_ab_cdc_deleted_at'],
  time_off: ['modified', '_ab_cdc_deleted_at'],
};

/** A destination has a column type for each of these. Any other combination it would treat as text or refuse. */
const COLUMN_TYPES = [
  'array',
  'boolean',
  'integer',
  'number',
  'object',
  'string',
  'string date',
  'string date-time timestamp_with_timezone',
];

const KEYWORDS = ['type', 'description', 'format', 'airbyte_type', 'properties', 'items', 'additionalProperties'];
/** The kit looks for new values in a row's own fields, not inside them. */
const FIELD_KEYWORDS = [...KEYWORDS, 'known_values'];
const ROOT_KEYWORDS = [...KEYWORDS, '$schema', 'title', 'required'];

/** Every schema inside a schema, with its path: fields, fields of fields (`a.b`), items of arrays (`a[]`). */
function* inside(schema: Schema, path = ''): Generator<{ path: string; schema: Schema; isField: boolean }> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const fieldPath = path === '' ? name : `${path}.${name}`;
    yield { path: fieldPath, schema: field, isField: true };
    yield* inside(field, fieldPath);
  }
  if (schema.items) {
    yield { path: `${path}[]`, schema: schema.items, isField: false };
    yield* inside(schema.items, `${path}[]`);
  }
}

const nonNull = (schema: Schema) => [schema.type].flat().filter((type) => type !== 'null');

function columnType(schema: Schema): string {
  return [...nonNull(schema), schema.format, schema.airbyte_type].filter((part) => part !== undefined).join(' ');
}

/** Every schema inside the schemas of all streams; a wrong one is named by its stream and path. */
const nodes = [...schemas].flatMap(([stream, root]) => [...inside(root)].map((node) => ({ ...node, stream, root })));
type Node = (typeof nodes)[number];

const where = (wrong: (node: Node) => boolean): string[] =>
  nodes.filter(wrong).map(({ stream, path }) => `${stream}: ${path}`);

const isOf = (type: string, schema: Schema): boolean => nonNull(schema).includes(type);
const isKey = ({ root, path }: Node): boolean => root.required?.includes(path) === true;

test('every stream has a schema, and every schema a stream', () => {
  expect([...schemas.keys()]).toEqual(STREAMS.map(({ name }) => name).toSorted());
});

test('every schema is valid JSON Schema, draft 7, in strict mode', () => {
  const ajv = new Ajv({ strict: true, allErrors: true });
  ajv.addVocabulary(['airbyte_type', 'known_values']);
  formats.default(ajv);
  for (const schema of schemas.values()) {
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
    expect(() => ajv.compile(schema)).not.toThrow();
  }
});

test('a field that Float adds is not an error: schemas and the objects inside them are open', () => {
  expect([...schemas].filter(([, schema]) => schema.additionalProperties !== true)).toEqual([]);
  // Some wrappers of sources drop what a closed object lacks.
  expect(where(({ schema }) => isOf('object', schema) && schema.additionalProperties !== true)).toEqual([]);
  for (const { properties } of schemas.values()) {
    expect(properties.additional_fields).toMatchObject({ type: ['null', 'object'], additionalProperties: true });
    expect(properties.additional_fields?.properties).toBeUndefined();
  }
});

test('the key is always there and scalar; every other field may be null', () => {
  const wrong = [...schemas].filter(([stream, { required }]) => {
    // A server of the same contract may send nothing but the key.
    const key = stream.startsWith('reports_') ? 'id start_date' : 'id';
    return required?.join(' ') !== key;
  });
  expect(wrong.map(([stream]) => stream)).toEqual([]);
  const isNullable = ({ type }: Schema): boolean => Array.isArray(type) && type[0] === 'null';
  const isScalar = ({ type }: Schema): boolean => type === 'integer' || type === 'string';
  expect(where((node) => !(isKey(node) ? isScalar(node.schema) : isNullable(node.schema)))).toEqual([]);
});

test('every value has one type that destinations support; times need a format and an airbyte_type', () => {
  expect(where(({ schema }) => nonNull(schema).length !== 1 || !COLUMN_TYPES.includes(columnType(schema)))).toEqual([]);
  const instants = ['created', 'modified', '_ab_cdc_deleted_at'];
  const isInstant = (path: string): boolean => instants.includes(path.split('.').at(-1) ?? '');
  expect(where(({ path, schema }) => isInstant(path) && schema.airbyte_type === undefined)).toEqual([]);
});

test('only keywords are used that the platform or the kit supports', () => {
  const roots = [...schemas.values()].flatMap((schema) => Object.keys(schema));
  expect(roots.filter((keyword) => !ROOT_KEYWORDS.includes(keyword))).toEqual([]);
  const allowed = ({ path, root }: Node): string[] => (path in root.properties ? FIELD_KEYWORDS : KEYWORDS);
  expect(where((node) => Object.keys(node.schema).some((keyword) => !allowed(node).includes(keyword)))).toEqual([]);
});

test('arrays declare their items, objects their properties or that they are open, and nothing else does', () => {
  expect(
    where(({ schema }) => {
      if (isOf('array', schema)) return schema.items === undefined;
      if (isOf('object', schema)) return !(schema.properties || schema.additionalProperties === true);
      return schema.items !== undefined || schema.properties !== undefined;
    }),
  ).toEqual([]);
});

test('every row has a title, and every row and field a description', () => {
  const unnamed = [...schemas].filter(([, { title, description }]) => !title?.trim() || !description?.trim());
  expect(unnamed.map(([stream]) => stream)).toEqual([]);
  expect(where(({ schema, isField }) => isField && !schema.description?.trim())).toEqual([]);
});

test('every schema has the key, cursor and expanded fields of its stream', () => {
  const missing = Object.entries(NEEDED_FIELDS).flatMap(([stream, fields]) =>
    fields.filter((field) => !schemas.get(stream)?.properties[field]).map((field) => `${stream}: ${field}`),
  );
  expect(missing).toEqual([]);
});

test('references lead to existing streams and fields', () => {
  const isBroken = ([, target = '', field = '']: string[]): boolean => !schemas.get(target)?.properties[field];
  const links = ({ description = '' }: Schema) => [...description.matchAll(/[→←] (\w+)\.(\w+)/g)];
  expect(where(({ schema }) => links(schema).some(isBroken))).toEqual([]);
});

/** What is known of Float's fields, beside what the schemas say. */
const KNOWN = STREAMS.flatMap(({ name, path }) => {
  const known = path.slice(1);
  if (!isKnown(known)) return [];
  const schema = schemas.get(name);
  const fields = new Map([...fieldsOf(schema ?? { type: 'object' })].map(({ path, schema }) => [path, schema]));
  return [{ name, path, known, fields, properties: schema?.properties ?? {} }];
});

test('every known field is in the schema with its type', () => {
  for (const { name, known, fields } of KNOWN) {
    const types = [...knownFields(known).keys()].map((path) => [path, typeOf(fields.get(path) ?? { type: 'missing' })]);
    expect([name, Object.fromEntries(types)]).toEqual([name, Object.fromEntries(knownFields(known))]);
  }
});

test('the schema has no other fields except those that the connector adds', () => {
  const unknown = KNOWN.flatMap(({ name, path, known, properties }) => {
    const ofReports = path.startsWith('/reports/') ? ['start_date', 'end_date'] : [];
    const added = ['id', '_ab_cdc_deleted_at', 'additional_fields', ...ofReports];
    const fields = Object.keys(properties).filter((field) => !knownFields(known).has(field) && !added.includes(field));
    return fields.map((field) => `${name}: ${field}`);
  });
  expect(unknown).toEqual([]);
});

test('every code has its known values in the schema, and each value of a code or flag is documented', () => {
  for (const { name, known, fields, properties } of KNOWN) {
    const listed = Object.entries(properties).flatMap(([field, { known_values: values }]) =>
      values ? [[field, values] as const] : [],
    );
    expect([name, Object.fromEntries(listed)]).toEqual([name, KNOWN_VALUES[known] ?? {}]);
    const flags = (FLAGS[known] ?? []).map((field) => [field, [0, 1]] as const);
    const unexplained = [...Object.entries(KNOWN_VALUES[known] ?? {}), ...flags].flatMap(([field, values]) => {
      const { description = '' } = fields.get(field) ?? {};
      const missing = values.filter((value) => !new RegExp(`(?<![\\d-])${value} \\w`).test(description));
      return missing.map((value) => `${field} ${value}`);
    });
    expect([name, unexplained]).toEqual([name, []]);
  }
});

/**
 * Real answers of Float's API of June 2023: they prove names and types, in both directions.
 * They are not part of this project; FLOAT_RECORDINGS names the file, an object with `responses` of `path` and `body`.
 */
const recordingsPath = process.env.FLOAT_RECORDINGS ?? '';
const haveRecordings = recordingsPath !== '' && existsSync(recordingsPath);
const withRecordings = haveRecordings ? describe : describe.skip;
const skipped = recordingsPath === '' ? 'FLOAT_RECORDINGS is not set' : `no file ${recordingsPath}`;

interface Recorded {
  path: string;
  stream: string;
  nativeKey: string;
  /** Declared fields that no recorded row has: newer than 2023, rarely sent, asked for with `expand`, or our own. */
  notIn2023: string[];
}

const RECORDED: Recorded[] = [
  { path: '/v3/accounts', stream: 'accounts', nativeKey: 'account_id', notIn2023: ['last_login', 'people_id'] },
  { path: '/v3/clients', stream: 'clients', nativeKey: 'client_id', notIn2023: [] },
  {
    path: '/v3/people',
    stream: 'people',
    nativeKey: 'people_id',
    notIn2023: ['account', 'contracts', 'cost_rate', 'managers', 'people_code', 'role_id', 'work_day_hours'],
  },
  {
    path: '/v3/projects',
    stream: 'projects',
    nativeKey: 'project_id',
    notIn2023: [
      'budget_priority',
      'currency',
      'end_date',
      'expenses',
      'ext_calendar_count',
      'project_code',
      'project_tasks',
      'project_team',
      'rate_card_id',
      'rate_type',
      'stage_id',
      'start_date',
      'status',
    ],
  },
  {
    path: '/v3/tasks',
    stream: 'tasks',
    nativeKey: 'task_id',
    notIn2023: ['priority'],
  },
  {
    path: '/v3/timeoff-types',
    stream: 'timeoff_types',
    nativeKey: 'timeoff_type_id',
    notIn2023: ['balance_type', 'days_per_year'],
  },
];

type Row = Record<string, unknown>;

function readRecordings(): Map<string, Row[]> {
  const file = JSON.parse(readFileSync(recordingsPath, 'utf8')) as { responses: { path: string; body: Row[] }[] };
  return new Map(file.responses.map(({ path, body }) => [path, body]));
}

withRecordings(`against Float's answers of 2023${haveRecordings ? '' : ` (skipped: ${skipped})`}`, () => {
  const recordings = haveRecordings ? readRecordings() : new Map<string, Row[]>();

  test('no recorded list is left out', () => {
    const filled = [...recordings].filter(([, rows]) => rows.length > 0).map(([path]) => path);
    expect(filled.sort()).toEqual(RECORDED.map(({ path }) => path));
  });

  describe.each(RECORDED)('$stream', ({ path, stream, nativeKey, notIn2023 }) => {
    const rows = recordings.get(path) ?? [];
    const schema = schemas.get(stream);
    const seen = new Set(rows.flatMap((row) => Object.keys(row)));
    const declared = Object.keys(schema?.properties ?? {});

    test('every recorded field is declared', () => {
      expect([...seen].filter((field) => !declared.includes(field))).toEqual([]);
    });

    test('every declared field was recorded, except those known to be missing', () => {
      const ours = ['id', '_ab_cdc_deleted_at', 'additional_fields'];
      expect(declared.filter((field) => !ours.includes(field) && !seen.has(field)).sort()).toEqual(notIn2023);
    });

    test('every recorded value has its declared type', () => {
      const ajv = new Ajv({ strict: true, allErrors: true });
      ajv.addVocabulary(['airbyte_type', 'known_values']);
      formats.default(ajv);
      // Float's own way of writing an instant, which the connector rewrites.
      ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{3})?$/);
      const validate = ajv.compile(schema ?? {});
      const problems = rows.flatMap((row) => {
        return validate({ ...row, id: row[nativeKey] }) ? [] : [{ row, errors: validate.errors }];
      });
      expect(problems).toEqual([]);
    });

    test('every recorded value of a code is known', () => {
      const unknown = Object.entries(schema?.properties ?? {}).flatMap(([field, { known_values: known }]) => {
        const values = new Set(known ? rows.map((row) => row[field] as number | null | undefined) : []);
        return [...values].filter((value) => value != null && !known?.includes(value)).map((value) => [field, value]);
      });
      expect(unknown).toEqual([]);
    });
  });
});
