import { expect, test } from '@jest/globals';
import type { HttpClient } from '../../src/cdk/http/client.ts';
import { RequestFailed } from '../../src/cdk/http/failure.ts';
import type { JsonValue } from '../../src/cdk/index.ts';
import { readDeleteLog } from '../../src/float/delete-log.ts';
import { FLOAT_POLICY } from '../../src/float/failures.ts';

const LOG = { name: 'tasks', path: '/deleted/tasks', nativeKey: 'task_id' };
const TIME = Date.UTC(2026, 2, 18);

const entry = (id: number) => ({ id, timestamp: new Date(TIME).toISOString() });

interface Page {
  body: JsonValue;
  hasMore?: string;
  cursor?: string;
}

/** Reads a log. `page`: the response to the nth request. */
async function read(page: (nth: number) => Page) {
  const asked: unknown[] = [];
  const get: HttpClient['get'] = async (_, params) => {
    asked.push(params);
    const { body, hasMore, cursor } = page(asked.length);
    const headers = new Headers();
    if (hasMore !== undefined) headers.set('x-pagination-has-more', hasMore);
    if (cursor !== undefined) headers.set('x-pagination-next-cursor', cursor);
    return { body, headers, clocks: { earlier: TIME, later: TIME } };
  };
  const log = await readDeleteLog({ get } as HttpClient, LOG);
  return { asked, keys: log?.deletions.map(({ key }) => key), stoppedBecause: log?.stoppedBecause };
}

test('the log is read to its end, 500 entries a page, and an entry that comes twice counts once', async () => {
  const { asked, keys, stoppedBecause } = await read((nth) => ({
    body: { data: [entry(nth), entry(nth + 1)] },
    hasMore: String(nth < 3),
    cursor: `after ${nth}`,
  }));
  expect(asked).toEqual([{ limit: 500 }, { limit: 500, cursor: 'after 1' }, { limit: 500, cursor: 'after 2' }]);
  expect(keys).toEqual([1, 2, 3, 4]);
  expect(stoppedBecause).toBeUndefined();
});

test.each<{ what: string; page: (nth: number) => Page; requests: number; reason: RegExp | undefined }>([
  {
    what: 'repeats its first page without end',
    page: (nth) => ({ body: { data: [entry(1)] }, hasMore: 'true', cursor: `${nth}` }),
    requests: 4,
    reason: /does not end: 3 pages in a row/,
  },
  {
    what: 'has new entries without end',
    page: (nth) => ({ body: { data: [entry(nth)] }, hasMore: 'true', cursor: `${nth}` }),
    requests: 200,
    reason: /does not end within 200 pages/,
  },
  {
    what: 'repeats its cursor',
    page: () => ({ body: { data: [entry(1)] }, hasMore: 'true', cursor: 'same' }),
    requests: 2,
    reason: /sends no new cursor/,
  },
  {
    what: 'announces more without a cursor',
    page: () => ({ body: { data: [entry(1)] }, hasMore: 'true' }),
    requests: 1,
    reason: /sends no new cursor/,
  },
  {
    what: 'has neither Has-More nor a cursor',
    page: () => ({ body: [{ task_id: 1, timestamp: entry(1).timestamp }] }),
    requests: 1,
    reason: undefined,
  },
])('a log that $what is read in $requests requests', async ({ page, requests, reason }) => {
  const { asked, keys, stoppedBecause } = await read(page);
  expect(asked).toHaveLength(requests);
  expect(keys?.[0]).toBe(1);
  if (reason === undefined) expect(stoppedBecause).toBeUndefined();
  else expect(stoppedBecause).toMatch(reason);
});

test.each([{ id: 2 }, { timestamp: entry(2).timestamp }, { id: 2, timestamp: 'yesterday' }])(
  'the entry %j has no valid id or timestamp, so the stream fails',
  async (invalid) => {
    await expect(read(() => ({ body: { data: [entry(1), invalid] } }))).rejects.toMatchObject({
      failureType: 'system_error',
      message: expect.stringContaining('Delete Log of tasks has no valid id or timestamp'),
    });
  },
);

test.each([404, 403, 400])('only 404 and 403 mean that the server does not offer the log: %s', async (status) => {
  const refused = read(() => {
    throw new RequestFailed(
      { kind: 'status', status, said: '' },
      { ...LOG, host: 'api.test' },
      { sent: 1 },
      FLOAT_POLICY,
    );
  });
  if (status === 400) await expect(refused).rejects.toBeInstanceOf(RequestFailed);
  else expect((await refused).keys).toBeUndefined();
});
