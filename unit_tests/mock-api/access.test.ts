import { describe, expect, test } from '@jest/globals';
import { createCompany } from '../../mock-api/company.ts';
import { createHandler } from '../../mock-api/handler.ts';
import { createSession } from '../../mock-api/session.ts';
import { mock, NOON } from './ask.ts';

const WRONG = { authorization: 'Bearer wrong' };

describe('access', () => {
  test.each([
    ['a known path, the right token', '/people', undefined, 200, 'application/json'],
    ['a known path, a wrong token', '/people', WRONG, 401, 'application/json'],
    ['a known path, another scheme', '/people', { authorization: 'Basic mock-token' }, 401, 'application/json'],
    ['a known path, no token: the edge answers', '/people', {}, 403, 'text/html'],
    ['an unknown path, the right token', '/statuses', undefined, 404, 'application/json'],
    ['an unknown path, a wrong token', '/statuses', WRONG, 404, 'application/json'],
    ['a report, a wrong token', '/reports/people', WRONG, 401, 'application/json'],
    ['the Delete Log of people', '/deleted/people', undefined, 404, 'application/json'],
  ])('%s', (_, path, headers, status, type) => {
    const reply = mock().get(path, headers);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toContain(type);
    if (status === 401) expect(JSON.parse(reply.body)).toMatchObject({ name: 'Unauthorized', code: 0, status: 401 });
    if (status === 404) expect(JSON.parse(reply.body)).toMatchObject({ name: 'Not Found', code: 0, status: 404 });
  });

  test.each([
    ['GET', '/v3/statuses', 'GET /statuses: unknown path'],
    ['GET', '/people', 'GET /people: unknown path'],
    ['POST', '/v3/people', 'POST /people: wrong method'],
  ])('%s %s is noted', (method, path, sentence) => {
    const handle = createHandler(createCompany());
    handle({ method, path, query: new URLSearchParams(), headers: { authorization: 'Bearer mock-token' } });
    expect(handle.unexpected).toEqual([sentence]);
  });

  test.each([
    [{ timeTracking: false }, '/logged-time', 403],
    [{ deleteLog: 'missing' as const }, '/deleted/tasks', 404],
    [{ deleteLog: 'forbidden' as const }, '/deleted/tasks', 403],
    [{ absent: ['/project-stages', '/reports/people'] }, '/project-stages', 404],
    [{ absent: ['/project-stages', '/reports/people'] }, '/reports/people', 404],
    [{ denied: ['/rate-cards', '/reports/people'] }, '/rate-cards', 403],
    [{ denied: ['/rate-cards', '/reports/people'] }, '/reports/people', 403],
  ])('%j: %s answers %i in JSON, without a complaint', (options, path, status) => {
    const { get, handle } = mock(options);
    const reply = get(path);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body)).toMatchObject({ status });
    expect(handle.unexpected).toEqual([]);
  });

  test('the Date header and the stamps follow the skewed clock', () => {
    const { company, get } = mock({ clockSkewMs: 90_000 });
    expect(get('/people').headers.date).toBe('Wed, 10 Jun 2026 12:01:30 GMT');
    expect(company.insert('people').modified).toBe('2026-06-10 12:01:30');
  });
});

describe('a session', () => {
  const headers = { authorization: 'Bearer mock-token' };
  const ask = (path: string) => ({ method: 'GET', path: `/v3${path}`, query: new URLSearchParams(), headers });

  test('plays scripts in order, a path of its own before any, then answers normally', () => {
    const session = createSession(createCompany({ now: () => NOON }));
    session.script('/people', { kind: 'none' }, { kind: 'answer', status: 500, headers: { 'Retry-After': '3' } });
    session.script('*', { kind: 'redirect', to: 'http://elsewhere/' }, { kind: 'body', body: 'oops' });
    const answers = ['/people', '/tasks', '/people', '/people', '/people'].map((path) => session.answer(ask(path)));
    expect(answers.map(({ response }) => response.status)).toEqual([200, 302, 500, 200, 200]);
    expect(answers[1]?.response.headers.location).toBe('http://elsewhere/');
    expect(answers[2]?.response.headers).toEqual({
      date: 'Wed, 10 Jun 2026 12:00:00 GMT',
      'content-type': 'application/json; charset=UTF-8',
      'retry-after': '3',
    });
    expect(answers[3]?.response.body).toBe('oops');
    expect(JSON.parse(answers[4]?.response.body ?? '')).toHaveLength(27);
  });

  test('changes the company just before the nth request from now to a path', () => {
    const company = createCompany({ counts: { clients: 1 } });
    const session = createSession(company);
    session.answer(ask('/clients'));
    session.before('/clients', 2, () => company.insert('clients'));
    const totals = ['/clients', '/tasks', '/clients', '/clients'].map(
      (path) => session.answer(ask(path)).response.headers['x-pagination-total-count'],
    );
    expect([totals[0], totals[2], totals[3]]).toEqual(['1', '2', '2']);
  });

  test('records requests', () => {
    const session = createSession(createCompany({ now: () => NOON }));
    session.script('/tasks', { kind: 'reset' });
    session.answer({ ...ask('/tasks'), query: new URLSearchParams('page=2') });
    expect(session.requests).toEqual([
      { method: 'GET', path: '/tasks', query: { page: '2' }, headers, status: 0, at: NOON },
    ]);
    session.resetRequests();
    expect(session.requests).toEqual([]);
  });
});
