import { expect, test } from '@jest/globals';
import type { Columns, RestTable } from '../../examples/rest-table/rest-table.ts';
import { restTableSource } from '../../examples/rest-table/source.ts';
import { TABLE } from '../../examples/rest-table/table.ts';
import { isObject, type JsonObject, type Transport } from '../../src/cdk/index.ts';
import { judgeAll, type OpenList } from '../lying-servers/judge.ts';
import { LISTS, type ListName } from '../lying-servers/rows.ts';
import { seedOf } from '../support/random.ts';

const RUNS = Number(process.env.EXAMPLE_SERVERS ?? 20);

/** The cursor gets a name that the kit does not know. */
const CURSOR = 'updated_at';
const INCREMENTAL = TABLE.resources.find(({ endpoint }) => endpoint.incremental)?.endpoint.incremental;
const KEY_TYPES = { integer: 'bigint', 'hex text': 'text', 'integer in a region': 'bigint' } as const;

const isIncremental = (name: ListName): boolean => name === 'people' || name === 'logged_time';

/** A table with one list of the lying servers. */
function tableOf(name: ListName, body: 'array' | 'data'): RestTable {
  const { path, nativeKey, keys } = LISTS[name];
  const region: Columns = keys === 'integer in a region' ? { region: { data_type: 'bigint' } } : {};
  const incremental = isIncremental(name) && INCREMENTAL && { ...INCREMENTAL, cursor_field: CURSOR };
  return {
    client: { ...TABLE.client, base_url: 'https://api.test/v3', quotas: [{ limit: 1_000_000, windowMs: 1_000 }] },
    resource_defaults: {
      primary_key: [nativeKey, ...Object.keys(region)],
      columns: { [nativeKey]: { data_type: KEY_TYPES[keys] }, ...region, [CURSOR]: { data_type: 'timestamp' } },
      endpoint: { data_selector: body === 'data' ? 'data' : '' },
    },
    resources: [{ name, endpoint: { path: path.slice(1), ...(incremental && { incremental }) } }],
  };
}

const openExample: OpenList = ({ server }, openTransport, context) => {
  const table = tableOf(server.list, server.body);
  const source = restTableSource(table, async (...how) => {
    const transport = await openTransport(...how);
    return isIncremental(server.list) ? withCursor(transport) : transport;
  });
  return source.open({ base_url: table.client.base_url, token: 'token-of-a-test' }, context);
};

/** Renames `modified` to `CURSOR`, and removes `created`. */
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
