import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { endpointOf, isEndpointName } from '../mock-api/endpoints.ts';
import type { Json, Row } from '../mock-api/rows.ts';
import { fieldsOf, pointerOf, type Schema, zeroIsNone } from '../scripts/dictionary.ts';
import { STREAMS } from '../src/float/streams.ts';
import { mock } from './mock-api/ask.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const schemaOf = (stream: string): Schema => JSON.parse(read(`schemas/${stream}.json`));

/** Named like an id, but the API does not list what they reference; or always 0. */
const POINTS_NOWHERE = ['status_type_id', 'people_type_id', 'project_team[].phase_id'];

const fields = STREAMS.flatMap(({ name, nativeKey }) =>
  [...fieldsOf(schemaOf(name))].map((field) => ({ ...field, name, nativeKey, target: pointerOf(field.schema) })),
);

test('each arrow in a description can be parsed, and each id says which rows it references', () => {
  const isId = (path: string): boolean => /(^|[._])(ids?|by|project_manager|managers)(\[\])?$/.test(path);
  const wrong = fields.filter(({ path, nativeKey, schema, target }) => {
    const isReference = isId(path) && !['id', nativeKey, ...POINTS_NOWHERE].includes(path);
    return target === undefined && (isReference || schema.description?.includes('→'));
  });
  expect(wrong.map(({ name, path }) => `${name}.${path}`)).toEqual([]);
});

/** The mock company. Its rows also have the fields that the connector does not request. */
const server = mock({ company: { people: 30, projects: 12, weeks: 8 } });

function rowsOf(stream: string): readonly Row[] {
  const row = STREAMS.find(({ name }) => name === stream);
  const endpoint = row?.path.slice(1) ?? '';
  const rows = isEndpointName(endpoint)
    ? server.company.rows(endpoint)
    : server.get(`${row?.path}?start_date=2026-06-01&end_date=2026-06-30`).rows;
  const key = isEndpointName(endpoint) ? endpointOf(endpoint).key : (row?.nativeKey ?? 'id');
  return rows.map((row) => ({ ...row, id: row[key] ?? null }));
}

/** The values at `a.b`, or in each `a[].b`. Arrays are split into their items. */
function valuesAt(value: Json | undefined, path: readonly string[]): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [field, ...rest] = path;
  if (field === undefined) return [value];
  return typeof value === 'object' ? valuesAt(value[field], rest) : [];
}

/** Null in every row of the mock: accounts in `people.account` have few fields, and `projects.project_tasks` have no phase. */
const NEVER_FILLED = ['account.department_filter_id', 'account.department_filter', 'project_tasks[].phase_id'];

const pointers = fields.flatMap(({ name, path, schema, target }) =>
  target === undefined || NEVER_FILLED.includes(path)
    ? []
    : [{ from: `${name}.${path}`, to: `${target.stream}.${target.field}`, name, path, schema, target }],
);

test.each(pointers)('in the mock company, each $from is found as $to', ({ name, path, schema, target }) => {
  const found = new Set(rowsOf(target.stream).map((row) => row[target.field]));
  const values = rowsOf(name)
    .flatMap((row) => valuesAt(row, path.replaceAll('[]', '').split('.')))
    .filter((value) => !(value === 0 && zeroIsNone(schema)));
  expect(values).not.toEqual([]);
  expect([...new Set(values)].filter((value) => !found.has(value))).toEqual([]);
});

test('each line of the diagram in docs/data.md has a form that Mermaid reads', () => {
  const [, diagram = ''] = /```mermaid\nerDiagram\n(.*?)```/s.exec(read('docs/data.md')) ?? [];
  const forms = [/^ {2}\w+ (?:\|o|\}o)--o\{ \w+ : "[^"]+"$/, /^ {2}\w+ \{$/, /^ {4}\w+ \w+ (?:PK|FK)$/, /^ {2}\}$/];
  const lines = diagram.trimEnd().split('\n');
  expect(lines.filter((line) => !forms.some((form) => form.test(line)))).toEqual([]);
});
