import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type MockResponse, problem } from '../../mock-api/answers.ts';
import type { Row } from '../../mock-api/rows.ts';
import type { Verdict } from '../../probe/assumption.ts';
import { ASSUMPTIONS } from '../../probe/assumptions.ts';
import { MOST_REQUESTS } from '../../probe/budget.ts';
import { differs, terminalReport } from '../../probe/report.ts';
import { seedOf } from '../support/random.ts';
import { type Otherwise, probeMock, type Run, TOKEN, valuesOf } from './account.ts';

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
  const run = await probeMock();
  for (const verdict of ['different', 'cannot be seen', 'not asked'] as const) expect(found(run, verdict)).toEqual({});
  expect(differs(run.results)).toBe(false);
  expect(run.markdown).toContain('This account behaves as the connector assumes.');
  expect(run.markdown).toContain(
    '| Stamps are UTC | the newest stamp is not later than the Date header | just before Date |',
  );
  expect(run.requests).toBe(run.counted);
  expect(run.requests).toBeLessThanOrEqual(MOST_REQUESTS);
});

test('an account without rows has no differences, and the report says what it cannot show', async () => {
  const run = await probeMock({ isEmpty: true });
  expect(found(run, 'different')).toEqual({});
  expect(found(run, 'cannot be seen')).toMatchObject({
    'Order of keys': expect.arrayContaining(['accounts: fewer than two rows']),
    'Every row has its key': expect.arrayContaining(['accounts: the list is empty']),
    '`modified_since` is inclusive': expect.arrayContaining(['people: no row has a stamp of a whole second']),
    'Stamps are UTC': [expect.stringContaining('no row was changed')],
  });
});

const withRows = (normal: MockResponse, change: (rows: Row[]) => Row[]): MockResponse =>
  normal.status === 200 ? { ...normal, body: JSON.stringify(change(JSON.parse(normal.body))) } : normal;

const withHeader = (normal: MockResponse, name: string, value: string): MockResponse => ({
  ...normal,
  headers: { ...normal.headers, [name]: value },
});

function withoutHeader(normal: MockResponse, name: string): MockResponse {
  const { [name]: _, ...headers } = normal.headers;
  return { ...normal, headers };
}

const moreRows = (normal: MockResponse, more: number): MockResponse =>
  withHeader(normal, 'x-pagination-total-count', String(Number(normal.headers['x-pagination-total-count']) + more));

type Answers = Readonly<Record<string, (normal: MockResponse, query: URLSearchParams) => MockResponse>>;

/** Changed answers by path. `/people/` is that of every single person without an answer of its own. */
const byPath = (answers: Answers): NonNullable<Otherwise['answer']> => {
  return (path, normal, query) => (answers[path] ?? answers[path.replace(/[^/]+$/, '')])?.(normal, query);
};

/** Two accounts that together break each assumption, some of them in two ways, and all that must be reported as different. */
const WRONG: readonly { how: string; otherwise: Otherwise; seen: Readonly<Record<string, string[]>> }[] = [
  {
    how: 'refusals, wrong rows and missing headers',
    otherwise: {
      options: {
        denied: ['/clients', '/rate-cards'],
        absent: ['/currencies'],
        rowClockSkewMs: 3_600_000,
        refusedExpansions: (name, asked) => (name === 'people' && asked.includes('contracts') ? 422 : undefined),
      },
      answer: byPath({
        '/source-float-probe': (normal) => ({ ...normal, status: 200, body: '[]' }),
        '/holidays': (normal) => withRows(normal, (rows) => rows.map(({ holiday_id: _, ...row }) => row)),
        '/departments': (normal) => withRows(normal, ([first = {}, , ...rows]) => [first, first, ...rows]),
        '/roles': (normal) => withRows(normal, (rows) => rows.map((row) => ({ ...row, id: String(row.id) }))),
        '/milestones': (normal) => withRows(normal, (rows) => rows.reverse()),
        '/status': (normal) => withRows(normal, ([a = {}, ...rows]) => [...rows, a]),
        '/timeoff-types': (normal) => withoutHeader(normal, 'x-pagination-total-count'),
        '/public-holidays': (normal) => moreRows(normal, 1),
        '/project-tasks': (normal) => withHeader(normal, 'x-pagination-page-count', '7'),
        '/project-stages': (normal) => withoutHeader(normal, 'ratelimit-reset'),
        '/project-expenses': (normal) => withoutHeader(normal, 'date'),
        '/accounts': (normal, query) =>
          withRows(normal, (rows) => {
            if (query.get('per-page') === '3') return rows.reverse();
            return query.get('page') === '2' ? rows.map((row) => ({ ...row, account_id: 5 })) : rows;
          }),
        '/people': (normal, query) =>
          withRows(normal, (rows) => {
            if (query.has('modified_since')) return rows.slice(1);
            if (query.get('people_type_id')?.startsWith('0')) return [{ people_type_id: 5 }];
            return rows.map((row, n) => ({
              ...row,
              mood: n % 2 === 0 ? 3 : null,
              'Secret Müller': [],
              ['z'.repeat(41)]: 'x',
            }));
          }),
        '/projects': (normal, query) =>
          withRows(normal, (rows) =>
            query.has('modified_since') ? [...rows, { modified: '2020-01-01 00:00:00' }] : rows,
          ),
        '/tasks': (normal, query) => (query.has('start_date') ? moreRows(normal, 9) : normal),
        '/people/': () => problem(403, 'secret'),
        '/phases/': (normal) => (normal.status === 200 ? { ...normal, body: '{"phase_id":5}' } : normal),
        '/people/2147483640': (normal) => ({ ...normal, status: 200, body: '{}' }),
        '/projects/2147483640': () => problem(400, 'secret'),
        '/deleted/timeoffs': (normal) =>
          withoutHeader(withHeader(normal, 'x-pagination-has-more', 'true'), 'x-pagination-next-cursor'),
        '/deleted/tasks': (normal) =>
          withoutHeader({ ...normal, body: '{"data":[{"id":5,"timestamp":"secret"}]}' }, 'x-pagination-has-more'),
        '/deleted/logged-time': (normal) => ({ ...normal, body: '[{"id":5,"timestamp":"2026-06-10T11:00:00Z"}]' }),
        '/reports/people': (normal) => withHeader(normal, 'x-pagination-page-count', '2'),
      }),
    },
    seen: {
      'The lists of every account exist': ['clients: refused (403)'],
      'A list that the account does not have answers 404': ['rate_cards: refused (403)'],
      'A path that does not exist answers 404': ['an answer'],
      'Every row has its key': ['departments: repeated', 'roles: string', 'holidays: missing'],
      'Order of keys': ['status: none', 'milestones: ascending'],
      'Pagination headers': ['timeoff_types: without total-count'],
      'Counts agree with the rows': [
        'public_holidays: fewer rows than counted',
        'project_tasks: more pages than counted',
      ],
      'Quota headers': ['project_stages: without ratelimit-reset'],
      'The server sends its time': ['project_expenses: no valid Date header'],
      'A page past the end': ['other rows'],
      '`per-page` below the maximum': ['other rows'],
      'A list without dates includes rows of all dates': ['tasks: more'],
      'Types of people': ['people: other types too'],
      '`modified_since` is inclusive': ['people: exclusive', 'projects: older rows too'],
      'Stamps are UTC': ['later than Date'],
      'A single row can be requested by its key': ['people: refused (403)', 'phases: something else'],
      'A request for a row that does not exist answers 404': ['people: an answer', 'projects: refused (400)'],
      'Format of entries in the Delete Log': [
        'tasks: the timestamp cannot be read',
        'logged_time: id is of the type integer',
      ],
      'The Delete Log says whether more entries follow': ['time_off: true, without a cursor', 'tasks: not said'],
      'Fields without a column': ['people: mood (integer or null), unprintable (array or string)'],
      'A report is complete in one response': ['reports_people: in pages'],
      'Columns that need an expansion': ['people.contracts: refused (422)'],
    },
  },
  {
    how: 'other pages, totals and expansions',
    otherwise: {
      options: {
        deleteLog: 'missing',
        refusedExpansions: (name, asked) => (name === 'roles' && asked.length > 1 ? 400 : undefined),
      },
      answer: byPath({
        '/clients': (normal) => ({ ...normal, body: '{"secret":1}' }),
        '/accounts': (normal, query) => {
          if (query.get('page') === '1') return normal;
          return query.get('per-page') === '200'
            ? problem(400, 'secret')
            : withRows(normal, (rows) => [...rows, ...rows]);
        },
        '/phases': (normal) => withRows(normal, (rows) => rows.map(({ phase_team: _, ...row }) => row)),
        '/people': (normal, query) => moreRows(normal, query.has('people_type_id') ? 0 : 90),
        '/projects': (normal, query) => moreRows(normal, query.has('active') ? 0 : -2),
      }),
    },
    seen: {
      'The lists of every account exist': ['clients: no list'],
      'Counts agree with the rows': ['projects: more rows than counted'],
      'A page past the end': ['refused (400)'],
      '`per-page` below the maximum': ['more rows than asked for'],
      'A list without `active` includes archived rows': ['projects: fewer'],
      'Types of people': ['people: more people without the filter'],
      'The Delete Log is offered': ['time_off: refused (404)', 'tasks: refused (404)', 'logged_time: refused (404)'],
      'Columns that need an expansion': [
        'roles: each alone is accepted, not all together',
        'phases.phase_team: accepted, but not there',
      ],
    },
  },
];

test.each(WRONG)('the probe notices $how, and nothing else', async ({ otherwise, seen }) => {
  const run = await probeMock(otherwise);
  expect(found(run, 'not asked')).toEqual({});
  expect(found(run, 'different')).toEqual(seen);
  expect(differs(run.results)).toBe(true);
  expect(run.markdown).toContain('Paste probe-report.md into an issue');
  expect(run.markdown.toLowerCase()).not.toContain('secret');
  expect(run.counted).toBeLessThanOrEqual(MOST_REQUESTS);
});

test('each assumption is broken by one of these accounts', () => {
  const broken = new Set(WRONG.flatMap(({ seen }) => Object.keys(seen)));
  expect(broken).toEqual(new Set(ASSUMPTIONS.map(({ name }) => name)));
});

test('neither report contains a value, a key, the token or the host', async () => {
  const run = await probeMock();
  const text = run.markdown + terminalReport(run.results, 120);
  const values = valuesOf(run.company);
  expect(values.length).toBeGreaterThan(1_000);
  expect(values.filter((value) => text.includes(value))).toEqual([]);
  for (const secret of [TOKEN, 'float.example']) expect(text).not.toContain(secret);
});

const noHeaders = { get: () => null };

test.each<[string, ReturnType<NonNullable<Otherwise['answer']>>, RegExp]>([
  [
    'refuses the token',
    problem(401, `Your token ${TOKEN} is wrong.`),
    /^The server refused the token \(401\)\. Check the token file\.$/,
  ],
  [
    'cannot be reached',
    { outcome: { kind: 'network', code: 'ENOTFOUND' }, headers: noHeaders },
    /^The server cannot be reached: the connection failed \(ENOTFOUND\)\. Check the network and --base-url\.$/,
  ],
  [
    'does not answer',
    { outcome: { kind: 'no answer', seconds: 10 }, headers: noHeaders },
    /there was no answer within 10 s\./,
  ],
  ['is not Float', problem(404, TOKEN), /^The server does not answer like Float: refused \(404\)\. Check --base-url/],
])('a server that %s ends the probe with a message', async (_, response, message) => {
  await expect(probeMock({ answer: () => response })).rejects.toThrow(message);
});

test('temporary failures are not differences, and the probe stops at the request limit', async () => {
  const status = (path: string): number => (path === '/clients' ? 429 : 503);
  const run = await probeMock({ answer: (path) => (path === '/departments' ? undefined : problem(status(path), '')) });
  expect(found(run, 'different')).toEqual({});
  const reasons = Object.values(found(run, 'not asked')).flat();
  expect(reasons).toContain('clients: the server could not answer (429)');
  expect(reasons).toContainEqual(expect.stringContaining('the limit of requests was reached'));
  expect(run.counted).toBe(MOST_REQUESTS);
});

test('whatever fails, the probe ends with a report', async () => {
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
        company: { people: 4, projects: 3, weeks: 1 },
        answer: (path) => (failing[path] === undefined ? undefined : problem(failing[path], 'secret')),
      });
      expect(run.counted).toBeLessThanOrEqual(MOST_REQUESTS);
      expect(run.requests).toBe(run.counted);
      expect(run.results).toHaveLength(ASSUMPTIONS.length);
      expect(run.markdown).not.toContain('secret');
      const refused = Object.values(failing).filter((status) => status < 429);
      if (refused.length === 0) expect(found(run, 'different')).toEqual({});
    }),
    { numRuns: 10, seed: seedOf(17) },
  );
});
