/**
 * What the other tests rely on and do not see: how the mock complains, and forms of responses that a tolerant connector
 * would not miss. Everything else fails in the tests that use the mock.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createCompany, keyOf } from '../../mock-api/company.ts';
import { createHandler } from '../../mock-api/handler.ts';
import { startMockApi } from '../../mock-api/server.ts';
import { createSession } from '../../mock-api/session.ts';
import { type Mock, mock, NOON } from './ask.ts';

const TOKEN = { authorization: 'Bearer mock-token' };
const WRONG = { authorization: 'Bearer wrong' };

test.each([
  ['the right token', '/people', undefined, 200, 'application/json'],
  ['a wrong token', '/people', WRONG, 401, 'application/json'],
  ['a wrong token for a report', '/reports/people', WRONG, 401, 'application/json'],
  ['another scheme', '/people', { authorization: 'Basic mock-token' }, 401, 'application/json'],
  ['no token: the edge answers', '/people', {}, 403, 'text/html'],
  ['an unknown path', '/statuses', undefined, 404, 'application/json'],
  ['an unknown path and a wrong token', '/statuses', WRONG, 404, 'application/json'],
  ['the Delete Log of a list that has none', '/deleted/people', undefined, 404, 'application/json'],
])('%s: GET %s', (_, path, headers, status, type) => {
  const reply = mock().get(path, headers);
  expect(reply.status).toBe(status);
  expect(reply.headers['content-type']).toContain(type);
  if (type === 'application/json' && status !== 200) expect(JSON.parse(reply.body)).toMatchObject({ code: 0, status });
});

test.each([
  ['/statuses', 404, 'unknown path'],
  ['/clients?page=0', 200, 'page=0 is outside'],
  ['/clients?page=x', 200, 'page=x is outside'],
  ['/clients?per-page=201', 200, 'per-page=201 is outside 1..200'],
  ['/clients?per_page=200', 200, 'unknown parameter per_page'],
  ['/clients?modified_since=0', 200, 'unknown parameter modified_since'],
  ['/clients?expand=name', 200, 'unknown parameter expand'],
  ['/people?expand=everything', 200, 'expand does not support everything'],
  ['/people/18031663?page=1', 200, 'unknown parameter page'],
  ['/tasks?modified_since=2026-06-01', 400, 'is not YYYY'],
  ['/tasks?modified_since=2026-13-01 00:00:00', 400, 'is not YYYY'],
  ['/tasks?modified_since=2026-06-01T00:00:00.000Z', 400, 'is not YYYY'],
  ['/tasks?start_date=2026-01-01', 400, 'must be sent together'],
  ['/logged-time?start_date=2026-02-30&end_date=2026-03-01', 400, 'are not two dates'],
  ['/timeoffs?start_date=2026-03-02&end_date=2026-03-01', 400, 'is after'],
  ['/reports/people', 400, 'are required'],
  ['/deleted/tasks?limit=501', 200, 'limit=501 is outside'],
  ['/deleted/tasks?cursor=invented', 400, 'was never sent'],
  ['/deleted/tasks?page=1', 200, 'unknown parameter page'],
])('GET %s is answered %i, and noted as a request that no careful client sends', (path, status, complaint) => {
  const { get, handle } = mock();
  expect(get(path).status).toBe(status);
  expect(handle.unexpected).toEqual([expect.stringContaining(complaint)]);
});

test('a request that is not a GET, or not below /v3, is noted', () => {
  const handle = createHandler(createCompany());
  const request = { query: new URLSearchParams(), headers: TOKEN };
  handle({ ...request, method: 'POST', path: '/v3/people' });
  handle({ ...request, method: 'GET', path: '/people' });
  expect(handle.unexpected).toEqual(['POST /people: wrong method', 'GET /people: unknown path']);
});

test.each([
  ['/milestones', 200, '[]', { 'x-pagination-per-page': '50' }],
  ['/departments', 200, '[]', { 'x-pagination-total-count': '0', 'x-pagination-page-count': '0' }],
  ['/status', 204, '', {}],
])('the empty list %s is answered as Float does', (path, status, body, headers) => {
  const reply = mock({ company: { counts: { milestones: 0, departments: 0, status: 0 } } }).get(path);
  expect(reply).toMatchObject({ status, body, headers });
  expect('x-pagination-total-count' in reply.headers).toBe('x-pagination-total-count' in headers);
});

test.each([
  ['repeat', 200, '2'],
  ['empty', 0, '3'],
] as const)('a page past the end: %s', (pastTheEnd, rows, current) => {
  const reply = mock({ company: { counts: { tasks: 400 } }, pastTheEnd }).get('/tasks?per-page=200&page=3');
  expect(reply.rows).toHaveLength(rows);
  expect(reply.headers['x-pagination-current-page']).toBe(current);
});

test('role placeholders, expanded fields and other years come only on request', () => {
  const { get } = mock();
  const types = (query: string) => new Set(get(`/people?${query}`).rows.map((row) => row.people_type_id));
  expect(types('')).toEqual(new Set([1, 2, 3]));
  expect(types('people_type_id=1,2,3,4')).toEqual(new Set([1, 2, 3, 4]));
  expect(get('/people').rows[0]).not.toHaveProperty('contracts');
  expect(get('/people?expand=contracts,managers').rows[0]).toHaveProperty('contracts');
  const years = (query: string) =>
    new Set(get(`/public-holidays?${query}`).rows.flatMap((row) => String(row.dates).match(/\d{4}(?=-)/g)));
  expect(years('')).toEqual(new Set(['2026']));
  expect(years('start_date=2025-01-01&end_date=2026-12-31')).toEqual(new Set(['2025', '2026']));
});

test('modified_since is inclusive and accepts three formats', () => {
  const { company, get, handle } = mock();
  const stamp = '2026-06-01 10:00:00';
  const [row = {}] = company.rows('projects');
  company.update('projects', keyOf('projects', row), { modified: stamp });
  const found = (since: string) => get(`/projects?modified_since=${since}`).rows.map(({ project_id }) => project_id);
  const formats = ['2026-06-01 10:00:00', '2026-06-01T10:00:00Z', String(Date.parse(`${stamp}Z`) / 1000)];
  for (const since of formats) expect(found(since)).toContain(row.project_id);
  expect(found('2026-06-01 10:00:01')).not.toContain(row.project_id);
  expect(handle.unexpected).toEqual([]);
});

test.each([
  ['inside', '2026-03-02', '2026-03-06', 0, null, true],
  ['touching the first day', '2026-02-20', '2026-03-01', 0, null, true],
  ['before', '2026-02-20', '2026-02-28', 0, null, false],
  ['after', '2026-04-01', '2026-04-02', 0, null, false],
  ['weekly into it', '2026-01-01', '2026-01-02', 1, '2026-03-31', true],
  ['weekly, over before it', '2026-01-01', '2026-01-02', 1, '2026-02-20', false],
  ['monthly on the 31st', '2025-12-31', '2025-12-31', 2, null, true],
  ['yearly, elsewhere in the year', '2024-07-01', '2024-07-02', 9, null, false],
])('an allocation %s of the window', (_, start_date, end_date, repeat_state, repeat_end_date, inside) => {
  const { company, get } = mock({ company: { counts: { tasks: 0 } } });
  company.insert('tasks', { start_date, end_date, repeat_state, repeat_end_date });
  expect(get('/tasks?start_date=2026-03-01&end_date=2026-03-31').rows).toHaveLength(Number(inside));
});

test('reports add up the hours of the window, without pages', () => {
  const { company, get } = mock({ company: { counts: { tasks: 0, timeoffs: 0 } } });
  const person = company.rows('people').find((row) => row.work_days_hours === null && row.people_type_id === 1);
  const [project = {}] = company.rows('projects');
  const [people_id = null, project_id = null] = [person?.people_id, project.project_id];
  const dates = { start_date: '2026-03-05', end_date: '2026-03-09', repeat_state: 0, people_ids: null };
  company.insert('tasks', { ...dates, people_id, project_id, hours: 6, billable: 1 });
  company.insert('tasks', { ...dates, people_id, project_id, hours: '2.0', billable: 0 });
  company.insert('timeoffs', { ...dates, end_date: '2026-03-05', people_ids: [people_id], hours: null });
  const window = 'start_date=2026-03-02&end_date=2026-03-08';
  const { headers, rows } = get(`/reports/people?${window}`);
  expect(Object.keys(headers).join()).not.toContain('pagination');
  const hours = { scheduled: 16, billable: 12, nonBillable: 4 };
  expect(rows).toContainEqual(
    expect.objectContaining({ people_id, capacity: 40, timeoff: 8, unscheduled: 16, ...hours }),
  );
  expect(new Set(rows.map((row) => Object.keys(row).length)).size).toBeGreaterThan(1);
  expect(get(`/reports/projects?${window}`).rows).toEqual([expect.objectContaining({ project_id, ...hours })]);
});

test('a write is visible only after the delay, in lists and in the Delete Log, though stamped at once', () => {
  const { company, clock, get } = mock({ visibilityDelayMs: 60_000, company: { counts: { tasks: 2 } } });
  const [kept = {}, doomed = {}] = company.rows('tasks');
  company.insert('tasks');
  company.update('tasks', keyOf('tasks', kept), { notes: 'late' });
  company.remove('tasks', keyOf('tasks', doomed));
  expect(get('/tasks').rows).toEqual([kept, doomed]);
  expect(get('/deleted/tasks').rows).toEqual([]);
  clock.ms += 60_000;
  expect(get('/tasks').rows.map((row) => row.modified)).toEqual(['2026-06-10 12:00:00.000', '2026-06-10 12:00:00.000']);
  expect(get('/tasks').rows).toEqual(company.rows('tasks'));
  expect(get('/deleted/tasks').rows).toHaveLength(1);
});

const HOUR = 3_600_000;

function removeTasks({ company, clock }: Mock, count: number): void {
  for (const row of company.rows('tasks').slice(-count)) {
    company.remove('tasks', keyOf('tasks', row));
    clock.ms += 1000;
  }
}

test('the Delete Log drops entries after 72 hours, and an old cursor continues with the remaining ones', () => {
  const api = mock();
  removeTasks(api, 2);
  const cursor = api.get('/deleted/tasks?limit=1').headers['x-pagination-next-cursor'];
  api.clock.ms += 71 * HOUR;
  expect(api.get('/deleted/tasks').rows).toHaveLength(2);
  api.clock.ms += HOUR;
  removeTasks(api, 1);
  expect(api.get('/deleted/tasks').rows).toHaveLength(1);
  expect(api.get(`/deleted/tasks?cursor=${cursor}`).rows).toHaveLength(1);
});

test('the Delete Log may deliver an entry twice', () => {
  const api = mock({ deleteLogRepeats: true });
  removeTasks(api, 10);
  const ids = api.get('/deleted/tasks').rows.map((row) => row.id);
  expect(ids.length).toBeGreaterThan(10);
  expect(new Set(ids).size).toBe(10);
});

test('an entry set to 0 hours disappears without an entry in the Delete Log', () => {
  const { company, get } = mock({ company: { counts: { 'logged-time': 3 } } });
  const [row = {}] = company.rows('logged-time');
  company.update('logged-time', keyOf('logged-time', row), { hours: 0 });
  expect(get('/logged-time').rows).toHaveLength(2);
  expect(get('/deleted/logged-time').rows).toEqual([]);
});

test('three clocks can differ: of the Date header, of rows and of the Delete Log', () => {
  const { company, get } = mock({ clockSkewMs: 90_000, rowClockSkewMs: 60_000, deletionClockSkewMs: 30_000 });
  const row = company.insert('tasks');
  expect(row.modified).toBe('2026-06-10 12:02:30.000');
  company.remove('tasks', keyOf('tasks', row));
  expect(get('/deleted/tasks').rows).toEqual([{ id: row.task_id, timestamp: '2026-06-10T12:02:00.000Z' }]);
  expect(get('/tasks').headers.date).toBe('Wed, 10 Jun 2026 12:01:30 GMT');
});

test('a session changes the company just before the nth request to a path, and records its requests', () => {
  const company = createCompany({ now: () => NOON, counts: { clients: 1 } });
  const session = createSession(company);
  session.before('/clients', 2, () => company.insert('clients'));
  session.script('/tasks', { kind: 'reset' });
  const answers = ['/clients', '/tasks', '/clients'].map((path) =>
    session.answer({ method: 'GET', path: `/v3${path}`, query: new URLSearchParams('page=1'), headers: TOKEN }),
  );
  const [before, , after] = answers.map(({ response }) => response.headers['x-pagination-total-count']);
  expect([before, after]).toEqual(['1', '2']);
  const common = { method: 'GET', query: { page: '1' }, headers: TOKEN, at: NOON };
  expect(session.requests).toEqual([
    { ...common, path: '/clients', status: 200 },
    { ...common, path: '/tasks', status: 0 },
    { ...common, path: '/clients', status: 200 },
  ]);
});

test('the server compresses if the client accepts gzip, delays if scripted, and closes despite open requests', async () => {
  const api = await startMockApi({ limits: null });
  const get = (encoding: string) =>
    fetch(`${api.url}/people`, { headers: { authorization: `Bearer ${api.token}`, 'accept-encoding': encoding } });
  const [compressed, plain] = [await get('gzip'), await get('identity')];
  expect(compressed.headers.get('content-encoding')).toBe('gzip');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await compressed.json()).toEqual(await plain.json());
  api.script('/people', { kind: 'delay', ms: 60_000 });
  const delayed = get('identity').catch((error: Error) => error.message);
  while (api.requests.length < 3) await nextTurn();
  // Without the delay, the response would come before this one.
  await get('identity');
  await api.close();
  expect(await delayed).toBe('fetch failed');
});
