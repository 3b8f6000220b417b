import { expect, test } from '@jest/globals';
import type { HttpClient } from '../../src/cdk/http/client.ts';
import { RequestFailed } from '../../src/cdk/http/failure.ts';
import { FLOAT_POLICY } from '../../src/float/failures.ts';
import { getRow } from '../../src/float/single-row.ts';

const PEOPLE = { name: 'people', path: '/people', nativeKey: 'people_id' };

test('a single row is requested with the expansions of its list', async () => {
  const asked: unknown[] = [];
  const row = { people_id: 7, managers: [1] };
  const get = async (endpoint: Parameters<HttpClient['get']>[0], params: Parameters<HttpClient['get']>[1]) => {
    asked.push([endpoint.path, params]);
    return { body: row, headers: new Headers(), clocks: { earlier: 0, later: 0 } };
  };
  expect(await getRow({ get }, PEOPLE, 7, ['account', 'managers'])).toEqual({ row });
  expect(asked).toEqual([['/people/7', { expand: 'account,managers' }]]);
});

test('a server that refuses expansions for single rows is asked without them', async () => {
  const row = { people_id: 7 };
  const get = async (_: unknown, params: Parameters<HttpClient['get']>[1]) => {
    if (params.expand === undefined) return { body: row, headers: new Headers(), clocks: { earlier: 0, later: 0 } };
    const outcome = { kind: 'status', status: 422, said: '' } as const;
    throw new RequestFailed(outcome, { ...PEOPLE, host: 'api.test' }, { sent: 1 }, FLOAT_POLICY);
  };
  expect(await getRow({ get }, PEOPLE, 7, ['managers'])).toEqual({ row });
});

test.each([
  [404, 'gone'],
  [410, 'gone'],
  [400, 'unknown'],
  [403, 'unknown'],
  [422, 'unknown'],
])('%s: %s', async (status, meaning) => {
  const get = async (): Promise<never> => {
    const outcome = { kind: 'status', status, said: '' } as const;
    throw new RequestFailed(outcome, { ...PEOPLE, host: 'api.test' }, { sent: 1 }, FLOAT_POLICY);
  };
  expect(await getRow({ get }, PEOPLE, 7, [])).toBe(meaning);
});
