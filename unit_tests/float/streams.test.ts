import { expect, test } from '@jest/globals';
import { STREAMS, type Table } from '../../src/float/streams.ts';

test('the streams come in the order of the table: the core first, then what not every account has', () => {
  expect(STREAMS.map(({ name, isOptional }) => `${name}${isOptional ? ' (optional)' : ''}`)).toEqual([
    'accounts',
    'departments',
    'people',
    'roles',
    'public_holidays',
    'holidays',
    'projects',
    'status',
    'time_off',
    'timeoff_types',
    'clients',
    'phases',
    'project_tasks',
    'milestones',
    'tasks',
    'logged_time',
    'reports_people (optional)',
    'reports_projects (optional)',
    'project_stages (optional)',
    'project_expenses (optional)',
    'currencies (optional)',
    'rate_cards (optional)',
  ]);
});

test('a report has the defaults of a list where it declares nothing else', () => {
  expect(STREAMS.find(({ name }) => name === 'reports_people')).toEqual({
    name: 'reports_people',
    path: '/reports/people',
    kind: 'report',
    rowsIn: 'people',
    nativeKey: 'people_id',
    primaryKey: ['id', 'start_date'],
    cursorField: undefined,
    deleteLog: undefined,
    params: expect.any(Function),
    deniedBecause: undefined,
    meter: { name: 'reports', quotas: [{ limit: 30, windowMs: 60_000 }] },
    isOptional: true,
  });
});

test('a name and a row that disagree do not compile: `npm run types` fails where a line below has no error', () => {
  const agreeing: Partial<Table> = { people: { path: '/people', nativeKey: 'people_id', cursorField: 'modified' } };
  const disagreeing: Partial<Table>[] = [
    // @ts-expect-error: the key is that of another stream
    { people: { path: '/people', nativeKey: 'account_id' } },
    // @ts-expect-error: departments have no `modified`
    { departments: { path: '/departments', nativeKey: 'department_id', cursorField: 'modified' } },
    // @ts-expect-error: time off has no `region`
    { time_off: { path: '/timeoffs', nativeKey: 'timeoff_id', primaryKey: ['id', 'region'] } },
    // @ts-expect-error: no schema has this name
    { teams: { path: '/teams', nativeKey: 'id' } },
    // @ts-expect-error: a row has no member of this name
    { roles: { path: '/roles', nativeKey: 'id', isOptonal: true } },
  ];
  // @ts-expect-error: the schemas of the other streams have no row
  const incomplete: Table = agreeing;
  expect([...disagreeing, incomplete].every((rows) => Object.keys(rows).length === 1)).toBe(true);
});
