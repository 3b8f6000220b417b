import type { ChangeReader } from '../cdk/changes/change-reader.ts';
import type { ClockDifference } from '../cdk/changes/clock-difference.ts';
import type { DeleteLogSource } from '../cdk/changes/delete-log.ts';
import { readFunction } from '../cdk/changes/read-function.ts';
import type { HttpClient, Params } from '../cdk/http/client.ts';
import type { SourceContext, Stream } from '../cdk/index.ts';
import { Expansions } from '../cdk/lists/expansions.ts';
import { keysFor } from '../cdk/lists/keys.ts';
import { walkPages } from '../cdk/lists/page-walk.ts';
import type { ReadAhead } from '../cdk/lists/read-ahead.ts';
import type { KeyDefinition } from '../cdk/records/keys.ts';
import type { FloatConfig } from './config.ts';
import { DELETE_LOG_RETENTION_MS, readDeleteLog } from './delete-log.ts';
import { keySource } from './key-source.ts';
import { getPage, PER_PAGE } from './lists.ts';
import { modifiedSince } from './modified-since.ts';
import type { MonthsLeft } from './months-left.ts';
import { readReport } from './reports.ts';
import { getRow } from './single-row.ts';
import type { FloatStream } from './streams.ts';

/** What the streams of one sync share. */
export interface Shared {
  readonly client: HttpClient;
  readonly ahead: ReadAhead;
  readonly clockDifference: ClockDifference;
  readonly monthsLeft: MonthsLeft;
  readonly config: FloatConfig;
  readonly context: SourceContext;
}

/** The `read` function of a stream: for a report, for a list, or for a list with a cursor, which can be read incrementally. */
export function streamReader(row: FloatStream & KeyDefinition, shared: Shared): Stream['read'] {
  const { client, monthsLeft, config, context } = shared;
  if (row.kind === 'report') return () => readReport(row, client, config.startDate, monthsLeft, context);
  const { cursorField } = row;
  return readFunction(changeReader(row, shared), { cursorField, startDate: config.startDate });
}

function changeReader(
  row: FloatStream & KeyDefinition,
  { client, ahead, clockDifference, config, context }: Shared,
): ChangeReader {
  const { clock, log } = context;
  const params = (): Params => row.params(config, new Date(clock.now()));
  const expansions = new Expansions({ name: row.name, expansions: row.expand }, log);
  const list = { ...keysFor(row), name: row.name, log, ahead, perPage: PER_PAGE };
  return {
    ...row,
    log,
    keyOf: list.keyOf,
    now: () => clock.now(),
    askClocks: async () => (await client.get(row, { ...params(), page: 1, 'per-page': 1 })).clocks,
    noteClocks: (clocks) => clockDifference.note(clocks),
    walk: (since, resume) => {
      const filter: Params = since === undefined ? {} : { modified_since: modifiedSince(since, config.baseUrl) };
      const asked = { params: { ...params(), ...filter }, expansions };
      return walkPages({
        ...list,
        getPage: (window, signal) => getPage(client, row, asked, window, signal),
        filtered: since !== undefined,
        resume,
      });
    },
    deleteLog: deleteLogOf(row, client, expansions),
    keys: row.comparesKeys ? keySource(client, row, { list, params, expansions }) : undefined,
  };
}

function deleteLogOf(row: FloatStream, client: HttpClient, expansions: Expansions): DeleteLogSource | undefined {
  const path = row.deleteLog;
  if (path === undefined) return undefined;
  return {
    retentionMs: DELETE_LOG_RETENTION_MS,
    read: () => readDeleteLog(client, { ...row, path }),
    getRow: (key) => getRow(client, row, key, expansions.accepted),
  };
}
