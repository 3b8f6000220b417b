/**
 * What the other tests rely on and do not see: how the mock complains, and forms of responses that a tolerant connector
 * would not miss. Everything else fails in the tests that use the mock.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createCompany, keyOf } from '../../mock-api/company.ts';
import { createHandler } from '../../mock-api/handler.ts';
import { startMockApi } from '../../mock-api/server.ts';
import { mock } from './ask.ts';

test.each([
  ['/statuses', 404, 'unknown path'],
  ['/clients?page=0', 200, 'page=0 is outside'],
  ['/clients?per-page=201', 200, 'per-page=201 is outside 1..200'],
  ['/clients?per_page=200', 200, 'unknown parameter per_page'],
  ['/clients?modified_since=0', 200, 'unknown parameter modified_since'],
  ['/clients?expand=name', 200, 'unknown parameter expand'],
  ['/people?expand=everything', 200, 'expand does not support everything'],
  ['/people/18031663?page=1', 200, 'unknown parameter page'],
  ['/tasks?modified_since=2026-06-01', 400, 'is not YYYY'],
  ['/tasks?modified_since=2026-13-01 00:00:00', 400, 'is not YYYY'],
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
  const request = { query: new URLSearchParams(), headers: { authorization: 'Bearer mock-token' } };
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

test('role placeholders and other years come only on request', () => {
  const { get } = mock();
  const types = (query: string) => new Set(get(`/people?${query}`).rows.map((row) => row.people_type_id));
  expect(types('')).toEqual(new Set([1, 2, 3]));
  expect(types('people_type_id=1,2,3,4')).toEqual(new Set([1, 2, 3, 4]));
  const years = (query: string) =>
    new Set(get(`/public-holidays?${query}`).rows.flatMap((row) => String(row.dates).match(/\d{4}(?=-)/g)));
  expect(years('')).toEqual(new Set(['2026']));
  expect(years('start_date=2025-01-01&end_date=2026-12-31')).toEqual(new Set(['2025', '2026']));
});

test('a write is visible only after the delay, in lists and in the Delete Log, though stamped at once', () => {
  const { company, clock, get } = mock({ visibilityDelayMs: () => 60_000, company: { counts: { tasks: 2 } } });
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

test('the Delete Log may deliver an entry twice', () => {
  const { company, get } = mock({ deleteLogRepeats: true });
  for (const row of company.rows('tasks').slice(0, 10)) company.remove('tasks', keyOf('tasks', row));
  const ids = get('/deleted/tasks').rows.map((row) => row.id);
  expect(ids.length).toBeGreaterThan(10);
  expect(new Set(ids).size).toBe(10);
});

test('three clocks can differ: of the Date header, of rows and of the Delete Log', () => {
  const { company, get } = mock({ clockSkewMs: 90_000, rowClockSkewMs: 60_000, deletionClockSkewMs: 30_000 });
  const row = company.insert('tasks');
  expect(row.modified).toBe('2026-06-10 12:02:30.000');
  company.remove('tasks', keyOf('tasks', row));
  expect(get('/deleted/tasks').rows).toEqual([{ id: row.task_id, timestamp: '2026-06-10T12:02:00.000Z' }]);
  expect(get('/tasks').headers.date).toBe('Wed, 10 Jun 2026 12:01:30 GMT');
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
