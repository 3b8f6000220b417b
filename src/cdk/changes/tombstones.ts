import type { JsonObject } from '../protocol/json.ts';
import type { StreamEvent } from '../protocol/source.ts';
import type { Deletion } from './delete-log.ts';
import { toTimestamp } from './instants.ts';

/** The field that makes a record a tombstone: destinations in dedup mode remove the row. */
export const DELETED_AT = '_ab_cdc_deleted_at';

/** Maximum number of tombstones in one page of rows. */
const TOMBSTONES_PER_PAGE = 1_000;

/**
 * `earliest`: lower limit for `modified`, epoch milliseconds. Destinations that order by the cursor keep the latest record of a
 * key. That must be the tombstone.
 */
export function* tombstones(nativeKey: string, deleted: readonly Deletion[], earliest: number): Generator<StreamEvent> {
  for (let index = 0; index < deleted.length; index += TOMBSTONES_PER_PAGE) {
    const rows = deleted.slice(index, index + TOMBSTONES_PER_PAGE).map(
      ({ key, time }): JsonObject => ({
        id: key,
        [nativeKey]: key,
        modified: toTimestamp(Math.max(time, earliest)),
        [DELETED_AT]: toTimestamp(time),
      }),
    );
    yield { rows };
  }
}
