import { describe, expect, test } from '@jest/globals';
import { createCompany } from '../../mock-api/company.ts';
import { type EndpointName, endpointNames } from '../../mock-api/endpoints.ts';
import type { Row } from '../../mock-api/rows.ts';
import { NOON } from './ask.ts';

const company = createCompany({ now: () => NOON });

describe('the default company', () => {
  test.each<[string, EndpointName, (row: Record<string, unknown>) => boolean]>([
    ['the oldest person was never created', 'people', (row) => row.created === null],
    ['a person made through the API has auto_email -1', 'people', (row) => row.auto_email === -1],
    ['a role placeholder exists', 'people', (row) => row.people_type_id === 4],
    ['part of a day off: hours, and full_day null', 'timeoffs', (row) => row.full_day === null && row.hours !== null],
    ['several assignees: people_id null', 'tasks', (row) => row.people_id === null && Array.isArray(row.people_ids)],
    ['several assignees: no people_id', 'tasks', (row) => !('people_id' in row) && Array.isArray(row.people_ids)],
    ['one assignee: people_ids null', 'tasks', (row) => row.people_ids === null],
    ['one assignee: no people_ids', 'tasks', (row) => !('people_ids' in row)],
    ['hours as text', 'tasks', (row) => typeof row.hours === 'string'],
    ['modified null', 'tasks', (row) => row.modified === null],
    ['never edited: modified_by 0', 'tasks', (row) => row.modified_by === 0],
    ['an empty task name', 'tasks', (row) => row.name === ''],
    ['phase 0 for none', 'tasks', (row) => row.phase_id === 0],
    ['phase null for none', 'milestones', (row) => row.phase_id === null],
    ['a budget as text', 'projects', (row) => typeof row.budget_total === 'string'],
    ['a budget as number', 'projects', (row) => typeof row.budget_total === 'number'],
    ['non_billable inherited', 'phases', (row) => row.non_billable === null],
    [
      'built-in time off types: a colour and no author',
      'timeoff-types',
      (row) => row.created_by === null && row.color !== null,
    ],
    ['a stamp with offset', 'roles', (row) => /T.*\+00:00$/.test(String(row.created))],
    ['a stamp of six decimals', 'accounts', (row) => /\.\d{6}$/.test(String(row.created))],
    ['a stamp that is a date', 'accounts', (row) => /^\d{4}-\d\d-\d\d$/.test(String(row.created))],
    ['milliseconds', 'tasks', (row) => /:\d\d\.\d{3}$/.test(String(row.created))],
    ['a guest account without a person', 'accounts', (row) => row.people_id === null],
    ['an archived project', 'projects', (row) => row.active === 0],
  ])('oddity: %s', (_, name, holds) => {
    expect(company.rows(name).some(holds)).toBe(true);
  });

  test('cost rates change, of roles and of contracts, and some people and roles have none', () => {
    const contracts = company.rows('people').map((row) => row.contracts as Row[]);
    const histories = company.rows('roles').map((row) => row.cost_rate_history as Row[]);
    for (const list of [...contracts, ...histories]) {
      const dates = list.map(({ effective_date }) => String(effective_date));
      expect(dates).toEqual([...new Set(dates)].sort());
    }
    expect(new Set(contracts.map(({ length }) => length))).toEqual(new Set([1, 2, 3]));
    expect(new Set(histories.map(({ length }) => length))).toEqual(new Set([0, 2, 3]));
    expect(contracts.some((list) => new Set(list.map(({ role_id }) => role_id)).size > 1)).toBe(true);
    const sources = new Set(contracts.flat().map(({ cost_rate_from }) => cost_rate_from));
    expect(sources).toEqual(new Set(['role', 'person', null]));
    for (const { role_id, effective_date, cost_rate, cost_rate_from } of contracts.flat()) {
      expect(cost_rate === null).toBe(cost_rate_from === null);
      const history = company.find('roles', Number(role_id))?.cost_rate_history as Row[];
      const current = history.findLast((one) => String(one.effective_date) <= String(effective_date));
      if (cost_rate_from === 'role') expect(cost_rate).toBe(current?.rate);
    }
  });

  test('overlapping public holiday ids of two regions', () => {
    const ids = company.rows('public-holidays').map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length / 2);
  });
});

test('an empty company can be made', () => {
  const counts = Object.fromEntries(endpointNames.map((name) => [name, 0]));
  const empty = createCompany({ people: 0, projects: 0, counts });
  for (const name of endpointNames) expect(empty.rows(name)).toEqual([]);
  for (const name of endpointNames) expect(empty.insert(name)).toBeDefined();
});

test('keys never collide, not even with keys given by hand', () => {
  const live = createCompany({ now: () => NOON, counts: { clients: 2 } });
  const [newest] = live.rows('clients');
  const next = Number(newest?.client_id) + 1;
  live.insert('clients', { client_id: next });
  expect(live.insert('clients').client_id).toBe(next + 1);
});

test('rows that do not exist cannot be changed or removed', () => {
  expect(() => company.update('clients', 1, {})).toThrow('have no 1');
  expect(() => company.remove('clients', 1)).toThrow('have no 1');
});
