/** Every value that the API sends arrives: in its column, or among the additional fields. */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import { isObject, type JsonObject, type JsonValue } from '../src/cdk/index.ts';
import { type Api, startApi } from './support/api.ts';
import { connector } from './support/connector.ts';
import { catalogOf, jsonFile } from './support/inputs.ts';
import { expected, REPORT_STREAMS, REPORTS, type ReportStream, STREAM_NAMES } from './support/streams.ts';

const onlyPage = (...rows: readonly unknown[]): Fault => ({ kind: 'body', body: JSON.stringify(rows) });

const nulled = (field: string): JsonObject => ({ field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' });

/** A read of one stream, of which only some fields are selected. */
async function readFields(api: Api, name: string, fields: readonly string[]) {
  const catalog = catalogOf([name]);
  const [{ stream }] = catalog.streams as [{ stream: { json_schema: JsonObject } }];
  const properties = Object.entries(stream.json_schema.properties as JsonObject);
  stream.json_schema = {
    ...stream.json_schema,
    properties: Object.fromEntries(properties.filter(([field]) => fields.includes(field))),
  };
  const args = ['read', '--config', await jsonFile(api.config), '--catalog', await jsonFile(catalog)];
  return connector(args, { secrets: [api.token] });
}

/** Whether a value arrived, in whatever type: as the same number, the same moment or the same text. */
function isSame(sent: JsonValue, got: JsonValue | undefined): boolean {
  if (Array.isArray(sent)) return Array.isArray(got) && sent.every((item, index) => isSame(item, got[index]));
  if (isObject(sent)) return isObject(got) && Object.entries(sent).every(([name, item]) => isSame(item, got[name]));
  if (sent === got) return true;
  if (got === null || got === undefined) return false;
  if (String(sent) === String(got) || (sent !== '' && Number(sent) === Number(got))) return true;
  if (typeof sent === 'string' && sent.startsWith('[')) return isSame(JSON.parse(sent), got);
  const toMoment = (value: JsonValue): number =>
    Date.parse(
      `${String(value)
        .replace(' ', 'T')
        .replace(/(Z|\+00:00)$/, '')}Z`,
    );
  return toMoment(sent) === toMoment(got);
}

/** Each row that the server sent in a run, with the parameters of its request. The same requests are sent once more. */
async function rowsSent(api: Api, path: string): Promise<{ row: JsonObject; query: JsonObject }[]> {
  const asked = api.requestsTo(path).map(({ query }) => query as Record<string, string>);
  const answers = asked.map(async (query) => {
    const headers = { authorization: `Bearer ${api.token}` };
    const response = await fetch(`${api.url}${path}?${new URLSearchParams(query)}`, { headers });
    const body = response.status === 204 ? [] : ((await response.json()) as JsonValue);
    const lists = isObject(body) ? Object.values(body).filter(Array.isArray) : [body];
    return (lists.flat() as JsonObject[]).map((row) => ({ row, query }));
  });
  return (await Promise.all(answers)).flat();
}

const keyText = (id: JsonValue | undefined, other: JsonValue | undefined): string =>
  JSON.stringify([id, other ?? null]);

test('each value of each field of the mock arrives, in every stream', async () => {
  const api = await startApi({ company: { people: 30, projects: 12 } });
  const run = await api.read([...STREAM_NAMES, ...REPORT_STREAMS], {
    config: { start_date: new Date().toISOString().slice(0, 10) },
  });
  const isReport = (name: string): name is ReportStream => name in REPORTS;
  for (const name of [...STREAM_NAMES, ...REPORT_STREAMS]) {
    const { path, key } = isReport(name) ? REPORTS[name] : expected(name);
    const second = isReport(name) ? 'start_date' : 'region';
    const records = new Map(run.records(name).map((record) => [keyText(record.id, record[second]), record]));
    const sent = await rowsSent(api, path);
    const lost = sent.flatMap(({ row, query }): [string, JsonValue][] => {
      const record = records.get(keyText(row[key] ?? row.id, row[second] ?? (isReport(name) ? query[second] : null)));
      if (record === undefined) return Object.entries(row);
      const additional = (record.additional_fields ?? {}) as JsonObject;
      const isFound = ([field, value]: [string, JsonValue]): boolean =>
        value === null || isSame(value, field in record ? record[field] : additional[field]);
      return Object.entries(row).filter((entry) => !isFound(entry));
    });
    expect({ name, lost }).toEqual({ name, lost: [] });
    expect({ name, isEmpty: sent.length === 0 }).toEqual({ name, isEmpty: false });
  }
});

test('values that are empty, of another type, or do not fit', async () => {
  const api = await startApi();
  const sent = {
    task_id: 5,
    hours: '1,200.50',
    start_date: '0000-00-00',
    end_date: '2026-02-30',
    repeat_end_date: '',
    created: ' ',
    modified: '0000-00-00 00:00:00',
    billable: true,
    status: false,
    repeat_state: '',
    project_id: 'none',
    people_ids: ['7', 'x', '', null],
    name: '',
    mood: { of: ['day'] },
    nothing: null,
  };
  api.script('/tasks', onlyPage(sent));
  const run = await api.read(['tasks']);
  const [{ data, meta } = { data: {}, meta: {} }] = run.recordMessages;
  expect(data).toEqual({
    id: 5,
    task_id: 5,
    hours: null,
    start_date: null,
    end_date: null,
    repeat_end_date: null,
    created: null,
    modified: null,
    billable: 1,
    status: 0,
    repeat_state: null,
    project_id: null,
    people_ids: [7, 'x', '', null],
    name: '',
    additional_fields: { hours: '1,200.50', end_date: '2026-02-30', project_id: 'none', mood: { of: ['day'] } },
  });
  expect(meta).toEqual({ changes: ['hours', 'end_date', 'project_id'].map(nulled) });
  expect(run.logs('WARN')).toEqual([
    'tasks: the API sent fields that have no column: mood. They are in additional_fields.',
    expect.stringMatching(/^tasks: values that do not fit .*: hours, end_date, project_id\. .*additional_fields\.$/),
  ]);
});

test('a NUL character arrives as U+FFFD; a number with too many digits for a double is logged', async () => {
  const api = await startApi();
  const name = String.raw`a\u0000b`;
  const body = `[{"client_id":1,"name":"${name}","k\\u0000":{"\\u0000":["\\u0000"]},"big":12345678901234567890}]`;
  api.script('/clients', { kind: 'body', body });
  const run = await api.read(['clients']);
  expect(run.records('clients')).toEqual([
    {
      id: 1,
      client_id: 1,
      name: 'a\ufffdb',
      additional_fields: { 'k\ufffd': { '\ufffd': ['\ufffd'] }, big: Number('12345678901234567890') },
    },
  ]);
  expect(run.logs('WARN')).toEqual([
    expect.stringMatching(/^clients: .* no column: .*big/),
    expect.stringMatching(/^clients: numbers beyond 2\^53 .*: big\.$/),
  ]);
});

describe('with some fields selected', () => {
  const row = { client_id: 1, name: ['a'], vip: true };

  test('records have only these, and the other values are not in additional_fields', async () => {
    const api = await startApi();
    api.script('/clients', onlyPage(row));
    const run = await readFields(api, 'clients', ['id', 'additional_fields']);
    expect(run.records('clients')).toEqual([{ id: 1, additional_fields: { vip: true } }]);
    expect(run.recordMessages[0]?.meta).toBeUndefined();
  });

  test('without additional_fields such values are dropped, and the log says how to keep them', async () => {
    const api = await startApi();
    api.script('/clients', onlyPage(row));
    const run = await readFields(api, 'clients', ['id', 'name']);
    expect(run.recordMessages[0]).toMatchObject({ data: { id: 1, name: null }, meta: { changes: [nulled('name')] } });
    expect(Object.keys(run.records('clients')[0] ?? {}).sort()).toEqual(['id', 'name']);
    expect(run.logs('WARN').join(' ')).toMatch(/vip\. They were dropped, because additional_fields is not selected/);
  });
});

test('the dates that a report sends are kept in additional_fields', async () => {
  const api = await startApi();
  const rows = [{ people_id: 7, start_date: '2020-05-05', end_date: null, co_hours: 'eight' }];
  const month = new Date().toISOString().slice(0, 7);
  api.script('/reports/people', { kind: 'body', body: JSON.stringify({ people: rows }) });
  const run = await api.read(['reports_people'], { config: { start_date: `${month}-01` } });
  expect(run.records('reports_people').find(({ start_date }) => start_date === `${month}-01`)).toEqual({
    id: 7,
    people_id: 7,
    co_hours: null,
    start_date: `${month}-01`,
    end_date: expect.stringMatching(`^${month}-`),
    additional_fields: { start_date: '2020-05-05', co_hours: 'eight' },
  });
  expect(run.logs('WARN').join(' ')).toMatch(/no column: start_date\./);
});
