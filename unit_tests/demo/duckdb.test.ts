import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ConfiguredStream, configure } from '../../demo/airbyte.ts';
import { type Changes, Destination } from '../../demo/duckdb.ts';
import type { JsonObject, JsonValue } from '../../src/cdk/index.ts';

let folder: string;
let destination: Destination;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'duckdb-'));
  destination = await Destination.create(join(folder, 'test.duckdb'));
});

afterEach(async () => {
  destination.close();
  await rm(folder, { recursive: true });
});

const PROPERTIES = {
  id: { type: 'integer' },
  region: { type: ['null', 'integer'] },
  name: { type: ['null', 'string'] },
  modified: { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
  _ab_cdc_deleted_at: { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
};

function stream({ incremental = true, key = ['id'], properties = PROPERTIES as JsonObject } = {}) {
  return configure({
    name: 'things',
    json_schema: { type: 'object', properties },
    supported_sync_modes: incremental ? ['full_refresh', 'incremental'] : ['full_refresh'],
    ...(incremental ? { default_cursor_field: ['modified'] } : {}),
    source_defined_primary_key: key.map((field) => [field]),
    is_resumable: false,
  });
}

/** Loads rows as one sync. Returns the changes of both steps. */
async function load(configured: ConfiguredStream, ...rows: JsonObject[]): Promise<Changes> {
  await destination.prepare(configured);
  for (const row of rows) destination.append('things', row, 1_767_225_600_123);
  const { added, changed, deleted } = await destination.checkpoint('things');
  const after = await destination.complete('things');
  return { added: added + after.added, changed: changed + after.changed, deleted: deleted + after.deleted };
}

const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`;
const names = async (): Promise<string[]> => {
  const rows = await destination.query<{ name: string }>('SELECT name FROM things ORDER BY id, region, name');
  return rows.map(({ name }) => name);
};

test('each declared type becomes a column type, and null stays null', async () => {
  const stamp = { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' };
  const fields: [name: string, schema: JsonObject, value: JsonValue, column: string][] = [
    ['id', { type: 'integer' }, 638_221_076_001, 'BIGINT'],
    ['text', { type: ['null', 'string'] }, 'Übergabe, "ready" ✔\n', 'VARCHAR'],
    ['amount', { type: ['null', 'number'] }, 7.25, 'DOUBLE'],
    ['flag', { type: ['null', 'boolean'] }, false, 'BOOLEAN'],
    ['day', { type: ['null', 'string'], format: 'date' }, '2026-02-28', 'DATE'],
    ['instant', stamp, '2026-02-28T23:59:59.500Z', 'TIMESTAMP WITH TIME ZONE'],
    ['list', { type: ['null', 'array'] }, [1, 'two'], 'JSON'],
    ['object', { type: ['null', 'object'] }, { a: null }, 'JSON'],
    ['it\'s a "name"', { type: ['null', 'string'] }, 'x', 'VARCHAR'],
  ];
  const properties = Object.fromEntries(fields.map(([name, schema]) => [name, schema]));
  const full = Object.fromEntries(fields.map(([name, , value]) => [name, value]));
  const empty = Object.fromEntries(fields.map(([name]) => [name, null]));
  await load(stream({ incremental: false, properties }), full, { ...empty, id: 1 }, { id: 2 });

  const types = await destination.query<{ column_type: string }>('DESCRIBE things');
  const columns = types.map(({ column_type }) => column_type);
  expect(columns).toEqual([...fields.map(([, , , column]) => column), 'TIMESTAMP WITH TIME ZONE']);
  const [one, two, whole] = await destination.query(
    'SELECT * EXCLUDE (_airbyte_extracted_at) REPLACE (day::VARCHAR AS day) FROM things ORDER BY id',
  );
  expect(whole).toEqual({
    ...full,
    instant: new Date('2026-02-28T23:59:59.500Z'),
    list: JSON.stringify(full.list),
    object: JSON.stringify(full.object),
  });
  expect([one, two]).toEqual([1, 2].map((id) => ({ ...empty, id })));
});

test('a later sync replaces rows by key, the newest of a batch wins, and the rest stay', async () => {
  await load(stream(), { id: 1, name: 'a', modified: at(0) }, { id: 2, name: 'b', modified: at(0) });
  await load(
    stream(),
    { id: 2, name: 'newest', modified: at(3) },
    { id: 2, name: 'stale', modified: at(2) },
    { id: 3, name: 'without cursor' },
    { id: 3, name: 'with cursor', modified: at(1) },
    { id: 4, name: 'first', modified: at(1) },
    { id: 4, name: 'last', modified: at(1) },
  );
  expect(await names()).toEqual(['a', 'newest', 'with cursor', 'last']);
});

test('a tombstone removes its row, even one from the same batch', async () => {
  const deleted = (id: number, minute: number) => ({ id, modified: at(minute), _ab_cdc_deleted_at: at(minute) });
  await load(stream(), { id: 1, name: 'goes', modified: at(0) }, { id: 2, name: 'stays', modified: at(0) });
  await load(
    stream(),
    deleted(1, 2),
    { id: 3, name: 'came and went', modified: at(1) },
    deleted(3, 2),
    { id: 4, name: 'came back', modified: at(3) },
    deleted(4, 2),
    deleted(5, 2),
  );
  expect(await names()).toEqual(['stays', 'came back']);
});

test('a key may have two parts, one of them null', async () => {
  const configured = stream({ key: ['id', 'region'] });
  await load(configured, { id: 1, region: 7, name: 'in 7' }, { id: 1, region: null, name: 'nowhere' });
  await load(configured, { id: 1, region: null, name: 'nowhere, again' });
  expect(await names()).toEqual(['in 7', 'nowhere, again']);
});

test('a full refresh replaces the table when it is complete, not before, and hides no duplicate', async () => {
  const configured = stream({ incremental: false });
  await load(configured, { id: 1, name: 'old' });
  await destination.prepare(configured);
  destination.append('things', { id: 2, name: 'new' }, 0);
  destination.append('things', { id: 2, name: 'new' }, 0);
  await destination.checkpoint('things');
  expect(await names()).toEqual(['old']);
  await destination.complete('things');
  expect(await names()).toEqual(['new', 'new']);
});

test('a value that does not fit its column is refused with the name of the stream, and the table is unchanged', async () => {
  await load(stream(), { id: 1, name: 'a', modified: at(0) });
  await expect(load(stream(), { id: 2, name: 'b', modified: 'yesterday' })).rejects.toThrow(
    /records of things.*yesterday/,
  );
  expect(await names()).toEqual(['a']);
});

test('changes are counted by their effect on rows, not by records', async () => {
  const first = await load(stream(), { id: 1, name: 'a' }, { id: 2, name: 'b' }, { id: 2, name: 'b' }, { id: 3 });
  expect(first).toEqual({ added: 3, changed: 0, deleted: 0 });
  const deleted = (id: number) => ({ id, modified: at(1), _ab_cdc_deleted_at: at(1) });
  const second = await load(stream(), { id: 1, name: 'a' }, { id: 2, name: null }, deleted(3), deleted(9), { id: 4 });
  expect(second).toEqual({ added: 1, changed: 1, deleted: 1 });
  const refresh = await load(stream({ incremental: false }), { id: 1, name: 'a' }, { id: 2, name: 'c' }, { id: 5 });
  expect(refresh).toEqual({ added: 1, changed: 1, deleted: 1 });
});

test('an existing file is reused, even by a version with an additional field', async () => {
  const { name: _, ...fewer } = PROPERTIES;
  await load(stream({ properties: fewer }), { id: 1, modified: at(0) });
  destination.close();
  destination = await Destination.open(join(folder, 'test.duckdb'));
  const rows = [
    { id: 1, name: 'named', modified: at(1) },
    { id: 2, name: 'new', modified: at(1) },
  ];
  expect(await load(stream(), ...rows)).toEqual({ added: 1, changed: 1, deleted: 0 });
  expect(await names()).toEqual(['named', 'new']);
  expect(await load(stream({ properties: fewer }), { id: 3, modified: at(2) })).toMatchObject({ added: 1 });
});
