import { type IncomingHttpHeaders, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../mock-api/faults.ts';
import { type MockApi, type MockOptions, startMockApi } from '../../mock-api/server.ts';

let mock: MockApi;

beforeEach(async () => {
  mock = await startMockApi({ limits: null });
});

afterEach(() => mock.close());

async function restart(options: MockOptions): Promise<void> {
  await mock.close();
  mock = await startMockApi({ limits: null, ...options });
}

const nextMoment = () => new Promise((resolve) => setTimeout(resolve, 1));

const authorization = () => ({ authorization: `Bearer ${mock.token}` });

const get = (path: string, init: RequestInit = {}) => fetch(mock.url + path, { headers: authorization(), ...init });

/** What arrives, byte by byte, of an answer to a client of few demands. */
async function raw(
  path: string,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer; error: string }> {
  const outgoing = request(mock.url + path, { headers: authorization(), agent: false });
  const got = { status: 0, headers: {} as IncomingHttpHeaders, body: Buffer.alloc(0), error: '' };
  outgoing.on('error', (error) => {
    got.error = error.message;
  });
  outgoing.on('response', (incoming) => {
    got.status = incoming.statusCode ?? 0;
    got.headers = incoming.headers;
    incoming.on('data', (chunk) => {
      got.body = Buffer.concat([got.body, chunk]);
    });
    incoming.on('error', (error) => {
      got.error = error.message;
    });
  });
  await new Promise<void>((resolve) => {
    outgoing.on('close', resolve).end();
  });
  return got;
}

test('answers over HTTP, compressed or not, on its own port', async () => {
  const compressed = await get('/people');
  expect(compressed.headers.get('content-encoding')).toBe('gzip');
  const plain = await get('/people', { headers: { ...authorization(), 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await compressed.json()).toEqual(await plain.json());
  expect(new URL(mock.url).hostname).toBe('127.0.0.1');
  expect(mock.unexpected).toEqual([]);
  await restart({ gzip: false });
  expect((await get('/people')).headers.get('content-encoding')).toBeNull();
});

test('an empty 204 is empty on the wire', async () => {
  await restart({ company: { counts: { status: 0 } } });
  const got = await raw('/status');
  expect(got).toMatchObject({ status: 204, error: '' });
  expect(got.body).toHaveLength(0);
});

test('records path, query and headers of each request', async () => {
  await get('/tasks?page=1&per-page=200', { headers: { ...authorization(), 'user-agent': 'tester' } });
  expect(mock.requests).toMatchObject([
    { method: 'GET', path: '/tasks', query: { page: '1', 'per-page': '200' }, status: 200 },
  ]);
  expect(mock.requests[0]?.headers['user-agent']).toBe('tester');
});

describe('faults', () => {
  test.each<[string, Fault, number, string]>([
    ['an answer', { kind: 'answer', status: 503, body: 'down' }, 503, 'down'],
    [
      'an answer of another type',
      { kind: 'answer', status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' },
      200,
      '<p>',
    ],
    [
      'a body that is not what its encoding says',
      { kind: 'answer', status: 500, headers: { 'content-encoding': 'identity' }, body: 'plain' },
      500,
      'plain',
    ],
    ['a raw body', { kind: 'body', body: '{"rows": [' }, 200, '{"rows": ['],
    ['a gzip cut at a block boundary', { kind: 'cut-gzip' }, 200, ''],
  ])('%s arrives whole', async (_, fault, status, body) => {
    mock.script('/clients', fault);
    const reply = await get('/clients');
    expect([reply.status, await reply.text()]).toEqual([status, body]);
    expect(mock.requests[0]?.status).toBe(status);
    expect((await get('/clients')).status).toBe(200);
  });

  test('a redirect', async () => {
    mock.script('/clients', { kind: 'redirect', to: 'http://127.0.0.1:1/v3/clients' });
    const reply = await get('/clients', { redirect: 'manual' });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, 'http://127.0.0.1:1/v3/clients']);
  });

  test.each<[Fault['kind'], number, RegExp, boolean]>([
    ['reset', 0, /socket hang up|ECONNRESET/, false],
    ['reset-mid-body', 200, /aborted|ECONNRESET/, true],
    ['cut-body', 200, /aborted/, true],
  ] as const)('%s', async (kind, status, error, half) => {
    mock.script('/people', { kind } as Fault);
    const got = await raw('/people');
    expect(got.status).toBe(status);
    expect(got.error).toMatch(error);
    const length = Number(got.headers['content-length'] ?? 0);
    expect(got.body.length).toBe(Math.floor(length / 2));
    expect(got.body.length > 0).toBe(half);
    expect(mock.requests[0]?.status).toBe(0);
  });

  test.each<[Fault['kind'], boolean]>([
    ['hang', false],
    ['hang-mid-body', true],
  ])('%s: nothing more comes until the client or the mock gives up', async (kind, headers) => {
    mock.script('/people', { kind } as Fault);
    const patience = new AbortController();
    const reply = get('/people', { signal: patience.signal });
    const body = headers ? (await reply).text() : reply;
    while (mock.requests.length === 0) await nextMoment();
    setTimeout(() => patience.abort(), 20);
    await expect(body).rejects.toThrow('aborted');
    expect(mock.requests[0]?.status).toBe(0);
  });

  test('a cut gzip has the length it claims', async () => {
    mock.script('/people', { kind: 'cut-gzip' });
    const got = await raw('/people');
    expect(got.error).toBe('');
    expect(got.headers['content-encoding']).toBe('gzip');
    expect(got.body).toHaveLength(Number(got.headers['content-length']));
  });

  test.each<[string, MockOptions, Fault[]]>([
    ['latency', { latencyMs: 60_000, timeScale: 3000 }, []],
    ['a delay', { timeScale: 3000 }, [{ kind: 'delay', ms: 60_000 }]],
  ])('%s, divided by the time scale', async (_, options, faults) => {
    await restart(options);
    mock.script('/clients', ...faults);
    const start = performance.now();
    expect((await get('/clients')).status).toBe(200);
    // A timer of 20 ms; undivided, the minute would outlast the test.
    expect(performance.now() - start).toBeGreaterThan(18);
  });
});

test('a change in the middle of a read', async () => {
  await restart({ company: { counts: { clients: 4 } } });
  mock.before('/clients', 2, () => mock.company.remove('clients', Number(mock.company.rows('clients')[0]?.client_id)));
  const pages = [];
  for (const page of [1, 2]) pages.push(await (await get(`/clients?per-page=2&page=${page}`)).json());
  expect(pages.map((rows) => (rows as unknown[]).length)).toEqual([2, 1]);
});

test('another program uses the quota', async () => {
  await restart({ limits: { perMinute: 5, perSecond: 10, reportsPerMinute: 30 } });
  mock.consumeQuota(4);
  expect([(await get('/clients')).status, (await get('/clients')).status]).toEqual([200, 429]);
});

test('closing ends hanging requests', async () => {
  mock.script('/people', { kind: 'hang' });
  const pending = get('/people').catch((error: Error) => error.message);
  while (mock.requests.length === 0) await nextMoment();
  await mock.close();
  expect(await pending).toBe('fetch failed');
  mock = await startMockApi();
});
