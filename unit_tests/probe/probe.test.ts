import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type MockResponse, problem } from '../../mock-api/answers.ts';
import type { Row } from '../../mock-api/rows.ts';
import type { Verdict } from '../../probe/assumption.ts';
import { ASSUMPTIONS } from '../../probe/assumptions.ts';
import { MOST_REQUESTS } from '../../probe/budget.ts';
import { differs } from '../../probe/report.ts';
import { seedOf } from '../support/random.ts';
import { type Asked, liveCompany, type Otherwise, probeMock, type Run, TOKEN, valuesOf } from './account.ts';

// A property is many runs, and machines may be busy.
jest.setTimeout(60_000);

/** Assumption → what was seen, by verdict. */
const found = ({ results }: Run, verdict: Verdict): Record<string, string[]> =>
  Object.fromEntries(
    results.flatMap(({ assumption, findings }) => {
      const seen = findings.filter((finding) => finding.verdict === verdict);
      return seen.length === 0
        ? []
        : [[assumption.name, seen.map(({ about, seen }) => (about === undefined ? seen : `${about}: ${seen}`))]];
    }),
  );

test('for a normal account everything is as expected, within the request limit', async () => {
  const run = await probeMock({ change: liveCompany });
  for (const verdict of ['different', 'cannot be seen', 'not asked'] as const) expect(found(run, verdict)).toEqual({});
  expect(differs(run.results)).toBe(false);
  expect(run.text).toContain('This account behaves as the connector assumes.');
  expect(run.requests).toBe(run.counted);
  expect(run.requests).toBeLessThanOrEqual(MOST_REQUESTS);
});

test('an account without rows has no differences, and the report says what it cannot show', async () => {
  const zero = Object.fromEntries(
    ['accounts', 'departments', 'people', 'roles', 'status', 'timeoffs', 'timeoff-types', 'public-holidays'].map(
      (name) => [name, 0],
    ),
  );
  const more = Object.fromEntries(
    ['holidays', 'clients', 'projects', 'phases', 'project-tasks', 'milestones', 'tasks', 'logged-time'].map((name) => [
      name,
      0,
    ]),
  );
  const newer = Object.fromEntries(
    ['project-stages', 'project-expenses', 'currencies', 'rate-cards', 'project-templates'].map((name) => [name, 0]),
  );
  const run = await probeMock({ company: { counts: { ...zero, ...more, ...newer } } });
  expect(found(run, 'different')).toEqual({});
  expect(Object.keys(found(run, 'cannot be seen'))).toEqual(
    expect.arrayContaining([
      'Order of keys',
      'Every row has its key',
      '`modified_since` is inclusive',
      'Stamps are UTC',
    ]),
  );
});

const isPage = (asked: Asked, path: string): boolean => asked.path === path && asked.query.get('per-page') === '200';

const rowsIn = ({ body }: MockResponse): Row[] => JSON.parse(body);

const withRows = (normal: MockResponse, change: (rows: Row[]) => unknown): MockResponse => ({
  ...normal,
  body: JSON.stringify(change(rowsIn(normal))),
});

const withHeader = (normal: MockResponse, name: string, value: string | undefined): MockResponse => {
  const { [name]: _, ...rest } = normal.headers;
  return { ...normal, headers: value === undefined ? rest : { ...rest, [name]: value } };
};

/** The normal answer to a page of a list, changed. */
const onPage =
  (path: string, change: (normal: MockResponse, asked: Asked) => MockResponse): NonNullable<Otherwise['answer']> =>
  (asked, normal) =>
    isPage(asked, path) && normal.status === 200 ? change(normal, asked) : undefined;

const total = (normal: MockResponse, more: number): MockResponse =>
  withHeader(normal, 'x-pagination-total-count', String(Number(normal.headers['x-pagination-total-count']) + more));

/** One way to break each assumption, and what must be seen then. */
const BROKEN: readonly { name: string; how: string; otherwise: Otherwise; seen: string[] }[] = [
  {
    name: 'The lists of every account exist',
    how: 'clients are forbidden',
    otherwise: { options: { denied: ['/clients'] } },
    seen: ['clients: refused (403)'],
  },
  {
    name: 'The lists of every account exist',
    how: 'clients are an object',
    otherwise: { answer: onPage('/clients', (normal) => ({ ...normal, body: '{"secret":1}' })) },
    seen: ['clients: no list'],
  },
  {
    name: 'A list that the account does not have answers 404',
    how: 'rate cards are forbidden',
    otherwise: { options: { denied: ['/rate-cards'], absent: ['/currencies'] } },
    seen: ['rate_cards: refused (403)'],
  },
  {
    name: 'A path that does not exist answers 404',
    how: 'every path has a list',
    otherwise: {
      answer: ({ path }, normal) =>
        path === '/source-float-probe' ? { ...normal, status: 200, body: '[]' } : undefined,
    },
    seen: ['an answer'],
  },
  {
    name: 'Every row has its key',
    how: 'clients have none, departments repeat one, roles have a text',
    otherwise: {
      answer: (asked, normal) => {
        if (isPage(asked, '/clients')) return withRows(normal, (rows) => rows.map(({ client_id: _, ...row }) => row));
        if (isPage(asked, '/departments')) return withRows(normal, ([first, , ...rows]) => [first, first, ...rows]);
        if (isPage(asked, '/roles'))
          return withRows(normal, (rows) => rows.map((row) => ({ ...row, id: String(row.id) })));
        return undefined;
      },
    },
    seen: ['departments: repeated', 'roles: string', 'clients: missing'],
  },
  {
    name: 'Order of keys',
    how: 'clients ascend, roles are mixed',
    otherwise: {
      answer: (asked, normal) => {
        if (isPage(asked, '/clients')) return withRows(normal, (rows) => rows.reverse());
        if (isPage(asked, '/roles')) return withRows(normal, ([a, b, ...rows]) => [b, ...rows, a]);
        return undefined;
      },
    },
    seen: ['roles: none', 'clients: ascending'],
  },
  {
    name: 'Pagination headers',
    how: 'clients come without Total-Count',
    otherwise: { answer: onPage('/clients', (normal) => withHeader(normal, 'x-pagination-total-count', undefined)) },
    seen: ['clients: without total-count'],
  },
  {
    name: 'Counts agree with the rows',
    how: 'clients count one row too many, departments seven pages',
    otherwise: {
      answer: (asked, normal) => {
        if (isPage(asked, '/clients')) return total(normal, 1);
        return isPage(asked, '/departments') ? withHeader(normal, 'x-pagination-page-count', '7') : undefined;
      },
    },
    seen: ['departments: more pages than counted', 'clients: fewer rows than counted'],
  },
  {
    name: 'Quota headers',
    how: 'clients do not say when the quota is reset',
    otherwise: { answer: onPage('/clients', (normal) => withHeader(normal, 'ratelimit-reset', undefined)) },
    seen: ['clients: without ratelimit-reset'],
  },
  {
    name: 'The server sends its time',
    how: 'clients come without Date',
    otherwise: { answer: onPage('/clients', (normal) => withHeader(normal, 'date', undefined)) },
    seen: ['clients: none that can be read'],
  },
  {
    name: 'A page past the end',
    how: 'it has rows that no page has',
    otherwise: {
      answer: (asked, normal) =>
        asked.path === '/accounts' && asked.query.get('page') === '2'
          ? withRows(normal, (rows) => rows.map((row) => ({ ...row, account_id: Number(row.account_id) + 500 })))
          : undefined,
    },
    seen: ['other rows'],
  },
  {
    name: 'A page past the end',
    how: 'the server refuses it oddly',
    otherwise: {
      answer: ({ query }) =>
        query.get('page') === '2' && query.get('per-page') === '200' ? problem(400, 'secret') : undefined,
    },
    seen: ['refused (400)'],
  },
  {
    name: '`per-page` below the maximum',
    how: 'it is not honoured',
    otherwise: {
      answer: ({ query }, normal) =>
        query.get('per-page') === '3' ? withRows(normal, (rows) => [...rows, ...rows]) : undefined,
    },
    seen: ['more rows than asked for'],
  },
  {
    name: '`per-page` below the maximum',
    how: 'pages of another size have another order',
    otherwise: {
      answer: ({ query }, normal) =>
        query.get('per-page') === '3' ? withRows(normal, (rows) => rows.reverse()) : undefined,
    },
    seen: ['other rows'],
  },
  {
    name: 'A list without `active` includes archived rows',
    how: 'people without it are the present ones',
    otherwise: { answer: onPage('/people', (normal, { query }) => (query.has('active') ? normal : total(normal, -2))) },
    seen: ['people: fewer'],
  },
  {
    name: 'A list without dates includes rows of all dates',
    how: 'the default of allocations is a year',
    otherwise: {
      answer: ({ path, query }, normal) =>
        path === '/tasks' && query.has('start_date') ? total(normal, 9) : undefined,
    },
    seen: ['tasks: more'],
  },
  {
    name: 'Types of people',
    how: 'a person is of a fifth type',
    otherwise: { change: (company) => void company.insert('people', { people_type_id: 5 }) },
    seen: ['people: other types too'],
  },
  {
    name: 'Types of people',
    how: 'the filter hides more than it should',
    otherwise: {
      answer: ({ path, query }, normal) =>
        path === '/people' && !query.has('people_type_id') ? total(normal, 90) : undefined,
    },
    seen: ['people: more people without the filter'],
  },
  {
    name: '`modified_since` is inclusive',
    how: 'it is exclusive for people, and without effect for projects',
    otherwise: {
      change: liveCompany,
      answer: ({ path, query }, normal) => {
        const since = query.get('modified_since');
        if (since === null) return undefined;
        if (path === '/people')
          return withRows(normal, (rows) =>
            rows.filter(({ modified }) => modified !== since.replace('T', ' ').replace('Z', '')),
          );
        return path === '/projects'
          ? withRows(normal, (rows) => [...rows, { project_id: 1, modified: '2020-01-01 00:00:00' }])
          : undefined;
      },
    },
    seen: ['people: exclusive', 'projects: rows from before too'],
  },
  {
    name: 'Stamps are UTC',
    how: 'they are an hour ahead',
    otherwise: { options: { rowClockSkewMs: 3_600_000 }, change: liveCompany },
    seen: ['later than Date'],
  },
  {
    name: 'A single row can be requested by its key',
    how: 'people have none, a phase is another one',
    otherwise: {
      answer: ({ path }, normal) => {
        if (path.startsWith('/people/')) return problem(403, 'secret');
        return path.startsWith('/phases/') && normal.status === 200 ? { ...normal, body: '{"phase_id":5}' } : undefined;
      },
    },
    seen: ['people: refused (403)', 'phases: something else'],
  },
  {
    name: 'A request for a row that does not exist answers 404',
    how: 'people answer with an empty object, projects with 400',
    otherwise: {
      answer: ({ path }, normal) => {
        if (path === '/people/2147483640') return { ...normal, status: 200, body: '{}' };
        return path === '/projects/2147483640' ? problem(400, 'secret') : undefined;
      },
    },
    seen: ['people: an answer', 'projects: 400'],
  },
  {
    name: 'The Delete Log is offered',
    how: 'it is missing',
    otherwise: { options: { deleteLog: 'missing' } },
    seen: ['time_off: refused (404)', 'tasks: refused (404)', 'logged_time: refused (404)'],
  },
  {
    name: 'Format of entries in the Delete Log',
    how: 'a key of logged time is a number, an allocation has no time',
    otherwise: {
      change: liveCompany,
      answer: ({ path }, normal) => {
        if (path === '/deleted/logged-time')
          return { ...normal, body: '{"data":[{"id":5,"timestamp":"2026-06-10T11:00:00Z"}]}' };
        return path === '/deleted/tasks' ? { ...normal, body: '{"data":[{"id":5,"timestamp":"secret"}]}' } : undefined;
      },
    },
    seen: ['tasks: the timestamp cannot be read', 'logged_time: id is of the type integer'],
  },
  {
    name: 'The Delete Log says whether more follows',
    how: 'it does not, or gives no cursor',
    otherwise: {
      answer: ({ path }, normal) => {
        if (path === '/deleted/tasks') return withHeader(normal, 'x-pagination-has-more', undefined);
        if (path !== '/deleted/timeoffs') return undefined;
        return withHeader(withHeader(normal, 'x-pagination-has-more', 'true'), 'x-pagination-next-cursor', undefined);
      },
    },
    seen: ['time_off: true, without a cursor', 'tasks: not said'],
  },
  {
    name: 'Fields without a column',
    how: 'people have new ones, one with a name that may be personal',
    otherwise: {
      answer: onPage('/people', (normal) =>
        withRows(normal, (rows) =>
          rows.map((row, n) => ({ ...row, mood: n % 2 === 0 ? 3 : null, 'Secret Müller': 'x', ['z'.repeat(41)]: [] })),
        ),
      ),
    },
    seen: ['people: mood (integer or null), unprintable (array or string)'],
  },
  {
    name: 'A report is complete in one response',
    how: 'it has pages',
    otherwise: {
      answer: ({ path }, normal) =>
        path === '/reports/people' ? withHeader(normal, 'x-pagination-page-count', '2') : undefined,
    },
    seen: ['reports_people: in pages'],
  },
  {
    name: 'Columns that need an expansion',
    how: 'contracts are refused, and the phases of a team are passed over in silence',
    otherwise: {
      options: {
        refusedExpansions: (name, names) => (name === 'people' && names.includes('contracts') ? 422 : undefined),
      },
      answer: onPage('/phases', (normal) => withRows(normal, (rows) => rows.map(({ phase_team: _, ...row }) => row))),
    },
    seen: ['people.contracts: refused (422)', 'phases.phase_team: accepted, but not there'],
  },
  {
    name: 'Columns that need an expansion',
    how: 'roles take one at a time',
    otherwise: {
      options: { refusedExpansions: (name, names) => (name === 'roles' && names.length > 1 ? 400 : undefined) },
    },
    seen: ['roles: each alone is accepted, not all together'],
  },
];

test('each assumption has a test that breaks it', () => {
  expect(new Set(BROKEN.map(({ name }) => name))).toEqual(new Set(ASSUMPTIONS.map(({ name }) => name)));
});

test.each(BROKEN)('$name: the probe notices that $how', async ({ name, otherwise, seen }) => {
  const run = await probeMock(otherwise);
  expect(found(run, 'different')[name]).toEqual(seen);
  expect(differs(run.results)).toBe(true);
  expect(run.text).toContain('Paste probe-report.md into an issue');
  expect(run.counted).toBeLessThanOrEqual(MOST_REQUESTS);
  expect(run.text.toLowerCase()).not.toContain('secret');
});

test('neither report contains a value, a key, the token or the host', async () => {
  const sizes = { people: 40, projects: 20, weeks: 8 };
  const run = await probeMock({ company: sizes, change: liveCompany });
  const told = valuesOf(run.company).filter((value) => run.text.includes(value));
  expect(valuesOf(run.company).length).toBeGreaterThan(1_000);
  expect(told).toEqual([]);
  for (const secret of [TOKEN, 'float.example']) expect(run.text).not.toContain(secret);
});

test('an account that cannot be reached is reported after one request', async () => {
  let asked = 0;
  const refused: Otherwise = {
    answer: () => {
      asked += 1;
      return problem(401, 'Your secret token flt_probe-token-81 is wrong.');
    },
  };
  await expect(probeMock(refused)).rejects.toThrow(/^The server refused the token \(401\)\. Check the token file\.$/);
  expect(asked).toBe(1);
  const lost = { outcome: { kind: 'network', code: 'ENOTFOUND' }, headers: { get: () => null } } as const;
  await expect(probeMock({ answer: () => lost })).rejects.toThrow(
    'The server cannot be reached: the connection failed (ENOTFOUND). Check the network and --base-url.',
  );
  const silent = { outcome: { kind: 'no answer', seconds: 10 }, headers: { get: () => null } } as const;
  await expect(probeMock({ answer: () => silent })).rejects.toThrow('there was no answer within 10 s.');
  await expect(probeMock({ answer: () => problem(404, 'secret') })).rejects.toThrow(
    /^The server does not answer like Float: refused \(404\)\. Check --base-url/,
  );
});

test('temporary failures are not differences: the report says what could not be checked', async () => {
  const run = await probeMock({ answer: ({ path }) => (path === '/clients' ? problem(503, 'secret') : undefined) });
  expect(found(run, 'different')).toEqual({});
  expect(found(run, 'not asked')).toMatchObject({
    'The lists of every account exist': ['clients: the server could not answer (503)'],
    'Order of keys': ['clients: the server could not answer (503)'],
  });
});

test('whatever fails, the probe ends with a report within the request limit', async () => {
  const paths = [
    '/people',
    '/projects',
    '/roles',
    '/tasks',
    '/phases',
    '/clients',
    '/deleted/tasks',
    '/reports/people',
  ];
  const failures = fc.dictionary(fc.constantFrom(...paths), fc.constantFrom(400, 403, 404, 422, 429, 500, 503));
  await fc.assert(
    fc.asyncProperty(failures, async (failing) => {
      const run = await probeMock({
        answer: ({ path }) => (failing[path] === undefined ? undefined : problem(failing[path], 'secret')),
      });
      expect(run.counted).toBeLessThanOrEqual(MOST_REQUESTS);
      expect(run.requests).toBe(run.counted);
      expect(run.results).toHaveLength(ASSUMPTIONS.length);
      expect(run.text).not.toContain('secret');
    }),
    { numRuns: 20, seed: seedOf(17) },
  );
});
