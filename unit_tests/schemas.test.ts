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

test('every stream has a schema, and every schema a stream', () => {
  expect([...schemas.keys()]).toEqual(STREAMS.map(({ name }) => name).toSorted());
});

describe.each([...schemas])('%s', (stream, schema) => {
  const nodes = [...inside(schema)];
  const paths = (wrong: (node: (typeof nodes)[number]) => boolean) => nodes.filter(wrong).map(({ path }) => path);

  test('is a valid JSON Schema, draft 7, in strict mode', () => {
    const ajv = new Ajv({ strict: true, allErrors: true });
    ajv.addVocabulary(['airbyte_type', 'known_values']);
    formats.default(ajv);
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  test('is open, so that a field that Float adds is no error', () => {
    expect(schema.additionalProperties).toBe(true);
    expect(paths(({ schema }) => schema.additionalProperties === false)).toEqual([]);
  });

  test('leaves the objects inside it open too: some wrappers of sources drop what a closed one lacks', () => {
    expect(paths(({ schema }) => nonNull(schema).includes('object') && schema.additionalProperties !== true)).toEqual(
      [],
    );
  });

  test('takes what has no column', () => {
    const { additional_fields: field } = schema.properties;
    expect(field).toMatchObject({ type: ['null', 'object'], additionalProperties: true });
    expect(field?.properties).toBeUndefined();
  });

  test('has a key that is always there, never null and scalar', () => {
    expect(schema.required).toContain('id');
    // A server of the same contract may send nothing but the key.
    expect(schema.required).toEqual(stream.startsWith('reports_') ? ['id', 'start_date'] : ['id']);
    for (const field of schema.required ?? []) expect(['integer', 'string']).toContain(schema.properties[field]?.type);
  });

  test('lets every other field be null', () => {
    const isKey = (path: string) => schema.required?.includes(path) === true;
    expect(
      paths(({ path, schema }) => !isKey(path) && !(Array.isArray(schema.type) && schema.type[0] === 'null')),
    ).toEqual([]);
  });

  test('gives every value one type, which destinations know', () => {
    expect(paths(({ schema }) => nonNull(schema).length !== 1 || !COLUMN_TYPES.includes(columnType(schema)))).toEqual(
      [],
    );
  });

  test('uses no keyword that the platform forbids, or that neither it nor the kit reads', () => {
    expect(Object.keys(schema).filter((keyword) => !ROOT_KEYWORDS.includes(keyword))).toEqual([]);
    const allowed = (path: string) => (path in schema.properties ? FIELD_KEYWORDS : KEYWORDS);
    expect(
      paths(({ path, schema }) => Object.keys(schema).some((keyword) => !allowed(path).includes(keyword))),
    ).toEqual([]);
  });

  test('says what is in arrays, and in objects or that they are open', () => {
    expect(
      paths(({ schema }) => {
        if (nonNull(schema).includes('array')) return schema.items === undefined;
        if (nonNull(schema).includes('object')) return !(schema.properties || schema.additionalProperties === true);
        return schema.items !== undefined || schema.properties !== undefined;
      }),
    ).toEqual([]);
  });

  test('has a title and describes the row and every field', () => {
    expect(schema.title?.trim()).toBeTruthy();
    expect(schema.description?.trim()).toBeTruthy();
    expect(paths(({ schema, isField }) => isField && !schema.description?.trim())).toEqual([]);
  });

  test('gives instants a type, under whatever name', () => {
    const instants = ['created', 'modified', '_ab_cdc_deleted_at'];
    const isInstant = ({ path }: { path: string }) => instants.includes(path.split('.').at(-1) ?? '');
    expect(
      nodes
        .filter(isInstant)
        .filter(({ schema }) => schema.airbyte_type === undefined)
        .map(({ path }) => path),
    ).toEqual([]);
  });

  test('has the fields that the stream is read with', () => {
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(NEEDED_FIELDS[stream] ?? []));
  });

  test('links only to streams and fields that exist', () => {
    const targets = nodes.flatMap(({ schema }) => [...(schema.description ?? '').matchAll(/[→←] (\w+)\.(\w+)/g)]);
    const broken = targets.filter(([, target = '', field = '']) => !schemas.get(target)?.properties[field]);
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

const KNOWN = STREAMS.flatMap(({ name, path }) => {
  const known = path.slice(1);
  return isKnown(known) ? [{ name, path, known }] : [];
});

describe.each(KNOWN)('what is known of $path', ({ name, path, known }) => {
  const schema = schemas.get(name);
  const fields = new Map([...fieldsOf(schema ?? { type: 'object' })].map(({ path, schema }) => [path, schema]));

  test('every field is in the schema, with its type', () => {
    const types = [...knownFields(known).keys()].map((path) => [path, typeOf(fields.get(path) ?? { type: 'missing' })]);
    expect(Object.fromEntries(types)).toEqual(Object.fromEntries(knownFields(known)));
  });

  test('nothing else is in the schema but what the connector adds', () => {
    const added = [
      'id',
      '_ab_cdc_deleted_at',
      'additional_fields',
      ...(path.startsWith('/reports/') ? ['start_date', 'end_date'] : []),
    ];
    const unknown = Object.keys(schema?.properties ?? {}).filter((field) => !knownFields(known).has(field));
    expect(unknown.filter((field) => !added.includes(field))).toEqual([]);
  });

  test('every code has its known values in the schema', () => {
    const properties = Object.entries(schema?.properties ?? {});
    const listed = properties.flatMap(([field, { known_values: values }]) => (values ? [[field, values]] : []));
    expect(Object.fromEntries(listed)).toEqual(KNOWN_VALUES[known] ?? {});
  });

  test('every value of a code or a flag is explained', () => {
    const flags = (FLAGS[known] ?? []).map((field) => [field, [0, 1]] as const);
    const unexplained = [...Object.entries(KNOWN_VALUES[known] ?? {}), ...flags].flatMap(([field, values]) => {
      const { description = '' } = fields.get(field) ?? {};
      const missing = values.filter((value) => !new RegExp(`(?<![\\d-])${value} \\w`).test(description));
      return missing.map((value) => `${field} ${value}`);
    });
    expect(unexplained).toEqual([]);
  });
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
    notIn2023: ['_ab_cdc_deleted_at', 'priority'],
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

    test('every declared field was recorded, but those known to be missing', () => {
      const ours = ['id', 'additional_fields'];
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
