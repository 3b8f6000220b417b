import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { endpointOf, isEndpointName } from '../mock-api/endpoints.ts';
import type { Json, Row } from '../mock-api/rows.ts';
import { type Field, fieldsOf, pointerOf, type Schema, zeroIsNone } from '../scripts/dictionary.ts';
import { STREAMS } from '../src/float/streams.ts';
import { mock } from './mock-api/ask.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const schemaOf = (stream: string): Schema => JSON.parse(read(`schemas/${stream}.json`));

/** By name an id, but of nothing that the API lists; or always 0. */
const POINTS_NOWHERE = ['status_type_id', 'people_type_id', 'project_team[].phase_id'];

describe.each(STREAMS)('$name', ({ name, nativeKey }) => {
  const fields = [...fieldsOf(schemaOf(name))];
  const paths = (wrong: (field: Field) => boolean) => fields.filter(wrong).map(({ path }) => path);

  test('each arrow in a description can be parsed', () => {
    expect(paths(({ schema }) => schema.description?.includes('→') === true && !pointerOf(schema))).toEqual([]);
  });

  test('each id says which rows it references', () => {
    const isId = (path: string) => /(^|[._])(ids?|by|project_manager|managers)(\[\])?$/.test(path);
    const isExpected = (path: string) => !['id', nativeKey, ...POINTS_NOWHERE].includes(path);
    expect(paths(({ path, schema }) => isId(path) && isExpected(path) && !pointerOf(schema))).toEqual([]);
  });
});

/** A server of the mock company, and its rows as they are stored: with what the connector does not ask for, too. */
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

/** What stands at `a.b` or in each `a[].b`, item by item where that is an array. */
function valuesAt(value: Json | undefined, path: readonly string[]): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [field, ...rest] = path;
  if (field === undefined) return [value];
  return typeof value === 'object' ? valuesAt(value[field], rest) : [];
}

/** What no row of the mock has: its accounts inside people are short, its project tasks inside projects have no phase. */
const NEVER_FILLED = ['account.department_filter_id', 'account.department_filter', 'project_tasks[].phase_id'];

const pointers = STREAMS.flatMap(({ name }) =>
  [...fieldsOf(schemaOf(name))].flatMap(({ path, schema }) => {
    const target = pointerOf(schema);
    const isThere = STREAMS.some(({ name }) => name === target?.stream);
    if (target === undefined || !isThere || NEVER_FILLED.includes(path)) return [];
    return [{ from: `${name}.${path}`, to: `${target.stream}.${target.field}`, name, path, schema, target }];
  }),
);

test.each(pointers)('in the mock company, each $from is found as $to', ({ name, path, schema, target }) => {
  const found = new Set(rowsOf(target.stream).map((row) => row[target.field]));
  const values = rowsOf(name)
    .flatMap((row) => valuesAt(row, path.replaceAll('[]', '').split('.')))
    .filter((value) => !(value === 0 && zeroIsNone(schema)));
  expect(values).not.toEqual([]);
  expect([...new Set(values)].filter((value) => !found.has(value))).toEqual([]);
});

describe('docs/data.md', () => {
  const text = read('docs/data.md');
  const [, diagram = ''] = /```mermaid\n(.*?)```/s.exec(text) ?? [];

  test('has a row for each field of each stream', () => {
    const sections = new Map(text.split(/^## /m).map((section) => [section.split('\n', 1)[0], section]));
    for (const { name } of STREAMS) {
      const rows = [...(sections.get(name) ?? '').matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, path]) => path);
      expect(rows).toEqual([...fieldsOf(schemaOf(name))].map(({ path }) => path));
    }
  });

  test('has a diagram of the form that Mermaid reads, of all streams', () => {
    const [head, ...lines] = diagram.trimEnd().split('\n');
    expect(head).toBe('erDiagram');
    const forms = {
      relation: /^ {2}(\w+) (?:\|o|\}o)--o\{ (\w+) : "[^"]+"$/,
      entity: /^ {2}(\w+) \{$/,
      attribute: /^ {4}\w+ \w+ (?:PK|FK)$/,
      end: /^ {2}\}$/,
    };
    expect(lines.filter((line) => !Object.values(forms).some((form) => form.test(line)))).toEqual([]);
    const entities = lines.flatMap((line) => forms.entity.exec(line)?.[1] ?? []);
    expect(entities).toEqual(STREAMS.map(({ name }) => name));
    expect(lines.flatMap((line) => forms.relation.exec(line)?.slice(1) ?? [])).toEqual(
      expect.arrayContaining(['people', 'tasks', 'logged_time']),
    );
    expect(lines.filter((line) => forms.end.test(line))).toHaveLength(entities.length);
  });
});
