import { describe, expect, test } from '@jest/globals';
import { keyOf } from '../../mock-api/company.ts';
import { readStamp } from '../../mock-api/dates.ts';
import { endpointNames, endpointOf } from '../../mock-api/endpoints.ts';
import { mock, pageHeaders } from './ask.ts';

describe('pages', () => {
  test.each(endpointNames)('/%s: 50 rows a page unless asked, all of them over the pages, newest first', (name) => {
    const { company, get, handle } = mock({ company: { counts: { [name]: 120 } } });
    const everyone = name === 'people' ? '&people_type_id=1,2,3,4' : '';
    const pages = [1, 2, 3].map((page) => get(`/${name}?page=${page}${everyone}`).rows);
    expect(pages.map((rows) => rows.length)).toEqual([50, 50, 20]);
    expect(pages.flat().map((row) => keyOf(name, row))).toEqual(company.rows(name).map((row) => keyOf(name, row)));
    expect(handle.unexpected).toEqual([]);
  });

  test.each([
    ['full last page', 400, 2, 200, '2'],
    ['short last page', 401, 3, 1, '3'],
  ])('the %s', (_, count, page, rows, pageCount) => {
    const { get } = mock({ company: { counts: { tasks: count } } });
    const reply = get(`/tasks?per-page=200&page=${page}`);
    expect(reply.rows).toHaveLength(rows);
    expect(pageHeaders(reply.headers)).toEqual({
      'total-count': String(count),
      'page-count': pageCount,
      'current-page': String(page),
      'per-page': '200',
    });
  });

  test.each([
    ['repeat', 200, '2'],
    ['empty', 0, '3'],
  ] as const)('past the end: %s', (pastTheEnd, rows, current) => {
    const { get, handle } = mock({ company: { counts: { tasks: 400 } }, pastTheEnd });
    const reply = get('/tasks?per-page=200&page=3');
    expect(reply.rows).toHaveLength(rows);
    expect(reply.headers['x-pagination-current-page']).toBe(current);
    expect(handle.unexpected).toEqual([]);
  });

  test.each([
    ['all', ['current-page', 'page-count', 'per-page', 'total-count']],
    ['per-page-only', ['per-page']],
    ['none', []],
  ] as const)('pagination headers: %s', (paginationHeaders, names) => {
    const { get } = mock({ paginationHeaders });
    expect(Object.keys(pageHeaders(get('/departments').headers)).sort()).toEqual(names);
  });

  test.each([
    ['/milestones', 200, '[]', { 'per-page': '50' }],
    ['/departments', 200, '[]', { 'total-count': '0', 'page-count': '0', 'current-page': '1', 'per-page': '50' }],
    ['/status', 204, '', {}],
  ])('an empty list: %s', (path, status, body, headers) => {
    const { get } = mock({ company: { counts: { milestones: 0, departments: 0, status: 0 } } });
    const reply = get(path);
    expect(reply).toMatchObject({ status, body });
    expect(pageHeaders(reply.headers)).toEqual(headers);
  });

  test.each([
    ['page=0', 'page=0 is outside'],
    ['page=x', 'page=x is outside'],
    ['per-page=201', 'per-page=201 is outside 1..200'],
    ['per-page=0', 'per-page=0 is outside'],
    ['per_page=200', 'unknown parameter per_page'],
    ['modified_since=0', 'unknown parameter modified_since'],
    ['expand=people_id', 'unknown parameter expand'],
    ['sort=name', 'unknown parameter sort'],
    ['fields=client_id,colour', 'fields has no colour'],
  ])('/clients?%s is answered and noted', (query, sentence) => {
    const { get, handle } = mock();
    expect(get(`/clients?${query}`).status).toBe(200);
    expect(handle.unexpected).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('the neutral dialect', () => {
  test.each(endpointNames)('/%s: rows under data, the key called id, the rest as in Float', (name) => {
    const float = mock().get(`/${name}?per-page=200`);
    const neutral = mock({ dialect: 'neutral' }).get(`/${name}?per-page=200`);
    const { key, keyWithin } = endpointOf(name);
    expect(Object.keys(JSON.parse(neutral.body))).toEqual(['data']);
    expect(new Set(neutral.rows.map((row) => row.id)).size).toBe(float.rows.length);
    const [native = {}] = float.rows;
    const expected = Object.keys(native).map((field) => (field === key ? 'id' : field));
    expect(Object.keys(neutral.rows[0] ?? {}).sort()).toEqual(expected.filter((field) => field !== keyWithin).sort());
  });

  test('an allocation still points to its person by people_id', () => {
    const { get } = mock({ dialect: 'neutral' });
    expect(get('/tasks').rows.some((row) => typeof row.people_id === 'number')).toBe(true);
  });
});

describe('modified_since', () => {
  const withIt = endpointNames.filter((name) => endpointOf(name).modifiedSince);

  test('is known to six endpoints', () => {
    expect(withIt).toEqual(['people', 'timeoffs', 'projects', 'phases', 'tasks', 'logged-time']);
  });

  test.each(withIt)('/%s: rows modified then or later, and no others', (name) => {
    const { company, get } = mock({ company: { counts: { [name]: 40 } } });
    const stamps = company.rows(name).map((row) => String(row.modified));
    const middle = stamps.filter((stamp) => stamp !== 'null').sort()[20] ?? '';
    const ask = (since: string) =>
      get(`/${name}?modified_since=${since}${name === 'people' ? '&people_type_id=1,2,3,4' : ''}`).rows;
    const bySecond = ask(middle.slice(0, 19));
    expect(bySecond.map((row) => String(row.modified)).sort()[0]).toBe(middle);
    expect(bySecond).toHaveLength(stamps.filter((stamp) => stamp !== 'null' && stamp >= middle).length);
    const seconds = Math.floor(readStamp(middle) / 1000);
    expect(ask(String(seconds))).toEqual(bySecond);
    expect(ask(String(seconds + 1)).length).toBeLessThan(bySecond.length);
  });

  test.each([
    ['2026-06-01 00:00:00', 200],
    ['1780000000', 200],
    ['2026-06-01T00:00:00Z', 200],
    ['2026-06-01', 400],
    ['2026-13-01 00:00:00', 400],
    ['2026-06-01T00:00:00.000Z', 400],
  ] as const)('%s is answered %i', (since, status) => {
    const { get, handle } = mock();
    expect(get(`/tasks?modified_since=${since}`).status).toBe(status);
    expect(handle.unexpected).toHaveLength(status === 400 ? 1 : 0);
  });
});

describe('filters, fields, sort, expand, windows', () => {
  test('role placeholders come only when asked for', () => {
    const { get } = mock();
    const types = (query: string) => new Set(get(`/people?${query}`).rows.map((row) => row.people_type_id));
    expect(types('')).toEqual(new Set([1, 2, 3]));
    expect(types('people_type_id=1,2,3,4')).toEqual(new Set([1, 2, 3, 4]));
    expect(types('people_type_id=4')).toEqual(new Set([4]));
  });

  test.each([
    ['/projects?active=0', (row: Record<string, unknown>) => row.active === 0],
    ['/tasks?status=2&billable=1', (row: Record<string, unknown>) => row.status === 2 && row.billable === 1],
    ['/phases?nonBillable=0', (row: Record<string, unknown>) => row.non_billable === 0],
    ['/logged-time?people_id=18031664', (row: Record<string, unknown>) => row.people_id === 18_031_664],
  ])('%s', (path, holds) => {
    const { get, handle } = mock();
    const { rows } = get(path);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(holds)).toBe(true);
    expect(handle.unexpected).toEqual([]);
  });

  test('allocations of a client, of a person among several, people of a department or a tag', () => {
    const { company, get, handle } = mock();
    const shared = company.rows('tasks').find((row) => Array.isArray(row.people_ids));
    const person = Array.isArray(shared?.people_ids) ? shared.people_ids[1] : 0;
    expect(get(`/tasks?per-page=200&people_id=${person}`).rows).toContainEqual(shared);
    for (const path of ['/tasks?client_id=17909372', '/people?department_id=198201', '/people?tag_name=Figma']) {
      const count = get(path).rows.length;
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(get(path.replace(/\?.*/, '?per-page=200')).rows.length);
    }
    expect(handle.unexpected).toEqual([]);
  });

  test.each(endpointNames.filter((name) => endpointOf(name).expand))('/%s: expanded fields only when asked', (name) => {
    const { get, handle } = mock();
    const fields = Object.keys(endpointOf(name).expand ?? {});
    const window = '&start_date=2026-01-01&end_date=2026-12-31';
    const asked = `expand=${fields.join('%2C')}${name === 'tasks' ? window : ''}`;
    expect(Object.keys(get(`/${name}`).rows[0] ?? {})).not.toEqual(expect.arrayContaining(fields.slice(0, 1)));
    expect(Object.keys(get(`/${name}?${asked}`).rows[0] ?? {})).toEqual(expect.arrayContaining(fields));
    expect(handle.unexpected).toEqual([]);
    get(`/${name}?expand=everything`);
    expect(handle.unexpected).toEqual([`GET /${name}: expand has no everything`]);
  });

  test('configured expansions are refused for lists and single rows; without them the rows come', () => {
    const { get, handle } = mock({
      refusedExpansions: (name, asked) => (name === 'people' && asked.includes('contracts') ? 403 : undefined),
    });
    const key = get('/people').rows[0]?.people_id;
    for (const path of ['/people', `/people/${key}`]) {
      expect(get(`${path}?expand=managers,contracts`).status).toBe(403);
      expect(get(`${path}?expand=managers`).rows[0]).toHaveProperty('managers');
      expect(get(path).status).toBe(200);
    }
    expect(get('/roles?expand=people_ids').status).toBe(200);
    expect(handle.unexpected).toEqual([]);
  });

  test('fields strips the rest, and sort orders either way', () => {
    const { get, handle } = mock();
    const { rows } = get('/people?fields=people_id%2Cname&sort=name');
    expect(rows.every((row) => Object.keys(row).join() === 'people_id,name')).toBe(true);
    const names = rows.map((row) => String(row.name));
    expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(get('/people?fields=name&sort=-name').rows.map((row) => row.name)).toEqual(names.reverse());
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

  test('task_days are the working days inside the window', () => {
    const { company, get } = mock({ company: { counts: { tasks: 0 } } });
    company.insert('tasks', { start_date: '2026-03-05', end_date: '2026-03-10', repeat_state: 0 });
    const [row] = get('/tasks?expand=task_days&start_date=2026-03-01&end_date=2026-03-09').rows;
    expect(row?.task_days).toEqual(['2026-03-05', '2026-03-06', '2026-03-09']);
  });

  test.each([
    ['/tasks?start_date=2026-01-01', 'must come together'],
    ['/logged-time?start_date=2026-02-30&end_date=2026-03-01', 'are not two dates'],
    ['/status?start_date=2026-03-02&end_date=2026-03-01', 'is after'],
    ['/reports/people', 'are required'],
    ['/reports/projects?start_date=2026-03-02', 'must come together'],
  ])('%s is refused and noted', (path, sentence) => {
    const { get, handle } = mock();
    expect(get(path).status).toBe(400);
    expect(handle.unexpected).toEqual([expect.stringContaining(sentence)]);
  });

  test('public holidays are of the present year unless a window or a year is asked for', () => {
    const { get, handle } = mock();
    const years = (query: string) =>
      new Set(
        get(`/public-holidays?${query}`)
          .rows.flatMap((row) => row.dates)
          .map((date) => String(date).slice(0, 4)),
      );
    expect(years('')).toEqual(new Set(['2026']));
    expect(years('year=2025')).toEqual(new Set(['2025']));
    expect(years('start_date=2025-01-01&end_date=2027-12-31')).toEqual(new Set(['2025', '2026', '2027']));
    expect(get('/public-holidays?region=79700').rows).toHaveLength(8);
    expect(handle.unexpected).toEqual([]);
  });

  test('an entry set to 0 hours disappears without an entry in the Delete Log', () => {
    const { company, get } = mock({ company: { counts: { 'logged-time': 3 } } });
    const [row = {}] = company.rows('logged-time');
    company.update('logged-time', keyOf('logged-time', row), { hours: 0 });
    expect(get('/logged-time').rows).toHaveLength(2);
    expect(get('/deleted/logged-time').rows).toEqual([]);
  });
});

test.each(endpointNames)('/%s/{key} is one bare object; another key is 404', (name) => {
  const { company, get, handle } = mock();
  const [row = {}] = company.rows(name);
  const reply = get(`/${name}/${row[endpointOf(name).key]}`);
  expect(JSON.parse(reply.body)).toMatchObject({ [endpointOf(name).key]: row[endpointOf(name).key] });
  expect(get(`/${name}/0`).status).toBe(404);
  expect(handle.unexpected).toEqual([]);
});

describe('late visibility', () => {
  test('a write can be read only after the delay, though stamped at once', () => {
    const { company, clock, get } = mock({ visibilityDelayMs: 60_000, company: { counts: { tasks: 2 } } });
    const [kept = {}, doomed = {}] = company.rows('tasks');
    company.insert('tasks');
    company.update('tasks', keyOf('tasks', kept), { notes: 'late' });
    company.remove('tasks', keyOf('tasks', doomed));
    const before = get('/tasks').rows;
    expect(before).toEqual([kept, doomed]);
    expect(get('/deleted/tasks').rows).toEqual([]);

    clock.ms += 60_000;
    const after = get('/tasks').rows;
    expect(after.map((row) => row.modified)).toEqual(['2026-06-10 12:00:00.000', '2026-06-10 12:00:00.000']);
    expect(after).toEqual(company.rows('tasks'));
    expect(get('/deleted/tasks').rows).toHaveLength(1);
  });

  test('a delay drawn at each write lets a later stamp be seen first', () => {
    const delays = [60_000, 0];
    const { company, clock, get } = mock({
      visibilityDelayMs: () => delays.shift() ?? 0,
      company: { counts: { clients: 0 } },
    });
    company.insert('clients', { name: 'first' });
    company.insert('clients', { name: 'second' });
    expect(get('/clients').rows.map((row) => row.name)).toEqual(['second']);
    clock.ms += 60_000;
    expect(get('/clients').rows.map((row) => row.name)).toEqual(['second', 'first']);
  });
});
