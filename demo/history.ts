/** The results of each sync, in the table `_syncs` beside the data. */
import type { Destination } from './duckdb.ts';
import type { StreamRun } from './sync.ts';

export interface StreamSync {
  stream: string;
  status: 'complete' | 'failed';
  records: number;
  added: number;
  changed: number;
  deleted: number;
  requests: number;
  seconds: number;
  ended_at: Date;
  problem: string | null;
}

const CREATE = `
  CREATE TABLE IF NOT EXISTS _syncs (
    sync INTEGER, position INTEGER, stream VARCHAR, status VARCHAR, records BIGINT, added BIGINT, changed BIGINT,
    deleted BIGINT, requests BIGINT, seconds DOUBLE, ended_at TIMESTAMPTZ, problem VARCHAR)`;

/** Adds one row for each stream. A stream that was never started counts as failed. */
export async function recordSync(destination: Destination, runs: readonly StreamRun[]): Promise<void> {
  await destination.query(CREATE);
  const [next] = await destination.query<{ sync: number }>('SELECT coalesce(max(sync), 0) + 1 AS sync FROM _syncs');
  for (const [position, run] of runs.entries()) {
    const { name, status, records, added, changed, deleted, requests, startedAt, endedAt, problem } = run;
    await destination.query(
      `INSERT INTO _syncs VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, to_timestamp($11), $12)`,
      [
        ...[next?.sync ?? 1, position, name, status === 'complete' ? 'complete' : 'failed'],
        ...[records, added, changed, deleted, requests, (endedAt - startedAt) / 1000, endedAt / 1000, problem ?? null],
      ],
    );
  }
}

/** The last sync of each stream. */
export function lastSyncs(destination: Destination): Promise<StreamSync[]> {
  return destination.query<StreamSync>(`
    SELECT * EXCLUDE (sync, position) FROM _syncs
    QUALIFY row_number() OVER (PARTITION BY stream ORDER BY sync DESC) = 1
    ORDER BY min_by(position, sync) OVER (PARTITION BY stream), stream`);
}
