import type { JsonObject } from '../../src/cdk/index.ts';
// Not from index.ts, which compiles the schemas of the platform's messages.
import { fakeTransport } from '../../src/cdk/testing/fake-transport.ts';
import { MemoryStdout } from '../../src/cdk/testing/memory-stdout.ts';
import { emittedBy, openFloat, readInProcess } from '../support/read-in-process.ts';
import { CURSOR, LISTS, Server, type Shown, type Spec } from './server.ts';

const REQUESTS_LIMIT = 25_000;
const CURSOR_BEFORE = new Date(CURSOR).toISOString();
/** Log messages that say that rows may be missing. */
const WARNED =
  /(Total|Page)-Count is \d+, but only|other rows may be missing|was (?:empty|refused) twice|the first reading of changed rows returned/;
/** Log messages that say that the next sync requests rows again which responses of this sync contained. */
const NEXT_SYNC = /The cursor does not move|The next sync requests them again/;

const FAULTS = ['lost', 'repeated', 'wrong tombstone', 'endless', 'no reason'] as const;
/**
 * `warned`: the stream is COMPLETE although rows are missing. Either a WARN says that rows may be missing, or the cursor stays
 * where it was, so that the next sync requests them.
 * `no trace`: see leavesNoTrace().
 */
export type Kind = 'whole' | 'failed' | 'warned' | 'no trace' | (typeof FAULTS)[number];

export function isFault(kind: Kind): boolean {
  return FAULTS.some((fault) => fault === kind);
}

async function read(spec: Spec) {
  const server = new Server(spec);
  const stdout = new MemoryStdout();
  const ended = new AbortController();
  const transport = fakeTransport((url) => {
    if (server.requests >= REQUESTS_LIMIT) ended.abort(new Error('The requests do not end.'));
    ended.signal.throwIfAborted();
    return server.get(url);
  });
  const { list, concurrency, filtered } = spec;
  const { warnings } = await readInProcess({
    open: (context) => openFloat(transport, context, { streams: [list], concurrency }),
    streams: [list],
    mode: filtered ? 'incremental' : 'full_refresh',
    states: new Map(filtered ? [[list, { modified: CURSOR_BEFORE }]] : []),
    clock: server,
    stdout,
    ended,
  });
  return { server, messages: stdout.messages, warnings, isEndless: ended.signal.aborted };
}

export async function judge(spec: Spec): Promise<Kind> {
  const { server, messages, warnings, isEndless } = await read(spec);
  const { rows, tombstones, lastStatus, reasons, states } = emittedBy(messages);
  const keyOf = (row: JsonObject): number => Number(row.id ?? row[LISTS[spec.list].key]);
  const keys = rows.map(keyOf);
  const living = new Set(server.rows.filter((row) => !server.hides(row)).map(({ key }) => key));
  const asked = new Set(server.shown.flatMap(({ keys: shown }) => shown));
  const throughout = server.original.filter(
    ({ key, modified }) => living.has(key) && !server.deleted.has(key) && (!spec.filtered || modified >= CURSOR),
  );
  const visible = visibleKeys(spec, server);
  const missing = throughout.map(({ key }) => key).filter((key) => visible.has(key) && !keys.includes(key));
  const isBuried = tombstones.map(keyOf).some((key) => living.has(key) && !server.deleted.has(key));

  if (isEndless) return 'endless';
  if (new Set(keys).size < keys.length) return 'repeated';
  // Without single rows, two readings decide on an entry of the Delete Log.
  if (isBuried && !leavesNoTrace(spec, server.shown, !spec.hasSingleRows)) return 'wrong tombstone';
  if (lastStatus !== 'COMPLETE') return reasons.length > 0 && !reasons.includes('') ? 'failed' : 'no reason';
  if (missing.length === 0) return 'whole';
  const cursorStays = spec.filtered && states.at(-1)?.modified === CURSOR_BEFORE;
  // Rows that only a second reading had, or page 1 of the whole list, come with the next sync. A WARN must say so.
  const comesNext = cursorStays && warnings.some((line) => NEXT_SYNC.test(line));
  if (!comesNext && missing.some((key) => asked.has(key))) return 'lost';
  if (cursorStays || warnings.some((line) => WARNED.test(line))) return 'warned';
  return leavesNoTrace(spec, server.shown, true) ? 'no trace' : 'lost';
}

/** Rows that a perfect reader would have received, however the list moved. */
function visibleKeys({ filtered, page, base, move, replica }: Spec, server: Server): Set<number> {
  const reachable = server.reachable();
  // When rows move, a row may be on none of the pages if `page` is ignored, if each page starts with the first row, or if some
  // answers come from an outdated replica.
  const isUncertain = move !== 'none' && (page !== 'honoured' || base === 'pinned first row' || replica === 'behind');
  if (isUncertain) return new Set();
  const listed = server.original.filter(({ modified }) => !filtered || modified >= CURSOR);
  // The outdated replica lacks the first two rows of the list as the server filters it.
  if (replica === 'behind') for (const { key } of listed.slice(0, 2)) reachable.delete(key);
  return reachable;
}

/**
 * Whether the last reading could come from a server that has no more rows: no count of any of its answers promises a row or
 * page that did not come, and either it ended where a list ends, or its counts add up. A list that moved ended there too if
 * both this reading and the one before ended at a page without rows and had the same rows on the same pages
 * (`twoReadingsDecide`): had it stood still, no answer would be different.
 */
function leavesNoTrace({ move, replica }: Spec, shown: readonly Shown[], twoReadingsDecide: boolean): boolean {
  const [first] = shown;
  const pages = shown.filter(({ asked }) => asked === first?.asked);
  const start = Math.max(0, startOfLastReading(pages));
  const last = pages.slice(start);
  const before = pages.slice(Math.max(0, startOfLastReading(pages.slice(0, start))), start);
  const keys = rowsByPage(last).flatMap(([, rows]) => rows);
  const distinct = new Set(keys).size;
  const lastPage = Math.max(...last.map(({ page }) => page));
  const totals = new Set(last.map(({ total }) => total));
  const addsUp = totals.size === 1 && totals.has(distinct) && distinct === keys.length;
  const isPromised = shown.some(({ total = 0, pages: count = 0 }) => total > distinct || count > lastPage);
  const isStill = move === 'none' && replica !== 'behind';
  const isSame = JSON.stringify(rowsByPage(last)) === JSON.stringify(rowsByPage(before));
  const isRepeated = isSame && last.at(-1)?.keys.length === 0;
  const isBareEmpty = shown.length === 1 && distinct === 0;
  return !isPromised && (isStill || addsUp || isBareEmpty || (twoReadingsDecide && isRepeated));
}

function startOfLastReading(shown: readonly Shown[]): number {
  return shown.findLastIndex(({ page }) => page === 1);
}

/** The keys of the last answer for each page. */
function rowsByPage(shown: readonly Shown[]) {
  return [...new Map(shown.map(({ page, keys }) => [page, keys]))];
}
