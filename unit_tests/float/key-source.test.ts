import { expect, test } from '@jest/globals';
import type { HttpClient, Params } from '../../src/cdk/http/client.ts';
import { RequestFailed } from '../../src/cdk/http/failure.ts';
import { Expansions } from '../../src/cdk/lists/expansions.ts';
import { ReadAhead } from '../../src/cdk/lists/read-ahead.ts';
import { FLOAT_POLICY } from '../../src/float/failures.ts';
import { keySource } from '../../src/float/key-source.ts';
import { STREAMS } from '../../src/float/streams.ts';

const PER_PAGE = 2;

/** The source of the keys of people. `answer`: the status, or the keys of a page and its Total-Count. */
function sourceOf(answer: (params: Params) => number | { keys: number[]; total: number }) {
  const row = STREAMS.find(({ name }) => name === 'people');
  if (row === undefined) throw new Error('There is no stream people.');
  const get: HttpClient['get'] = async (_, params = {}) => {
    const found = answer(params);
    if (typeof found === 'number') {
      const outcome = { kind: 'status', status: found, said: '' } as const;
      throw new RequestFailed(
        outcome,
        { name: 'people', path: '/people', host: 'api.test' },
        { sent: 1 },
        FLOAT_POLICY,
      );
    }
    const headers = new Headers({ 'x-pagination-total-count': `${found.total}`, 'x-pagination-page-count': '1' });
    const body = found.keys.map((people_id) => ({ people_id }));
    return { body, headers, clocks: { earlier: 0, later: 0 } };
  };
  const log = () => undefined;
  const keyOf = ({ people_id: key }: Record<string, unknown>) => (typeof key === 'number' ? key : undefined);
  const list = { name: 'people', keyOf, isSortable: true, log, ahead: new ReadAhead(0), perPage: PER_PAGE };
  const expansions = new Expansions({ name: 'people', expansions: [] }, log);
  return keySource({ get } as HttpClient, row, { list, params: () => ({}), expansions });
}

test('a reading for a comparison goes past the end that the counts name', async () => {
  const all = [5, 4, 3, 2, 1];
  const source = sourceOf(({ page }) => {
    const start = (Number(page) - 1) * PER_PAGE;
    return { keys: all.slice(start, start + PER_PAGE), total: PER_PAGE };
  });
  const keys: unknown[] = [];
  for await (const { rows } of source.readWhole(() => undefined)) keys.push(...rows.map((row) => row.people_id));
  expect(keys).toEqual(all);
});

test.each([400, 404, 422])('a count that the server refuses with %i is unknown', async (status) => {
  expect(await sourceOf(() => status).count()).toBeUndefined();
});

test('any other failure of the count fails the stream', async () => {
  await expect(sourceOf(() => 403).count()).rejects.toThrow('403');
});
