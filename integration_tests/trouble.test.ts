import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import type { FailureType } from '../src/cdk/index.ts';
import { startApi, TOKEN } from './support/api.ts';
import { expected, STREAM_NAMES, type StreamName } from './support/streams.ts';

/** A minute of waiting takes six tenths of a second. */
const SPEED = 50;
const SECOND = 1000;

const path = (name: StreamName): string => expected(name).path;

const always = (fault: Fault): Fault[] => Array.from({ length: 60 }, () => fault);

/** Troubles that pass, on one stream each, so that a single sync meets them all. */
const PASSING: Partial<Record<StreamName, Fault[]>> = {
  accounts: [{ kind: 'answer', status: 500, body: '{"name":"Internal Server Error","message":"Oops","status":500}' }],
  departments: [{ kind: 'answer', status: 502, body: '<html><body>Bad Gateway</body></html>' }],
  people: [{ kind: 'none' }, { kind: 'answer', status: 503 }],
  roles: [
    { kind: 'answer', status: 503, headers: { 'retry-after': '20' } },
    { kind: 'answer', status: 504 },
  ],
  public_holidays: [{ kind: 'answer', status: 408 }],
  holidays: [{ kind: 'body', body: '' }],
  projects: [{ kind: 'none' }, { kind: 'reset' }],
  status: [{ kind: 'reset-mid-body' }],
  time_off: [{ kind: 'cut-body' }],
  timeoff_types: [{ kind: 'cut-gzip' }],
  clients: [{ kind: 'body', body: '[{"client_id": 17' }],
  phases: [{ kind: 'body', body: '<!DOCTYPE html><title>One moment</title>' }],
  project_tasks: [{ kind: 'hang' }],
  milestones: [{ kind: 'hang-mid-body' }],
  tasks: [{ kind: 'none' }, { kind: 'cut-gzip' }, { kind: 'reset' }, { kind: 'answer', status: 599 }],
};

test('temporary failures are retried, and no row is lost or emitted twice', async () => {
  // Sixteen answers at once take a busy machine so long that, on a faster clock, a minute would be over for some.
  const api = await startApi({ speed: 20, company: { counts: { people: 250, projects: 250, tasks: 450 } } });
  for (const name of STREAM_NAMES) api.script(path(name), ...(PASSING[name] ?? []));
  const run = await api.read(STREAM_NAMES, { config: { concurrency: 16 } });
  expect(run.code).toBe(0);
  for (const name of STREAM_NAMES) {
    const { endpoint, key } = expected(name);
    const keys = api.company.rows(endpoint).map((row) => row[key]);
    const repeats = (PASSING[name] ?? []).filter(({ kind }) => kind !== 'none').length;
    const requests = Math.ceil(keys.length / 200) + repeats;
    expect({ name, requests: api.requestsTo(path(name)).length }).toEqual({ name, requests });
    expect({ name, keys: run.records(name).map((record) => record[key]) }).toEqual({ name, keys });
  }
  // Each repeat is told once, and the user sees which stream it was.
  expect(run.logs('INFO').filter((text) => text.startsWith('roles: ') && text.includes('retrying in'))).toHaveLength(2);
  const [first, second] = api.requestsTo('/roles').map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(20 * SECOND);
});

test('a response that takes almost a minute is accepted', async () => {
  const api = await startApi({ speed: SPEED });
  // The delay is of real milliseconds.
  api.script('/people', { kind: 'delay', ms: (45 * SECOND) / SPEED });
  await api.read(['people']);
  expect(api.requestsTo('/people')).toHaveLength(1);
});

/** Troubles that last. */
const LASTING: Partial<Record<StreamName, { fault: Fault; says: string }>> = {
  accounts: { fault: { kind: 'answer', status: 500, body: '{"message":"Oops"}' }, says: 'Oops' },
  people: { fault: { kind: 'answer', status: 503 }, says: 'status.float.com' },
  roles: { fault: { kind: 'reset' }, says: 'ECONNRESET' },
  projects: { fault: { kind: 'cut-body' }, says: 'connection' },
  time_off: { fault: { kind: 'cut-gzip' }, says: 'not JSON' },
  clients: { fault: { kind: 'body', body: '<html>Sign in</html>' }, says: 'base_url' },
  phases: { fault: { kind: 'hang' }, says: 'within 60 seconds' },
  tasks: { fault: { kind: 'hang-mid-body' }, says: 'within 60 seconds' },
};

test('a lasting failure ends its stream with transient_error after about five tries and five minutes; other streams finish', async () => {
  const api = await startApi({ speed: SPEED });
  for (const [name, { fault }] of Object.entries(LASTING)) api.script(path(name as StreamName), ...always(fault));
  const run = await api.read(STREAM_NAMES, { config: { concurrency: 16 } });
  expect(run.code).toBe(1);
  for (const name of STREAM_NAMES) {
    const trouble = LASTING[name];
    if (trouble === undefined) {
      expect({ name, statuses: run.statuses(name) }).toEqual({ name, statuses: ['STARTED', 'RUNNING', 'COMPLETE'] });
      expect(run.records(name).length).toBe(api.company.rows(expected(name).endpoint).length);
      continue;
    }
    const { failure_type, message } = run.failure(name);
    expect({ name, failure_type }).toEqual({ name, failure_type: 'transient_error' });
    expect(message).toContain(trouble.says);
    expect(message).not.toMatch(/[<>{}]/);
    const times = api.requestsTo(path(name)).map(({ at }) => at);
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(times.length).toBeLessThanOrEqual(5);
    expect(message).toContain(`The request was sent ${times.length} times.`);
    const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
    // Exponential with jitter: at least half of 1, 2, 4, 8 seconds.
    gaps.forEach((gap, n) => void expect({ name, n, gap: gap >= 500 * 2 ** n }).toEqual({ name, n, gap: true }));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(301 * SECOND);
  }
});

interface Final {
  fault: Fault;
  type: FailureType;
  says: (string | RegExp)[];
}

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const LONG = `Parameter refused: ${'x'.repeat(1000)}`;

/** Answers that asking again would not change. Two syncs meet them all. */
const FINAL: Partial<Record<StreamName, Final>>[] = [
  {
    accounts: {
      fault: answer(401, { name: 'Unauthorized', message: 'Your request was made with invalid credentials.' }),
      type: 'config_error',
      says: ['token', 'api_token', 'invalid credentials'],
    },
    departments: {
      fault: answer(403, { name: 'Forbidden', message: 'Not in your plan.' }),
      type: 'config_error',
      says: ['departments', /plan|feature/, /deselect/, 'Not in your plan.'],
    },
    people: { fault: answer(404, { name: 'Not Found' }), type: 'config_error', says: ['people', '404'] },
    roles: {
      fault: answer(400, { name: 'Bad Request', message: 'Wrong parameter.' }),
      type: 'system_error',
      says: ['roles', 'Wrong parameter.'],
    },
    public_holidays: {
      fault: answer(422, [{ field: 'start_date', message: 'is no date' }, { message: 'Nor is this' }]),
      type: 'system_error',
      says: ['start_date: is no date', 'Nor is this'],
    },
    holidays: { fault: answer(422, { message: LONG }), type: 'system_error', says: [LONG.slice(0, 300)] },
    projects: { fault: answer(403, '<html><h1>403 Forbidden</h1></html>'), type: 'config_error', says: ['projects'] },
    status: { fault: answer(410, 'Gone for good'), type: 'system_error', says: ['status', '410'] },
    time_off: { fault: answer(400, LONG), type: 'system_error', says: [LONG.slice(0, 300)] },
  },
  {
    accounts: {
      fault: { kind: 'body', body: '{}' },
      type: 'system_error',
      says: ['accounts', 'not a list', 'base_url'],
    },
    departments: { fault: { kind: 'body', body: '{"data":{}}' }, type: 'system_error', says: ['not a list'] },
    people: { fault: { kind: 'body', body: '"x"' }, type: 'system_error', says: ['not a list'] },
    roles: { fault: { kind: 'body', body: 'null' }, type: 'system_error', says: ['not a list'] },
    public_holidays: { fault: { kind: 'body', body: '[1]' }, type: 'system_error', says: ['not a list'] },
    holidays: { fault: { kind: 'body', body: '[null]' }, type: 'system_error', says: ['not a list'] },
    projects: { fault: { kind: 'body', body: '{"data":null}' }, type: 'system_error', says: ['not a list'] },
    status: { fault: { kind: 'body', body: '[[]]' }, type: 'system_error', says: ['not a list'] },
    time_off: { fault: { kind: 'body', body: '{"data":[1]}' }, type: 'system_error', says: ['not a list'] },
    timeoff_types: { fault: { kind: 'body', body: '0' }, type: 'system_error', says: ['not a list'] },
    clients: { fault: { kind: 'body', body: 'false' }, type: 'system_error', says: ['not a list'] },
    phases: {
      fault: { kind: 'body', body: '{"error":"quota","rows":[{"private":"Ada Lovelace"}]}' },
      type: 'system_error',
      says: ['not a list'],
    },
  },
];

/** A list with expansions is asked for again without them where the status may refuse those. */
const requestsFor = (name: StreamName, { fault }: Final): number => {
  const mayRefuseExpansions = fault.kind === 'answer' && [400, 403, 422].includes(fault.status);
  return mayRefuseExpansions && expected(name).query.expand !== undefined ? 2 : 1;
};

test.each(FINAL.map((troubles, n) => ({ n, troubles })))(
  'failures that a retry would not change fail the stream at once, with a message for the user ($n)',
  async ({ troubles }) => {
    const api = await startApi();
    for (const [name, { fault }] of Object.entries(troubles)) api.script(path(name as StreamName), fault, fault);
    const run = await api.read(STREAM_NAMES);
    for (const name of STREAM_NAMES) {
      const trouble = troubles[name];
      if (trouble === undefined) {
        expect({ name, final: run.statuses(name).at(-1) }).toEqual({ name, final: 'COMPLETE' });
        continue;
      }
      const { failure_type, message, internal_message = '' } = run.failure(name);
      expect({ name, failure_type }).toEqual({ name, failure_type: trouble.type });
      for (const words of trouble.says) expect(message).toMatch(words);
      // After one request, and where the server said nothing.
      expect(message).not.toMatch(/again|times|nothing|: $/);
      // Both are shown to users: no dumps, no markup, no row of somebody's.
      for (const text of [message, internal_message]) {
        expect(text.length).toBeLessThan(800);
        expect(text).not.toMatch(/<html|Lovelace|x{282}/);
      }
      expect({ name, requests: api.requestsTo(path(name)).length }).toEqual({
        name,
        requests: requestsFor(name, trouble),
      });
      // Never complete, never a state that a destination could take for an empty stream.
      expect({ name, states: run.states(name), records: run.records(name) }).toEqual({ name, states: [], records: [] });
    }
  },
);

test('a missing feature fails only its stream; time tracking has its own message', async () => {
  const api = await startApi({ timeTracking: false, absent: ['/roles'] });
  const run = await api.read(['logged_time', 'roles', 'departments']);
  expect(run.failure('logged_time')).toMatchObject({
    failure_type: 'config_error',
    message: expect.stringMatching(/time tracking.*switch it on.*deselect/i),
  });
  expect(run.failure('roles').message).toMatch(/roles.*404/);
  expect(run.statuses('departments').at(-1)).toBe('COMPLETE');
});

test('a wrong token fails each stream at once and is not shown', async () => {
  const api = await startApi();
  const api_token = 'wr0ng/token+of=mine';
  const run = await api.read(['people', 'tasks'], { config: { api_token } });
  for (const name of ['people', 'tasks']) expect(run.failure(name).failure_type).toBe('config_error');
  expect(api.requests).toHaveLength(2);
});

test('a token in the error message of a server is never shown, even partly', async () => {
  const api = await startApi();
  // A message shows 300 characters of them.
  for (const offset of [5, 290, 299]) {
    for (const form of [TOKEN, encodeURIComponent(TOKEN)]) {
      for (const body of [
        { message: `${'x'.repeat(offset)}${form}` },
        { error: { why: `${'x'.repeat(offset - 5)}${form}` } },
      ]) {
        api.script('/clients', answer(400, body));
        const { message, internal_message = '' } = (await api.read(['clients'])).failure('clients');
        for (const text of [message, internal_message]) {
          expect(text).toContain('The server says: ');
          expect(text).not.toContain(TOKEN.slice(0, 4));
        }
      }
    }
  }
});

test('a stream that fails on a later page ends with correct record counts', async () => {
  const api = await startApi({ dialect: 'neutral', company: { counts: { tasks: 450 } } });
  api.script('/tasks', { kind: 'none' }, answer(400, { message: 'No.' }));
  const modified = '2020-01-01T00:00:00.000Z';
  const state = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'tasks' }, stream_state: { modified } } }];
  const run = await api.read(['tasks'], { mode: 'incremental', state });
  expect(run.records('tasks').length).toBeGreaterThan(0);
  expect(run.failure('tasks').message).toContain('No.');
  // The next sync must begin where this one did: the pages come newest first.
  expect(run.lastState('tasks')).toMatchObject({ modified });
});

test('a redirect is not followed, whatever its kind and wherever it leads', async () => {
  const visitors: string[] = [];
  const elsewhere = createServer((request, response) => {
    visitors.push(request.headers.authorization ?? '');
    response.end('[]');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  try {
    const api = await startApi();
    const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/v3/people`;
    const kinds: [StreamName, Fault][] = [
      ['people', { kind: 'redirect', to: other, status: 301 }],
      ['clients', { kind: 'redirect', to: other, status: 302 }],
      ['roles', { kind: 'redirect', to: other, status: 303 }],
      ['tasks', { kind: 'redirect', to: other, status: 307 }],
      ['phases', { kind: 'redirect', to: other, status: 308 }],
      ['holidays', { kind: 'redirect', to: `${api.url}/departments` }],
      ['status', answer(304, '')],
    ];
    for (const [name, fault] of kinds) api.script(path(name), fault);
    const run = await api.read(kinds.map(([name]) => name));
    for (const [name] of kinds) {
      const message = expect.stringMatching(/redirects.*base_url/);
      expect(run.failure(name)).toMatchObject({ failure_type: 'config_error', message });
    }
    expect(visitors).toEqual([]);
    expect(api.requests).toHaveLength(kinds.length);
  } finally {
    await new Promise((resolve) => elsewhere.close(resolve));
  }
});

test('reading a server that repeats its pages forever ends', async () => {
  const api = await startApi();
  const ids = Array.from({ length: 200 }, (_, n) => 1000 - n);
  const lies: [StreamName, Record<string, string>][] = [
    ['clients', {}],
    ['departments', { 'x-pagination-page-count': '1000000' }],
    ['holidays', { 'x-pagination-current-page': '1' }],
    ['timeoff_types', { 'x-pagination-per-page': '50' }],
  ];
  for (const [name, headers] of lies) {
    const rows = ids.map((id) => ({ [expected(name).key]: id, name: `Row ${id}` }));
    api.script(path(name), ...always(answer(200, rows, headers)));
  }
  const run = await api.read(lies.map(([name]) => name));
  for (const [name] of lies) {
    expect({ name, ids: run.records(name).map(({ id }) => id) }).toEqual({ name, ids });
    expect(api.requestsTo(path(name)).length).toBeLessThan(12);
  }
});

test('reading a server whose Total-Count is never reached ends', async () => {
  const api = await startApi();
  const rows = Array.from({ length: 200 }, (_, n) => ({ client_id: 1000 - n }));
  const headers = { 'x-pagination-total-count': '1000000', 'x-pagination-page-count': '5000' };
  api.script('/clients', ...Array.from({ length: 1000 }, () => answer(200, rows, headers)));
  const run = await api.read(['clients']);
  expect(run.records('clients').length).toBeLessThanOrEqual(200);
  expect(api.requestsTo('/clients').length).toBeLessThan(300);
});

test.each(['all', 'per-page-only'] as const)(
  'a server with smaller pages than requested is read completely, pagination headers: %s',
  async (paginationHeaders) => {
    const api = await startApi({ largestPage: 50, paginationHeaders, company: { counts: { clients: 150 } } });
    const run = await api.read(['clients']);
    expect(run.records('clients').map(({ id }) => id)).toEqual(api.company.rows('clients').map((row) => row.client_id));
  },
);
