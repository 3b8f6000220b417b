import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import type { JsonObject } from '../src/cdk/index.ts';
import { startApi, TOKEN } from './support/api.ts';
import { connector, discover } from './support/connector.ts';
import { catalogOf, fileOf, jsonFile, temporaryFolder } from './support/inputs.ts';

/** Of a config that is fine, but for an address where nobody must ever knock. */
const CONFIG = { api_token: TOKEN, base_url: 'http://127.0.0.1:1/v3' };

type File = 'config' | 'catalog' | 'state';

async function readWith(file: File, path: string) {
  const paths = {
    config: await jsonFile(CONFIG),
    catalog: await jsonFile(catalogOf(['people'])),
    state: await jsonFile([]),
    [file]: path,
  };
  const args = ['read', '--config', paths.config, '--catalog', paths.catalog, '--state', paths.state];
  return connector(args, { secrets: [TOKEN] });
}

/** A token stands in some: none of it may be repeated. */
test.each<{ file: File; what: string; path: () => Promise<string>; says: RegExp }>([
  {
    file: 'config',
    what: 'is missing',
    path: async () => '/no/such/file.json',
    says: /\/no\/such\/file\.json.*does not exist/,
  },
  { file: 'config', what: 'is a directory', path: temporaryFolder, says: /is a directory/ },
  { file: 'config', what: 'is cut', path: () => fileOf(`{"api_token": "${TOKEN}`), says: /not valid JSON/ },
  { file: 'config', what: 'is empty', path: () => fileOf(''), says: /JSON object/ },
  { file: 'config', what: 'holds a list', path: () => fileOf(`["${TOKEN}"]`), says: /JSON object/ },
  {
    file: 'config',
    what: 'is in UTF-16 with a mark',
    path: () => fileOf(Buffer.from(`\uFEFF{"api_token": "${TOKEN}"}`, 'utf16le')),
    says: /saved as UTF-16\. Save it as UTF-8/,
  },
  {
    file: 'catalog',
    what: 'is in UTF-16 without a mark',
    path: () => fileOf(Buffer.from('{"streams": []}', 'utf16le').swap16()),
    says: /saved as UTF-16\. Save it as UTF-8/,
  },
  {
    file: 'state',
    what: 'is in Latin-1',
    path: () => fileOf(Buffer.from('[{"é": 1}]', 'latin1')),
    says: /not in UTF-8\. Save it as UTF-8/,
  },
  { file: 'catalog', what: 'is missing', path: async () => '/no/such/file.json', says: /does not exist/ },
  { file: 'catalog', what: 'is empty', path: () => fileOf(' \n'), says: /no list of streams/ },
  { file: 'catalog', what: 'lacks streams', path: () => jsonFile({ streams: {} }), says: /no list of streams/ },
  {
    file: 'catalog',
    what: 'has bare names',
    path: () => jsonFile({ streams: ['people'] }),
    says: /has no stream name/,
  },
  { file: 'state', what: 'is missing', path: async () => '/no/such/file.json', says: /does not exist/ },
  { file: 'state', what: 'is cut', path: () => fileOf(`[{"data": "${TOKEN}`), says: /not valid JSON/ },
  { file: 'state', what: 'holds a number', path: () => fileOf('42'), says: /neither an array nor an object/ },
])('a $file file that $what fails the read with a message that contains its path', async ({ file, path, says }) => {
  const run = await readWith(file, await path());
  expect(run).toMatchObject({ code: 1, stderr: '', signal: null });
  expect(run.errors).toEqual([expect.objectContaining({ failure_type: 'config_error' })]);
  expect(run.errors[0]?.message).toMatch(says);
  expect(run.errors[0]?.message).toContain(file);
  // Nothing was begun: no status that a platform would wait to see ended.
  expect(run.messages).toHaveLength(1);
});

test.each([{ concurrency: 99 }, { start_date: '2099-01-01' }])(
  'an invalid config (%j) fails discover and read with the same message as check',
  async (faulty) => {
    const config = { ...CONFIG, ...faulty };
    const catalog = await jsonFile(catalogOf(['people']));
    for (const verb of [['discover'], ['read', '--catalog', catalog]]) {
      const run = await connector([...verb, '--config', await jsonFile(config)], { secrets: [TOKEN] });
      expect(run).toMatchObject({ code: 1, stderr: '' });
      expect(run.errors).toEqual([
        expect.objectContaining({
          failure_type: 'config_error',
          message: expect.stringContaining(`${Object.keys(faulty)[0]}: `),
        }),
      ]);
    }
  },
);

test('unknown config fields are ignored', async () => {
  const run = await discover({ ...CONFIG, _limit: 3, credentials: { more: true } });
  expect(run.only('CATALOG').catalog.streams.length).toBeGreaterThanOrEqual(16);
});

describe('a catalog', () => {
  test('with an unknown stream or mode fails that stream and reads the others', async () => {
    const api = await startApi();
    const catalog = catalogOf(['departments', 'invoices', 'clients']) as { streams: JsonObject[] };
    const clients = catalog.streams[2] ?? {};
    clients.sync_mode = 'INVALID';
    const args = ['read', '--config', await jsonFile(api.config), '--catalog', await jsonFile(catalog)];
    const run = await connector(args, { secrets: [TOKEN] });
    expect(run.statuses('departments').at(-1)).toBe('COMPLETE');
    expect(run.failure('invoices')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringMatching(/invoices.*does not exist.*(refresh|deselect)/i),
    });
    expect(run.failure('clients')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringMatching(/clients.*INVALID/),
    });
    expect(api.requestsTo('/clients')).toEqual([]);
  });

  test('that contains a stream twice is refused before anything is read', async () => {
    const api = await startApi();
    const catalog = await jsonFile(catalogOf(['clients', 'departments', 'clients']));
    const run = await connector(['read', '--config', await jsonFile(api.config), '--catalog', catalog]);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.errors).toEqual([
      expect.objectContaining({ failure_type: 'config_error', message: expect.stringMatching(/clients.*twice/) }),
    ]);
    expect(api.requests).toEqual([]);
  });

  test('without streams is complete at once', async () => {
    const api = await startApi();
    const run = await api.read([]);
    expect(run.code).toBe(0);
    expect(api.requests).toEqual([]);
  });
});

const MODIFIED = '2026-03-01T08:00:00.500Z';
const ASKED = '2026-03-01T08:00:00Z';

const stateOf = (name: string, state: unknown) => ({ stream_descriptor: { name }, stream_state: state });
const message = (name: string, state: unknown) => ({ type: 'STREAM', stream: stateOf(name, state) });
const people = { modified: MODIFIED };

test.each([
  { form: 'an empty file', text: ' \n', asked: undefined },
  { form: 'null', text: 'null', asked: undefined },
  { form: 'a stream without state', text: JSON.stringify([message('people', null)]), asked: undefined },
  {
    form: 'STREAM messages with every null spelled out, as PyAirbyte writes them, among others that nobody knows',
    text: JSON.stringify([
      message('invoices', { page: 7 }),
      {
        type: 'STREAM',
        stream: { stream_descriptor: { name: 'people', namespace: null }, stream_state: people },
        global: null,
        data: null,
        sourceStats: null,
      },
      message('tasks', { modified: 'of a stream that is not configured' }),
      null,
    ]),
    asked: ASKED,
  },
  {
    form: 'whole protocol messages',
    text: JSON.stringify([{ type: 'STATE', state: message('people', people) }]),
    asked: ASKED,
  },
  {
    form: 'one GLOBAL',
    text: JSON.stringify([
      { type: 'GLOBAL', global: { shared_state: null, stream_states: [stateOf('people', people)] } },
    ]),
    asked: ASKED,
  },
  { form: 'LEGACY with data', text: JSON.stringify([{ type: 'LEGACY', data: { people } }]), asked: ASKED },
  { form: 'the legacy blob', text: JSON.stringify({ people }), asked: ASKED },
  { form: 'the legacy blob with an entry of no stream', text: JSON.stringify({ people, cdc: false }), asked: ASKED },
  { form: 'an entry of no stream', text: '{"cdc": false}', asked: undefined },
])('a state in the format $form is accepted', async ({ text, asked }) => {
  const api = await startApi({ dialect: 'neutral', company: { counts: { people: 2 } } });
  const catalog = await jsonFile(catalogOf(['people'], 'incremental'));
  const args = ['read', '--config', await jsonFile(api.config), '--catalog', catalog, '--state', await fileOf(text)];
  const run = await connector(args, { secrets: [TOKEN] });
  expect(api.requestsTo('/people').map(({ query }) => query.modified_since)).toEqual([asked]);
  expect(run.logs('WARN')).toEqual([]);
});

test('a state that no version wrote causes a warning, and its stream starts over', async () => {
  const garbage: Record<string, unknown> = {
    people: { modified: 12 },
    projects: { modified: 'yesterday' },
    phases: { cursor: 'abc' },
    time_off: 'text',
    tasks: [],
    logged_time: { modified: { $date: MODIFIED } },
  };
  const names = Object.keys(garbage);
  const api = await startApi({ dialect: 'neutral' });
  const state = Object.entries(garbage).map(([name, value]) => message(name, value));
  const run = await api.read(names, { mode: 'incremental', state });
  expect(run.code).toBe(0);
  expect(api.requests.some(({ query }) => 'modified_since' in query)).toBe(false);
  for (const name of names) {
    const warnings = run.logs('WARN').filter((text) => text.includes(name));
    expect({ name, warnings }).toEqual({ name, warnings: [expect.stringMatching(/start/)] });
    expect(run.lastState(name)).toMatchObject({ modified: expect.any(String) });
  }
});

test('invalid entries of a state are ignored with a warning', async () => {
  const api = await startApi({ dialect: 'neutral', company: { counts: { people: 2 } } });
  const state = [7, 'x', { type: 'STREAM' }, { type: 'STREAM', stream: {} }, message('people', people)];
  const run = await api.read(['people'], { mode: 'incremental', state });
  expect(api.requestsTo('/people').map(({ query }) => query.modified_since)).toEqual([ASKED]);
  expect(run.logs('WARN').length).toBeGreaterThanOrEqual(4);
});

test('a row whose key is missing or has the wrong type fails its stream; a convertible key does not', async () => {
  const api = await startApi();
  const body = (...rows: unknown[]): Fault => ({ kind: 'body', body: JSON.stringify(rows) });
  const bad = {
    departments: body({ department_id: 1, name: 'kept' }, { name: 'without' }),
    clients: body({ client_id: null, name: 'null' }),
    roles: body({ id: {}, name: 'object' }),
    accounts: body({ account_id: 'abc' }),
    holidays: body({ holiday_id: 1.5 }),
    status: body({ status_id: true }),
    logged_time: body({ logged_time_id: '' }),
    milestones: body({}),
    phases: body({ phase_id: '9007199254740993' }),
  };
  const paths: Record<string, string> = { logged_time: '/logged-time' };
  const always = (path: string, fault: Fault) => api.script(path, ...Array.from({ length: 20 }, () => fault));
  for (const [name, fault] of Object.entries(bad)) always(paths[name] ?? `/${name}`, fault);
  always('/timeoff-types', body({ timeoff_type_id: '18' }, { id: 17, timeoff_type_id: 19 }));
  always('/people', body({ id: 21, people_id: null }));
  const names = [...Object.keys(bad), 'timeoff_types', 'people'];
  const run = await api.read(names);
  for (const name of Object.keys(bad)) {
    const message = expect.stringMatching(new RegExp(`${name}.*key`));
    expect(run.failure(name)).toMatchObject({ failure_type: 'system_error', message });
    expect({ name, final: run.statuses(name).at(-1) }).toEqual({ name, final: 'INCOMPLETE' });
  }
  expect(run.records('timeoff_types').map(({ id }) => id)).toEqual([18, 17]);
  expect(run.records('people').map(({ id }) => id)).toEqual([21]);
});

const onlyPage = (rows: readonly unknown[]): Fault => ({ kind: 'body', body: JSON.stringify(rows) });

test('values that do not fit and undeclared fields go to additional_fields and are logged once', async () => {
  const api = await startApi();
  const rows = [3, 2, 1].map((client_id) => ({ client_id, name: ['not', 'a', 'text'], vip: true, tier: 'gold' }));
  api.script('/clients', onlyPage(rows));
  const run = await api.read(['clients']);
  expect(run.records('clients')).toEqual(
    rows.map(({ client_id, ...rest }) => ({ client_id, name: null, id: client_id, additional_fields: rest })),
  );
  const warnings = run.logs('WARN');
  expect(warnings).toHaveLength(2);
  expect(warnings.join(' ')).toMatch(/clients:.*vip.*tier|clients:.*tier.*vip/);
  expect(warnings.join(' ')).toMatch(/clients:.*type.*name/);
});

test('values in other types are converted to the declared ones', async () => {
  const api = await startApi();
  const task = {
    task_id: '501',
    hours: '2.50',
    start_date: '2026-03-01 00:00:00',
    created: '2026-03-01T10:00:00+02:00',
    modified: '2026-03-01 09:30:00.123456',
    repeat_state: '0',
    name: 12345,
    notes: '',
    people_ids: ['7', 8],
  };
  api.script('/tasks', onlyPage([task, { task_id: 500, created: '2026-02-28', modified: null }]));
  const run = await api.read(['tasks']);
  expect(run.records('tasks')).toEqual([
    {
      ...task,
      id: 501,
      task_id: 501,
      hours: 2.5,
      start_date: '2026-03-01',
      created: '2026-03-01T08:00:00Z',
      modified: '2026-03-01T09:30:00.123Z',
      repeat_state: 0,
      name: '12345',
      people_ids: [7, 8],
    },
    { task_id: 500, id: 500, created: '2026-02-28T00:00:00Z', modified: null },
  ]);
});
