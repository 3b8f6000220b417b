import { expect, test } from '@jest/globals';
import type { Columns, RestTable } from '../../examples/rest-table/rest-table.ts';
import { restTableSource } from '../../examples/rest-table/source.ts';
import { TABLE } from '../../examples/rest-table/table.ts';
import { isObject, type JsonObject, type Transport } from '../../src/cdk/index.ts';
import { judgeAll, type OpenList } from '../lying-servers/judge.ts';
import { LISTS, type ListName } from '../lying-servers/rows.ts';
import { seedOf } from '../support/random.ts';

const RUNS = Number(process.env.EXAMPLE_SERVERS ?? 25);

const KEYS: Record<(typeof LISTS)[ListName]['keys'], { columns: (key: string) => Columns; more: readonly string[] }> = {
  integer: { columns: (key) => ({ [key]: { data_type: 'bigint' } }), more: [] },
  'hex text': { columns: (key) => ({ [key]: { data_type: 'text' } }), more: [] },
  'integer in a region': {
    columns: (key) => ({ [key]: { data_type: 'bigint' }, region: { data_type: 'bigint' } }),
    more: ['region'],
  },
};

/** Where its rows say when they changed, under a name that the kit does not presume. */
const CURSOR = 'updated_at';

/** A table of one list, as the lying servers have it. */
function tableOf(name: ListName, body: 'array' | 'data'): RestTable {
  const { path, nativeKey, keys } = LISTS[name];
  const { columns, more } = KEYS[keys];
  const incremental = TABLE.resources.find(({ endpoint }) => endpoint.incremental !== undefined)?.endpoint.incremental;
  const isIncremental = (name === 'people' || name === 'logged_time') && incremental !== undefined;
  return {
    client: {
      ...TABLE.client,
      base_url: 'https://api.test/v3',
      quotas: [{ limit: 1_000_000, windowMs: 1_000 }],
    },
    resource_defaults: {
      primary_key: [nativeKey, ...more],
      columns: { ...columns(nativeKey), [CURSOR]: { data_type: 'timestamp' } },
      endpoint: { data_selector: body === 'data' ? 'data' : '' },
    },
    resources: [
      {
        name,
        endpoint: {
          path: path.slice(1),
          ...(isIncremental && { incremental: { ...incremental, cursor_field: CURSOR } }),
        },
      },
    ],
  };
}

const openExample: OpenList = ({ server }, openTransport, context) => {
  const table = tableOf(server.list, server.body);
  const isIncremental = table.resources.some(({ endpoint }) => endpoint.incremental !== undefined);
  const source = restTableSource(table, async (...how) => {
    const transport = await openTransport(...how);
    return isIncremental ? withCursor(transport) : transport;
  });
  return source.open({ base_url: table.client.base_url, token: 'token-of-a-test' }, context);
};

/** The rows have `CURSOR` in place of `modified`, and no `created`. */
function withCursor(transport: Transport): Transport {
  const renamed = ({ modified, created: _, ...row }: JsonObject): JsonObject => ({
    ...row,
    ...(modified !== undefined && { [CURSOR]: modified }),
  });
  return {
    close: () => transport.close(),
    async get(...request) {
      const answer = await transport.get(...request);
      if ('outcome' in answer || answer.body === undefined) return answer;
      const { body } = answer;
      const rows = (isObject(body) ? body.data : body) as JsonObject[];
      return { ...answer, body: isObject(body) ? { data: rows.map(renamed) } : rows.map(renamed) };
    },
  };
}

test(
  `the example reads ${RUNS} lying servers whole, or fails with a reason`,
  async () => {
    const figures = await judgeAll({ runs: RUNS, seed: seedOf(20_261_130), open: openExample });
    expect({ figures, isMostlyWhole: figures.whole > RUNS / 2 }).toEqual({ figures, isMostlyWhole: true });
  },
  RUNS * 1_000 + 60_000,
);
