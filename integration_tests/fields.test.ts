/** Every value that the API sends arrives: in its column, or in additional_fields. A row without a key does not. */
import { expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { type Api, startApi } from './support/api.ts';
import { catalogOf } from './support/inputs.ts';

const onlyPage = (...rows: readonly unknown[]): Fault => ({ kind: 'body', body: JSON.stringify(rows) });

const nulled = (field: string): JsonObject => ({ field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' });

test('values that are empty, of another type, or do not fit, and fields without a column', async () => {
  const api = await startApi();
  const sent = {
    hours: '1,200.50',
    start_date: '0000-00-00',
    end_date: '2026-02-30',
    repeat_end_date: '',
    created: '2026-03-01T10:00:00+02:00',
    modified: '0000-00-00 00:00:00',
    billable: true,
    status: 9,
    repeat_state: '0',
    project_id: 'none',
    people_ids: ['7', 'x', '', null],
    name: 12345,
    mood: { of: ['day'] },
    nothing: null,
  };
  api.script('/tasks', onlyPage({ ...sent, task_id: '5' }, { ...sent, task_id: 4 }));
  const run = await api.read(['tasks']);
  const changes = ['hours', 'end_date', 'project_id'].map(nulled);
  expect(run.recordMessages.map(({ data, meta }) => ({ data, meta }))).toEqual(
    [5, 4].map((id) => ({
      data: {
        id,
        task_id: id,
        hours: null,
        start_date: null,
        end_date: null,
        repeat_end_date: null,
        created: '2026-03-01T08:00:00Z',
        modified: null,
        billable: 1,
        status: 9,
        repeat_state: 0,
        project_id: null,
        people_ids: [7, 'x', '', null],
        name: '12345',
        additional_fields: { hours: '1,200.50', end_date: '2026-02-30', project_id: 'none', mood: { of: ['day'] } },
      },
      meta: { changes },
    })),
  );
  expect(run.logs('WARN')).toEqual([
    'tasks: the API sent fields that have no column: mood. They are in additional_fields.',
    expect.stringMatching(/^tasks: values that do not fit .*: hours, end_date, project_id\. .*additional_fields\.$/),
  ]);
  expect(run.logs('INFO')).toContain('tasks: values that are new to this connector: status 9.');
});

test('characters that other programs cannot read are replaced or escaped; long numbers are logged', async () => {
  const api = await startApi();
  const name = String.raw`a\u0000b\ud800 😀`;
  const body = `[{"client_id":1,"name":"${name}\u2028","k\\u0000":{"\\u0000":["\u0085"]},"big":12345678901234567890}]`;
  api.script('/clients', { kind: 'body', body });
  const run = await api.read(['clients']);
  expect(run.records('clients')).toEqual([
    {
      id: 1,
      client_id: 1,
      name: 'a\ufffdb\ufffd 😀\u2028',
      additional_fields: { 'k\ufffd': { '\ufffd': ['\u0085'] }, big: Number('12345678901234567890') },
    },
  ]);
  expect(run.logs('WARN')).toEqual([
    expect.stringMatching(/^clients: .* no column: .*big/),
    expect.stringMatching(/^clients: numbers beyond 2\^53 .*: big\.$/),
  ]);
});

/** Reads the clients, of which only some fields are selected. */
async function readClients(api: Api, fields: readonly string[]) {
  const catalog = catalogOf(['clients']);
  const [{ stream }] = catalog.streams as [{ stream: { json_schema: JsonObject } }];
  const properties = Object.entries(stream.json_schema.properties as JsonObject);
  stream.json_schema.properties = Object.fromEntries(properties.filter(([field]) => fields.includes(field)));
  return api.read([], { catalog });
}

test('records have only the selected fields, and the other values are not in additional_fields', async () => {
  const api = await startApi();
  const page = onlyPage({ client_id: 1, name: ['a'], vip: true });
  api.script('/clients', page, page);
  const withRest = await readClients(api, ['id', 'additional_fields']);
  expect(withRest.records('clients')).toEqual([{ id: 1, additional_fields: { vip: true } }]);
  expect(withRest.recordMessages[0]?.meta).toBeUndefined();

  const withoutRest = await readClients(api, ['id', 'name']);
  const [{ data, meta } = { data: {}, meta: {} }] = withoutRest.recordMessages;
  expect({ data, meta }).toEqual({ data: { id: 1, name: null }, meta: { changes: [nulled('name')] } });
  expect(withoutRest.logs('WARN').join(' ')).toMatch(
    /vip\. They were dropped, because additional_fields is not selected/,
  );
});

test('a row whose key is missing or has the wrong type fails its stream; a key that can be converted does not', async () => {
  const api = await startApi();
  const bad: Record<string, Fault> = {
    departments: onlyPage({ department_id: 1, name: 'kept' }, { name: 'without' }),
    clients: onlyPage({ client_id: null, name: 'null' }),
    roles: onlyPage({ id: {}, name: 'object' }),
    accounts: onlyPage({ account_id: 'abc' }),
    holidays: onlyPage({ holiday_id: 1.5 }),
    status: onlyPage({ status_id: true }),
    milestones: onlyPage({}),
    phases: onlyPage({ phase_id: '9007199254740993' }),
  };
  const always = (path: string, fault: Fault) => api.script(path, ...Array.from({ length: 20 }, () => fault));
  for (const [name, fault] of Object.entries(bad)) always(`/${name}`, fault);
  always('/timeoff-types', onlyPage({ timeoff_type_id: '18' }, { id: 17, timeoff_type_id: 19 }));
  always('/people', onlyPage({ id: 21, people_id: null }));
  const run = await api.read([...Object.keys(bad), 'timeoff_types', 'people']);
  for (const name of Object.keys(bad)) {
    const message = expect.stringMatching(new RegExp(`${name}.*key`));
    expect(run.failure(name)).toMatchObject({ failure_type: 'system_error', message });
    expect({ name, final: run.statuses(name).at(-1) }).toEqual({ name, final: 'INCOMPLETE' });
  }
  expect(run.records('timeoff_types').map(({ id }) => id)).toEqual([18, 17]);
  expect(run.records('people').map(({ id }) => id)).toEqual([21]);
});
