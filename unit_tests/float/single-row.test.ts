import { expect, test } from '@jest/globals';
import type { HttpClient } from '../../src/cdk/http/client.ts';
import { RequestFailed } from '../../src/cdk/http/failure.ts';
import { FLOAT_POLICY } from '../../src/float/failures.ts';
import { getRow } from '../../src/float/single-row.ts';

const PEOPLE = { name: 'people', path: '/people', nativeKey: 'people_id' };

/** Asks for the row 7. `status`: the answer to a request with these expansions. */
async function ask(expand: readonly string[], status: (expanded: unknown) => number) {
  const asked: unknown[] = [];
  const get: HttpClient['get'] = async ({ path }, params) => {
    asked.push([path, params]);
    const outcome = { kind: 'status', status: status(params.expand), said: '' } as const;
    if (outcome.status !== 200)
      throw new RequestFailed(outcome, { ...PEOPLE, host: 'api.test' }, { sent: 1 }, FLOAT_POLICY);
    return { body: { people_id: 7 }, headers: new Headers(), clocks: { earlier: 0, later: 0 } };
  };
  return { found: await getRow({ get }, PEOPLE, 7, expand), asked };
}

test('a single row is requested with the expansions of its list', async () => {
  const { found, asked } = await ask(['account', 'managers'], () => 200);
  expect(found).toEqual({ row: { people_id: 7 } });
  expect(asked).toEqual([['/people/7', { expand: 'account,managers' }]]);
});

test('a server that refuses expansions for single rows is asked without them', async () => {
  const { found } = await ask(['managers'], (expanded) => (expanded === undefined ? 200 : 422));
  expect(found).toEqual({ row: { people_id: 7 } });
});

test.each([
  [404, 'gone'],
  [410, 'gone'],
  [400, 'unknown'],
  [403, 'unknown'],
  [422, 'unknown'],
])('%s: %s', async (status, meaning) => {
  expect((await ask([], () => status)).found).toBe(meaning);
});
