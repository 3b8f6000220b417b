import { expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import type { FailureType } from '../src/cdk/index.ts';
import { startApi, TOKEN } from './support/api.ts';
import { expected, keysOf, STREAM_NAMES, type StreamName } from './support/streams.ts';

const path = (name: StreamName): string => expected(name).path;

const answer = (status: number, body: unknown = '', headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** One stream for each failure, so that a single sync has them all. */
const TEMPORARY: Partial<Record<StreamName, Fault[]>> = {
  accounts: [answer(500, { message: 'Oops' })],
  departments: [answer(502, '<html><body>Bad Gateway</body></html>')],
  people: [{ kind: 'none' }, answer(503)],
  roles: [answer(503, '', { 'retry-after': '8' }), answer(504)],
  public_holidays: [answer(408)],
  holidays: [{ kind: 'body', body: '' }],
  projects: [{ kind: 'none' }, { kind: 'reset' }],
  status: [{ kind: 'reset-mid-body' }],
  time_off: [{ kind: 'cut-body' }],
  timeoff_types: [{ kind: 'cut-gzip' }],
  clients: [{ kind: 'body', body: '[{"client_id": 17' }],
  phases: [{ kind: 'body', body: '<!DOCTYPE html><title>One moment</title>' }],
  tasks: [{ kind: 'none' }, { kind: 'cut-gzip' }, { kind: 'reset' }, answer(599)],
};

test('temporary failures are retried, and no row is lost or emitted twice', async () => {
  const api = await startApi({ speed: 20, company: { weeks: 1, counts: { people: 250, projects: 250, tasks: 450 } } });
  for (const name of STREAM_NAMES) api.script(path(name), ...(TEMPORARY[name] ?? []));
  const run = await api.read(STREAM_NAMES);
  expect(run.code).toBe(0);
  for (const name of STREAM_NAMES) {
    const keys = keysOf(api, name);
    const retries = (TEMPORARY[name] ?? []).filter(({ kind }) => kind !== 'none').length;
    const requests = Math.ceil(keys.length / 200) + retries;
    expect({ name, requests: api.requestsTo(path(name)).length }).toEqual({ name, requests });
    expect({ name, keys: run.records(name).map((record) => record[expected(name).key]) }).toEqual({ name, keys });
  }
  // Each retry is logged once, with its stream.
  expect(run.logs('INFO').filter((text) => text.startsWith('roles: ') && text.includes('retrying in'))).toHaveLength(2);
  const [first = 0, second = 0] = api.requestsTo('/roles').map(({ at }) => at);
  expect(second - first).toBeGreaterThanOrEqual(8_000);
});

test('a response may take half a minute; after a minute the request is sent again', async () => {
  const speed = 50;
  const api = await startApi({ speed });
  // The mock API delays in real milliseconds.
  api.script('/people', { kind: 'delay', ms: 30_000 / speed });
  api.script('/clients', { kind: 'hang-mid-body' });
  const run = await api.read(['people', 'clients']);
  expect(run.code).toBe(0);
  expect(api.requestsTo('/people')).toHaveLength(1);
  expect(api.requestsTo('/clients')).toHaveLength(2);
  expect(run.logs('INFO')).toContainEqual(expect.stringMatching(/^clients: no answer within 60 s; retrying/));
});

const LASTING: Partial<Record<StreamName, { fault: Fault; says: string }>> = {
  accounts: { fault: answer(500, { message: 'Oops' }), says: 'Oops' },
  people: { fault: answer(503), says: 'status.float.com' },
  roles: { fault: { kind: 'reset' }, says: 'ECONNRESET' },
  clients: { fault: { kind: 'body', body: '<html>Sign in</html>' }, says: 'base_url' },
};

test('after five tries, a lasting failure ends its stream with transient_error; the other streams finish', async () => {
  const api = await startApi({ speed: 20, company: { people: 8, weeks: 1 } });
  for (const [name, { fault }] of Object.entries(LASTING)) {
    api.script(path(name as StreamName), ...Array.from({ length: 9 }, () => fault));
  }
  const run = await api.read(STREAM_NAMES);
  expect(run.code).toBe(1);
  for (const name of STREAM_NAMES) {
    const lasting = LASTING[name];
    if (lasting === undefined) {
      expect({ name, statuses: run.statuses(name) }).toEqual({ name, statuses: ['STARTED', 'RUNNING', 'COMPLETE'] });
      expect(run.records(name).length).toBe(api.company.rows(expected(name).endpoint).length);
      continue;
    }
    const { failure_type, message } = run.failure(name);
    expect({ name, failure_type }).toEqual({ name, failure_type: 'transient_error' });
    expect(message).toContain(lasting.says);
    expect(message).toContain('The request was sent 5 times.');
    const times = api.requestsTo(path(name)).map(({ at }) => at);
    const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
    // Exponential with jitter: at least half of 1, 2, 4, 8 seconds.
    expect({ name, areLongEnough: gaps.map((gap, n) => gap >= 500 * 2 ** n) }).toEqual({
      name,
      areLongEnough: [true, true, true, true],
    });
  }
});

const LONG = 'x'.repeat(1000);

/** A retry would not change these. No status is one that an expansion could cause on its stream. */
const FINAL: [stream: StreamName, fault: Fault, type: FailureType, says: RegExp][] = [
  ['accounts', answer(401, { message: 'Invalid credentials.' }), 'config_error', /token.*api_token.*Invalid cred/],
  ['departments', answer(403, { message: 'Not in your plan.' }), 'config_error', /departments.*deselect.*Not in/],
  ['people', answer(404, { name: 'Not Found' }), 'config_error', /people.*404/],
  ['public_holidays', answer(422, [{ field: 'start_date', message: 'is no date' }]), 'system_error', /start_date: is/],
  ['holidays', answer(400, LONG), 'system_error', /holidays.*x{250}/],
  // Only 300 characters are quoted. They end within the token.
  ['time_off', answer(400, { message: `${LONG.slice(-290)}${TOKEN}` }), 'system_error', /The server says: x{250}/],
  ['timeoff_types', answer(403, '<html><h1>403 Forbidden</h1></html>'), 'config_error', /timeoff_types/],
  ['status', answer(410, 'Gone for good'), 'system_error', /status.*410/],
  ['milestones', answer(429, '', { 'retry-after': '86400' }), 'transient_error', /429.*a wait of.*requests_per_min/],
  ['projects', { kind: 'redirect', to: '/v3/departments' }, 'config_error', /redirects.*base_url/],
  ['phases', answer(304), 'config_error', /redirects.*base_url/],
  ['clients', { kind: 'body', body: '{"rows":[{"private":"Ada"}]}' }, 'system_error', /clients.*not a list.*base_url/],
  ['project_tasks', { kind: 'body', body: 'null' }, 'system_error', /not a list/],
  ['tasks', { kind: 'body', body: '[1]' }, 'system_error', /not a list/],
];

test('failures that a retry would not change fail the stream at once, with a message for the user', async () => {
  const api = await startApi({ timeTracking: false, absent: ['/roles'] });
  for (const [name, fault] of FINAL) api.script(path(name), fault, fault);
  const run = await api.read(STREAM_NAMES);
  expect(run.code).toBe(1);
  const disabled = ['logged_time', undefined, 'config_error', /time tracking.*switch it on.*deselect/i] as const;
  const failed = [...FINAL, disabled, ['roles', undefined, 'config_error', /roles.*404/] as const];
  for (const [name, , type, says] of failed) {
    const { failure_type, message, internal_message = '' } = run.failure(name);
    expect({ name, failure_type, message }).toEqual({
      ...{ name, failure_type: type },
      message: expect.stringMatching(says),
    });
    // Users see both texts: no dumps, no markup, no rows, no part of the token.
    for (const text of [message, internal_message]) {
      expect(text.length).toBeLessThan(800);
      expect(text).not.toMatch(/<html|Ada|x{301}/);
      expect(text).not.toContain(TOKEN.slice(0, 4));
    }
    expect({ name, requests: api.requestsTo(path(name)).length }).toEqual({ name, requests: 1 });
    // A STATE or COMPLETE would let a destination treat the stream as empty.
    expect(run.statuses(name).at(-1)).toBe('INCOMPLETE');
    expect({ name, states: run.states(name), records: run.records(name) }).toEqual({ name, states: [], records: [] });
  }
  const others = STREAM_NAMES.filter((name) => !failed.some(([one]) => one === name));
  expect(others.map((name) => run.statuses(name).at(-1))).toEqual(others.map(() => 'COMPLETE'));
});
