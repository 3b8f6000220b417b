import { describe, expect, test } from '@jest/globals';
import type { ClientOptions, JsonObject, PagedList, Source, StreamEvent } from '../../../src/cdk/index.ts';
import { errorPolicy, openClient, openPagedLists, readTokenPages, rowsAt } from '../../../src/cdk/index.ts';
import {
  checkRun,
  configureAll,
  type FakeAnswer,
  fakeTransport,
  lastStates,
  runSource,
  type SourceRun,
} from '../../../src/cdk/testing/index.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const DATE = { date: new Date(NOW).toUTCString() };

/** A source of one list, `things`, that is paged by `offset` and `limit`. */
function sourceOf(
  answer: (query: URLSearchParams) => FakeAnswer,
  more: Partial<PagedList> = {},
  moreOptions: Partial<ClientOptions> = {},
): Source<object> {
  return {
    name: 'source-things',
    version: '1.0.0',
    specification: async () => ({ connectionSpecification: { type: 'object', properties: {} } }),
    configure: async (raw) => raw,
    async open(_config, context) {
      const options: ClientOptions = {
        baseUrl: 'https://api.test//',
        headers: { 'X-Api-Key': 'a-pasted-key\n' },
        quotas: [{ limit: 1_000, windowMs: 1_000 }],
        maxConcurrentRequests: 2,
        policy: errorPolicy(),
        ...moreOptions,
      };
      const client = await openClient(
        options,
        context,
        fakeTransport(({ href, searchParams }, headers) => {
          expect(href).toMatch(/^https:\/\/api\.test\/things\?/);
          expect(headers).toEqual({ 'X-Api-Key': 'a-pasted-key' });
          return answer(searchParams);
        }),
      );
      const lists = await openPagedLists(context, { maxPagesAhead: 2 });
      const things = lists.stream({
        name: 'things',
        primaryKey: ['key'],
        jsonSchema: {
          type: 'object',
          properties: { key: { type: 'string' }, updated_at: { type: ['null', 'string'], format: 'date-time' } },
        },
        perPage: 10,
        getPage: ({ offset, size, since, signal }) =>
          client.get({ name: 'things', path: '/things' }, { offset, limit: size, since }, { signal }),
        contentOf: ({ body }) => ({ rows: rowsAt(body, 'result.items', 'things') }),
        ...more,
      });
      return { streams: [things], maxConcurrentStreams: 1, check: async () => undefined, close: () => client.close() };
    },
  };
}

async function readIn(mode: 'full_refresh' | 'incremental', source: Source<object>, before?: SourceRun) {
  const { messages } = await runSource(source, { verb: 'discover', config: {} });
  const streams = messages.flatMap((message) => (message.type === 'CATALOG' ? message.catalog.streams : []));
  const state = before && { state: lastStates(before) };
  const run = await runSource(source, { verb: 'read', config: {}, catalog: configureAll(streams, mode), ...state });
  expect(checkRun(run)).toEqual([]);
  return run;
}

const keysIn = ({ messages }: SourceRun): unknown[] =>
  messages.flatMap((message) => (message.type === 'RECORD' ? [message.record.data.key] : []));

describe('a list that is paged by offset and limit', () => {
  const HOUR_MS = 3_600_000;
  const all = Array.from({ length: 35 }, (_, index) => ({
    key: `key-${String(index).padStart(2, '0')}`,
    updated_at: new Date(NOW - (index + 2) * HOUR_MS).toISOString(),
  }));
  const answer = (asked: (string | null)[]) => (query: URLSearchParams) => {
    const [offset, limit, since] = ['offset', 'limit', 'since'].map((name) => query.get(name));
    asked.push(since ?? null);
    const rows = all.filter(({ updated_at }) => since == null || Date.parse(updated_at) >= Date.parse(since));
    const items = rows.slice(Number(offset), Number(offset) + Number(limit));
    return { status: 200, headers: DATE, body: JSON.stringify({ result: { items } }) };
  };

  test('is read whole, each row once', async () => {
    expect(keysIn(await readIn('full_refresh', sourceOf(answer([])))).sort()).toEqual(all.map(({ key }) => key));
  });

  test('is read incrementally, whatever the cursor field is called', async () => {
    const asked: (string | null)[] = [];
    const more = { cursorField: 'updated_at', startDate: '2026-01-04T12:00:00Z' };
    const source = sourceOf(answer(asked), more);
    const first = await readIn('incremental', source);
    expect(keysIn(first)).toHaveLength(23);
    expect(asked.at(-1)).toBe('2026-01-04T12:00:00Z');

    const second = await readIn('incremental', source, first);
    // The cursor is the newest stamp, so only the row with that stamp is emitted again.
    expect(asked.at(-1)).toBe(all[0]?.updated_at);
    expect(keysIn(second)).toEqual(['key-00']);
  });

  test('whose response format changes fails, and does not count as empty', async () => {
    const body = JSON.stringify({ result: { records: [] } });
    const run = await readIn(
      'full_refresh',
      sourceOf(() => ({ status: 200, headers: DATE, body })),
    );
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('The response to the request for things is not a list of rows.');
  });
});

const quota = (limit: number, windowMs: number): Partial<ClientOptions> => ({ quotas: [{ limit, windowMs }] });

test.each<[string, Partial<ClientOptions>, Partial<PagedList>]>([
  ['its maxConcurrentRequests is 0 (number)', { maxConcurrentRequests: 0 }, {}],
  ['the limit of a quota is 0 (number)', quota(0, 1_000), {}],
  ['the limit of a quota is NaN (number)', quota(Number.NaN, 1), {}],
  ['the windowMs of a quota is -1 (number)', quota(1, -1), {}],
  ['its baseUrl must be an http or https URL', { baseUrl: 'api.test' }, {}],
  ['its baseUrl must be an http or https URL', { baseUrl: 'ftp://api.test' }, {}],
  ['its baseUrl must be an http or https URL', { baseUrl: 'https://api.test/?key=1' }, {}],
  ['the perPage of things is 0 (number), but must be a whole number from 1', {}, { perPage: 0 }],
])('a source that could send no request or get no rows is refused: %s', async (message, options, list) => {
  const source = sourceOf(() => ({ status: 200, body: '' }), list, options);
  const { code, stdout } = await runSource(source, { verb: 'discover', config: {} });
  expect(code).toBe(1);
  expect(stdout).toContain(message);
});

test.each<[unknown, string, unknown[]]>([
  [[{ a: 1 }], '', [{ a: 1 }]],
  [{ data: { 'no dot': [{ a: 1 }] } }, 'data.no dot', [{ a: 1 }]],
  // A 204.
  [undefined, 'data', []],
])('the rows of %j at %j are %j', (body, selector, rows) => {
  expect(rowsAt(body as JsonObject | undefined, selector, 'things')).toEqual(rows);
});

test.each<[unknown, string, string]>([
  [null, '', 'as the body, found null'],
  ['text', 'data', 'at data, found a string'],
  [[{ a: 1 }], 'data', 'at data, found an array'],
  [[1], '', 'as the body, found an array with elements that are not objects'],
  [{ data: [[]] }, 'data', 'at data, found an object with the keys data'],
  [{ data: null }, 'data', 'at data, found an object with the keys data'],
  [[{ a: 1 }], 'length', 'at length, found an array'],
  [{}, 'toString', 'at toString, found an object with the keys (none)'],
  [{ items: ['value'] }, 'result.rows', 'at result.rows, found an object with the keys items'],
])('there are no rows in %j at %j: expected an array of objects %s', (body, selector, problem) => {
  const failure = {
    failureType: 'system_error',
    message: expect.stringContaining('not a list of rows'),
    // The whole text, so no value of a row is in it.
    internalMessage: `expected an array of objects ${problem}`,
  };
  expect(() => rowsAt(body as JsonObject, selector, 'things')).toThrow(expect.objectContaining(failure));
});

describe('a list whose responses contain a token for the next page', () => {
  const pagesOf = (tokens: readonly (string | number | null | undefined)[]) => {
    const asked: unknown[] = [];
    const events = readTokenPages('things', async (token) => {
      asked.push(token);
      return { rows: [{ key: String(asked.length) }], next: tokens[asked.length - 1] };
    });
    return { asked, events };
  };
  const allOf = async (events: AsyncIterable<StreamEvent>) => {
    const found: StreamEvent[] = [];
    for await (const event of events) found.push(event);
    return found;
  };

  test.each([[null], [undefined], ['']])('ends at the page whose token is %j', async (last) => {
    const { asked, events } = pagesOf(['b', 0, last]);
    expect(await allOf(events)).toEqual(['1', '2', '3'].map((key) => ({ rows: [{ key }] })));
    expect(asked).toEqual([undefined, 'b', 0]);
  });

  test.each([[['b', 'b']], [['b', 'c', 'b']]])('fails if a token is repeated: %j', async (tokens) => {
    const { events } = pagesOf([...tokens, ...tokens]);
    await expect(allOf(events)).rejects.toMatchObject({ failureType: 'system_error' });
  });
});
