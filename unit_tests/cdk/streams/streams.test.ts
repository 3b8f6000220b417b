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
import { thrownBy } from '../../support/thrown.ts';

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
    // The cursor is the newest stamp: the row that has it comes again, no other.
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

test.each<[string, Partial<ClientOptions>]>([
  ['its maxConcurrentRequests is 0 (number)', { maxConcurrentRequests: 0 }],
  ['the limit of a quota is 0 (number)', { quotas: [{ limit: 0, windowMs: 1_000 }] }],
  [
    'the limit of a quota is NaN (number)',
    {
      quotas: [
        { limit: 1, windowMs: 1_000 },
        { limit: Number.NaN, windowMs: 1 },
      ],
    },
  ],
  ['the windowMs of a quota is -1 (number)', { quotas: [{ limit: 1, windowMs: -1 }] }],
  ['its baseUrl is not an http or https URL', { baseUrl: 'api.test' }],
  ['its baseUrl is not an http or https URL', { baseUrl: 'ftp://api.test' }],
  ['its baseUrl is not an http or https URL', { baseUrl: 'https://api.test/?key=1' }],
])('a client that could send no request is refused: %s', async (message, options) => {
  const source = sourceOf(() => ({ status: 200, body: '' }), {}, options);
  const { code, stdout } = await runSource(source, { verb: 'discover', config: {} });
  expect(code).toBe(1);
  expect(stdout).toContain(`The connector has a programming error: ${message}`);
});

test('a list with pages of no rows is refused, and does not count as empty', async () => {
  const { code, stdout } = await runSource(
    sourceOf(() => ({ status: 200, body: '' }), { perPage: 0 }),
    { verb: 'discover', config: {} },
  );
  expect(code).toBe(1);
  expect(stdout).toContain('the perPage of things is 0 (number), but must be a whole number from 1');
});

test.each<[unknown, string]>([
  [[{ a: 1 }], ''],
  [{ data: [{ a: 1 }] }, 'data'],
  [{ data: { 'no dot': [{ a: 1 }] } }, 'data.no dot'],
])('the rows of %j are at %j', (body, selector) => {
  expect(rowsAt(body as JsonObject, selector, 'things')).toEqual([{ a: 1 }]);
});

test.each<[unknown, string]>([
  [null, ''],
  ['text', 'data'],
  [[1], ''],
  [{ data: null }, 'data'],
  [{ data: [[]] }, 'data'],
  [[{ a: 1 }], 'length'],
  [{}, 'toString'],
  [{ secret: 'value' }, 'data.items'],
])('there are no rows in %j at %j, and the message contains no value', (body, selector) => {
  const thrown = thrownBy(() => rowsAt(body as JsonObject, selector, 'things'));
  expect(thrown).toMatchObject({ failureType: 'system_error', message: expect.stringContaining('not a list of rows') });
  expect(JSON.stringify(thrown)).not.toContain('value');
});

test.each([
  [[{ a: 1 }], 'data', 'expected an array of objects at data, found an array'],
  [[1], '', 'expected an array of objects as the body, found an array with members that are not objects'],
  [{ items: [] }, 'result.rows', 'expected an array of objects at result.rows, found an object with the members items'],
  ['html', 'data', 'expected an array of objects at data, found a string'],
])('for %j, the author of a source with the selector %j reads: %s', (body, selector, internalMessage) => {
  expect(thrownBy(() => rowsAt(body, selector, 'things'))).toMatchObject({ internalMessage });
});

test('a 204 has no rows', () => {
  expect(rowsAt(undefined, 'data', 'things')).toEqual([]);
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
