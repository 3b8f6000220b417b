import {
  type ChangeReader,
  knownState,
  modifiedSince,
  readChanges,
  readList,
  readWhole,
} from '../cdk/changes/changes.ts';
import type { HttpClient, Params } from '../cdk/http/client.ts';
import type { SourceContext, Stream } from '../cdk/index.ts';
import { walkPages } from '../cdk/lists/page-walk.ts';
import type { ReadAhead } from '../cdk/lists/read-ahead.ts';
import type { KeyDefinition } from '../cdk/records/keys.ts';
import type { FloatConfig } from './config.ts';
import { readDeleteLog } from './delete-log.ts';
import { getPage, PER_PAGE } from './lists.ts';
import { readReport } from './reports.ts';
import type { FloatStream } from './streams.ts';

/** How a row of the table is read: as a report, as a plain list, or by its changes where it has a cursor. */
export function streamReader(
  row: FloatStream & KeyDefinition,
  client: HttpClient,
  ahead: ReadAhead,
  config: FloatConfig,
  context: SourceContext,
): Stream['read'] {
  if (row.kind === 'report') return () => readReport(row, client, config.startDate, context);
  const reader = changeReader(row, client, ahead, config, context);
  if (row.cursorField === undefined) return () => readList(reader);
  return ({ incremental, state }) => {
    const known = knownState(state, reader);
    return incremental ? readChanges(reader, known, config.startDate) : readWhole(reader, known);
  };
}

function changeReader(
  row: FloatStream,
  client: HttpClient,
  ahead: ReadAhead,
  config: FloatConfig,
  { clock, log }: SourceContext,
): ChangeReader {
  const { deleteLog } = row;
  return {
    ...row,
    log,
    walk: (since, reading) => {
      const filter: Params = since === undefined ? {} : { modified_since: modifiedSince(since, config.baseUrl) };
      const params = { ...row.params(config, new Date(clock.now())), ...filter };
      return walkPages({
        ...row,
        log,
        ahead,
        perPage: PER_PAGE,
        getPage: (window, signal) => getPage(client, row, params, window, signal),
        filtered: since !== undefined,
        resume: reading?.mark && { position: reading.mark, began: Date.parse(reading.began) },
      });
    },
    readDeleteLog: deleteLog === undefined ? undefined : () => readDeleteLog(client, { ...row, path: deleteLog }),
  };
}
