import type { Clocks } from '../http/clocks.ts';
import { KeySet } from '../lists/key-set.ts';
import { counted } from '../protocol/counted.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ChangeReader } from './change-reader.ts';
import type { ChangeState } from './change-state.ts';
import { type DeleteLog, type DeleteLogSource, type Deletion, deletionId, SINGLE_ROWS_LIMIT } from './delete-log.ts';
import type { Batch, DeletionFollower, DeletionState, Reading, Settlement } from './deletion-follower.ts';
import { toTime, toTimestamp } from './instants.ts';

/** Maximum difference between the server's clocks for rows, deletions and the `Date` header. */
const CLOCKS_DIFFER_BY_MS = 60 * 60_000;

/** The entries of one key that need a decision in this read. */
interface OpenKey {
  readonly key: number | string;
  readonly deletions: Deletion[];
  /** Whether all of these entries are from an earlier read. The list still contained the row then. */
  wasPending: boolean;
  rowCame: boolean;
}

/**
 * What is known about the row of an open key. `undecided`: the entries stay open. `row`: the row exists, and this sync has not
 * emitted it.
 */
type Fate = 'exists' | 'deleted' | 'undecided' | { readonly row: JsonObject };

/**
 * Follows deletions with a Delete Log. The log is read before the rows.
 *
 * An entry is open if its time is not before the log position and it is not marked as handled. The position is an hour before
 * the read, so the next read finds the entries of that hour again. Each must be handled only once, because its row may have
 * been restored and emitted in the meantime.
 *
 *     open entry     its row came          its row did not come
 *     new            pending               tombstone, after a second reading if no count proves the first complete
 *     pending        handled: it exists    request the single row: 200 → handled, the row is emitted; else → tombstone
 *
 * The single row of a new entry is requested too if rows may be missing, or if the count differs from the number of rows. If
 * rows may be missing, a 404 proves nothing on a server without single rows, which answers 404 for every row. So the follower
 * also requests a row that the list contains. If that answers 404 too, or if the list has no row, the entry stays open. On a
 * server without single rows, if nothing shows that rows are missing, a row gets a tombstone if the log has an entry for it and
 * two readings of the list do not contain it. The server gives no other evidence.
 *
 * A first read does not know the destination's rows, so it emits no tombstone and marks all entries as handled.
 */
export class LogFollower implements DeletionFollower {
  private readonly reader: ChangeReader;
  private readonly source: DeleteLogSource;
  private readonly known: ChangeState;
  private log: DeleteLog | undefined;
  private open = new Map<string, OpenKey>();
  /** Entries that this read handled. */
  private handled: Deletion[] = [];
  /** A key that the list contains, to test whether the server offers single rows. */
  private livingKey: number | string | undefined;
  /** Keys of all rows of this read, if there are open entries. */
  private readonly rowsMet = new KeySet();
  private offersSingleRows: boolean | undefined;
  /** How many rows of open keys were requested. */
  private singleRowsAsked = 0;

  constructor(reader: ChangeReader, source: DeleteLogSource, known: ChangeState) {
    this.reader = reader;
    this.source = source;
    this.known = known;
  }

  async begin(): Promise<Clocks | undefined> {
    this.log = await this.source.read();
    if (this.log === undefined) return undefined;
    const { position } = this;
    if (position === undefined) {
      this.handled = [...this.log.deletions];
    } else {
      this.warnOfForgottenEntries(position, this.log.clocks);
      this.open = openKeys(position, this.log.deletions, this.known);
    }
    return this.log.clocks;
  }

  get rowsNeededSince(): number | undefined {
    const times = [...this.open.values()].flatMap(({ deletions }) => deletions.map(({ time }) => time));
    return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b)) - CLOCKS_DIFFER_BY_MS;
  }

  stateDuring(startedAt: number): DeletionState {
    const { position, known } = this;
    if (position !== undefined) return { ...pick(known), deletionsSince: toTimestamp(position) };
    return this.stateOf(startedAt - CLOCKS_DIFFER_BY_MS, []);
  }

  meet({ rows }: Batch): boolean {
    if (this.open.size === 0) return false;
    const keys = rows.map(this.reader.keyOf).filter((key) => key !== undefined);
    this.rowsMet.add(keys);
    this.livingKey = keys.at(-1) ?? this.livingKey;
    for (const key of keys) {
      const open = this.open.get(String(key));
      if (open !== undefined) open.rowCame = true;
    }
    return false;
  }

  async *deliverAgain(): AsyncGenerator<Batch> {}

  async settle(reading: Reading): Promise<Settlement> {
    const again = reading.mayMissRows || reading.isAsCounted ? undefined : await this.readAgain(reading);
    const mayMissRows = reading.mayMissRows || again?.hasMore === true;
    const livingRows = [...(again?.found ?? [])];
    const deleted: Deletion[] = [];
    for (const open of this.open.values()) {
      const fate = await this.fateOf(open, { ...reading, mayMissRows });
      if (fate === 'undecided') continue;
      if (typeof fate === 'object') livingRows.push(fate.row);
      if (fate === 'deleted') deleted.push(open.deletions.reduce((a, b) => (b.time > a.time ? b : a)));
      this.handle(open);
    }
    return { livingRows, deleted, mayMissRows };
  }

  private async fateOf({ key, rowCame, wasPending }: OpenKey, { mayMissRows, isAsCounted }: Reading): Promise<Fate> {
    if (rowCame) return wasPending ? 'exists' : 'undecided';
    if (!wasPending && !mayMissRows && isAsCounted) return 'deleted';
    if (this.singleRowsAsked === SINGLE_ROWS_LIMIT) return wasPending || mayMissRows ? 'undecided' : 'deleted';
    this.singleRowsAsked += 1;
    const answer = await this.source.getRow(key);
    if (typeof answer === 'object') return answer;
    if (!mayMissRows) return 'deleted';
    return answer === 'gone' && (await this.knowsSingleRows()) ? 'deleted' : 'undecided';
  }

  /**
   * If a new entry's row did not come, reads the rows again. `found`: the rows of new entries that came this time. `hasMore`:
   * whether this reading has more rows than the first, or other rows.
   */
  private async readAgain({ since, rows: before }: Reading) {
    const isAbsent = ({ rowCame, wasPending }: OpenKey): boolean => !rowCame && !wasPending;
    const found: JsonObject[] = [];
    if (![...this.open.values()].some(isAbsent)) return undefined;
    let count = 0;
    let unmet = 0;
    for await (const { rows } of this.reader.walk(since, undefined)) {
      count += rows.length;
      for (const row of rows) {
        const key = this.reader.keyOf(row);
        if (key !== undefined && !this.rowsMet.has(key)) unmet += 1;
        const open = this.open.get(String(key));
        if (open === undefined || !isAbsent(open)) continue;
        open.rowCame = true;
        found.push(row);
      }
    }
    const { name, log } = this.reader;
    const hasMore = count > before || unmet > 0;
    if (hasMore) {
      log(
        'WARN',
        `${name}: the first reading of changed rows returned ${counted(before, 'row')}, the second ${count}. ${counted(unmet, 'row')} came only in the second. The cursor does not move, so the next sync reads these rows again.`,
      );
    }
    return { found, hasMore };
  }

  private async knowsSingleRows(): Promise<boolean> {
    this.livingKey ??= await this.keyOfAnyRow();
    if (this.livingKey === undefined) return false;
    this.offersSingleRows ??= (await this.source.getRow(this.livingKey)) !== 'gone';
    return this.offersSingleRows;
  }

  /** A key of page 1 of the whole list, for a read without changed rows. */
  private async keyOfAnyRow(): Promise<number | string | undefined> {
    for await (const { rows } of this.reader.walk(undefined, undefined)) return rows[0] && this.reader.keyOf(rows[0]);
    return undefined;
  }

  stateAfter(startedAt: number, mayMissRows: boolean): DeletionState {
    this.reportLog();
    const newPosition = startedAt - CLOCKS_DIFFER_BY_MS;
    const { position = newPosition, log } = this;
    if (log === undefined) return { ...pick(this.known), deletionsSince: toTimestamp(position) };
    const mayMove = log.stoppedBecause === undefined && !mayMissRows;
    const pending = [...this.open.values()].filter((open) => open.rowCame || open.wasPending);
    return this.stateOf(
      mayMove ? Math.max(position, newPosition) : position,
      pending.flatMap(({ deletions }) => deletions),
    );
  }

  /**
   * The log position. If the state has none, it is derived from the cursor, because the destination has all changes up to the
   * cursor.
   */
  private get position(): number | undefined {
    const cursor = toTime(this.known.modified);
    return toTime(this.known.deletionsSince) ?? (cursor === undefined ? undefined : cursor - CLOCKS_DIFFER_BY_MS);
  }

  private handle(open: OpenKey): void {
    this.handled.push(...open.deletions);
    this.open.delete(String(open.key));
  }

  private stateOf(position: number, pendingDeletions: readonly Deletion[]): DeletionState {
    const handled = [...(this.known.handledDeletions ?? []), ...this.handled];
    return {
      deletionsSince: toTimestamp(position),
      handledDeletions: handled.filter(({ time }) => time >= position),
      pendingDeletions,
    };
  }

  private warnOfForgottenEntries(position: number, { earlier }: Clocks): void {
    const { reader, source } = this;
    const lastRead = position + CLOCKS_DIFFER_BY_MS;
    if (earlier - lastRead <= source.retentionMs) return;
    const hours = source.retentionMs / 3_600_000;
    reader.log(
      'WARN',
      `${reader.name}: the Delete Log was last read more than ${hours} hours ago, but it keeps deletions for only ${hours} hours. Deletions may have been missed in the meantime, and their rows remain in the destination. To remove them, run "Refresh and remove records" for this stream.`,
    );
  }

  private reportLog(): void {
    const { name, log } = this.reader;
    if (this.log === undefined) {
      log(
        'WARN',
        `${name}: this server offers no Delete Log, so deleted rows stay in the destination. To remove them, run "Refresh and remove records" for this stream.`,
      );
    } else if (this.log.stoppedBecause !== undefined) {
      log(
        'WARN',
        `${name}: the Delete Log ${this.log.stoppedBecause}. The deletions read so far are applied. The next sync starts from the same position of the log as this one.`,
      );
    }
  }
}

function pick({ deletionsSince, handledDeletions, pendingDeletions }: ChangeState): DeletionState {
  return { deletionsSince, handledDeletions, pendingDeletions };
}

function openKeys(position: number, found: readonly Deletion[], known: ChangeState): Map<string, OpenKey> {
  const { handledDeletions = [], pendingDeletions = [] } = known;
  const met = new Set([...handledDeletions, ...pendingDeletions].map(deletionId));
  const open = new Map<string, OpenKey>();
  const add = (deletion: Deletion, wasPending: boolean): void => {
    const name = String(deletion.key);
    const entry = open.get(name) ?? { key: deletion.key, deletions: [], wasPending: true, rowCame: false };
    open.set(name, entry);
    entry.deletions.push(deletion);
    entry.wasPending &&= wasPending;
  };
  for (const deletion of pendingDeletions) add(deletion, true);
  for (const deletion of found) if (deletion.time >= position && !met.has(deletionId(deletion))) add(deletion, false);
  return open;
}
