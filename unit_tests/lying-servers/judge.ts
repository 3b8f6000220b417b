import fc from 'fast-check';
import type { OpenTransport } from '../../src/cdk/http/transport.ts';
import type { AirbyteMessage, Connection, JsonObject, SourceContext } from '../../src/cdk/index.ts';
// Not from index.ts, which compiles the schemas of the platform's messages.
import { fakeTransport } from '../../src/cdk/testing/fake-transport.ts';
import { MemoryStdout } from '../../src/cdk/testing/memory-stdout.ts';
import { emittedBy, openFloat, readInProcess } from '../support/read-in-process.ts';
import { CHANGES_FROM_MS, keyOf, keyText, LISTS, PREVIOUS_SYNC_MS, type Row, rowsBefore, rowsNow } from './rows.ts';
import { LyingServer, type ServerDescription } from './server.ts';
import { type Scenario, scenarios } from './servers.ts';
import { isUndetectable } from './undetectable.ts';

/**
 * `whole`: every visible row once, COMPLETE. `given up`: failed with a reason. `repeatable`: a filtered read without all rows,
 * which said so and kept its cursor. `undetectable`: rows are missing and no answer shows it. The others are faults: `lost` (rows are
 * missing, or the cursor moved past them, or living rows were removed), `repeated` (a key twice in one reading), `broken` (no end,
 * no status, a failure without a reason, or more requests than an honest server needs).
 */
const NO_FAULTS = ['whole', 'given up', 'repeatable', 'undetectable'] as const;
const FAULTS = ['lost', 'repeated', 'broken'] as const;
export type Kind = (typeof NO_FAULTS | typeof FAULTS)[number];
/** Number of servers of each kind. */
type Figures = Record<(typeof NO_FAULTS)[number], number>;

interface Verdict {
  readonly kind: Kind;
  readonly why: string;
  readonly requests: readonly string[];
}

interface Delivered {
  readonly messages: readonly AirbyteMessage[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly requests: readonly string[];
  readonly isEndless: boolean;
  /** Messages at the moment when the connector began to compare keys; a comparison emits rows again. */
  readonly beforeComparison: number | undefined;
}

const HONEST = { total: 'right', pages: 'right', currentPage: 'right', perPage: 'right' } as const;

/** Opens a source that reads `list` of the server behind `transport`, which has the neutral contract. */
export type OpenList = (scenario: Scenario, transport: OpenTransport, context: SourceContext) => Promise<Connection>;

/** Judges a source with random servers. Throws if one of them is a fault. `open`: the source that is judged. */
export async function judgeAll({
  runs,
  seed,
  open,
}: {
  runs: number;
  seed: number;
  open?: OpenList;
}): Promise<Figures> {
  const figures: Figures = { whole: 0, 'given up': 0, repeatable: 0, undetectable: 0 };
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const verdict = await judge(scenario, open);
      if (isFault(verdict.kind)) throw new Error(explain(scenario, verdict));
      figures[verdict.kind] += 1;
    }),
    { numRuns: runs, seed },
  );
  return figures;
}

function isFault(kind: Kind): kind is (typeof FAULTS)[number] {
  return FAULTS.some((fault) => fault === kind);
}

function explain(scenario: Scenario, { kind, why, requests }: Verdict): string {
  const shown = requests.length > 40 ? [...requests.slice(0, 40), `… ${requests.length} requests in all`] : requests;
  return [`${kind}: ${why}`, JSON.stringify(scenario, null, 2), ...shown].join('\n');
}

export async function judge(scenario: Scenario, open: OpenList = openFloatList): Promise<Verdict> {
  const { server: description, read } = scenario;
  const state = read === 'later incremental' ? await stateOfPreviousSync(scenario, open) : undefined;
  const rows = read === 'later incremental' ? rowsNow(description) : rowsBefore(description);
  const server = new LyingServer(description, rows);
  const delivered = await readOnce(scenario, server, state, open);
  const left = new Set(server.visibleRows().map((row) => keyOf(row, description.list)));
  const expected = requiredRows(read, rows).filter((row) => {
    const key = keyOf(row, description.list);
    return left.has(key) && !server.withheld.has(key);
  });
  return { ...verdictOn(scenario, delivered, expected, server), requests: delivered.requests };
}

/** The state after an honest, still server answered; so the test does not know its form. */
async function stateOfPreviousSync(scenario: Scenario, open: OpenList): Promise<JsonObject | undefined> {
  const description = honestly(scenario.server);
  const rows = rowsBefore(scenario.server).filter(({ isHidden }) => !isHidden);
  const { messages } = await readOnce(scenario, new LyingServer(description, rows, PREVIOUS_SYNC_MS), undefined, open);
  return emittedBy(messages).states.at(-1);
}

function honestly(description: ServerDescription): ServerDescription {
  return {
    ...description,
    pageSize: { kind: 'honoured', capRows: 200 },
    ignoresPage: false,
    counts: HONEST,
    pastTheEnd: 'empty',
    oddPage: null,
    moves: [],
  };
}

/** Rows that a client has to find as long as they stay: not hidden, and in the filtered list from the beginning. */
function requiredRows(read: Scenario['read'], rows: readonly Row[]): readonly Row[] {
  return rows.filter(
    ({ isHidden, modifiedMs }) => !isHidden && (read !== 'later incremental' || modifiedMs >= CHANGES_FROM_MS),
  );
}

function verdictOn(
  { server: description, read }: Scenario,
  { messages, warnings, isEndless, beforeComparison }: Delivered,
  expected: readonly Row[],
  server: LyingServer,
): Omit<Verdict, 'requests'> {
  const { list } = description;
  const { rows, tombstones, lastStatus, reasons, states } = emittedBy(messages);
  const keysInReading = emittedBy(messages.slice(0, beforeComparison)).rows.map((row) => keyText(row, list));
  const repeats = keysInReading.length - new Set(keysInReading).size;
  const found = new Set(rows.map((row) => keyText(row, list)));
  const missing = expected.filter((row) => !found.has(keyOf(row, list)));
  const expectedKeys = new Set(expected.map((row) => keyOf(row, list)));
  const buried = tombstones.filter((row) => expectedKeys.has(keyText(row, list)));
  const oldestMissingMs = Math.min(...missing.map(({ modifiedMs }) => modifiedMs));
  const hasMovedPast = states.flatMap(cursorOf).some((cursorMs) => cursorMs > oldestMissingMs);
  const isExcused = isUndetectable(
    server.given,
    missing.map((row) => keyOf(row, list)),
    server.hasMoved,
  );
  const lost = `${missing.length} of ${expected.length} rows are missing, the first is ${missing[0]?.name}`;

  if (isEndless) return { kind: 'broken', why: 'the requests do not end' };
  if (buried.length > 0) return { kind: 'lost', why: `${buried.length} rows that exist were removed` };
  switch (lastStatus) {
    case 'INCOMPLETE':
      if (reasons.every((reason) => reason === '')) return { kind: 'broken', why: 'failed without a reason' };
      if (hasMovedPast) return { kind: 'lost', why: `failed, and the cursor moved past missing rows: ${lost}` };
      return { kind: 'given up', why: reasons.join(' ') };
    case 'COMPLETE':
      if (repeats > 0) {
        return { kind: 'repeated', why: `COMPLETE, but ${repeats} of ${keysInReading.length} keys came again` };
      }
      if (missing.length === 0) {
        const excess = isHonest(description) ? excessRequests(server) : 0;
        if (excess > 0) return { kind: 'broken', why: `${excess} requests more than an honest server needs` };
        return { kind: 'whole', why: 'every row came once' };
      }
      if (isExcused) return { kind: 'undetectable', why: lost };
      if (read === 'later incremental' && !hasMovedPast && warnings.length > 0) {
        return { kind: 'repeatable', why: lost };
      }
      return { kind: 'lost', why: `COMPLETE, but ${lost}` };
    default:
      return { kind: 'broken', why: `the last status is ${lastStatus ?? 'none'}` };
  }
}

/** Answers as Float does, and keeps still. */
function isHonest({
  pageSize,
  ignoresPage,
  counts,
  hidesEvery,
  hidesRun,
  duplicate,
  oddPage,
  moves,
  order,
}: ServerDescription): boolean {
  const isWhole = hidesEvery === 0 && hidesRun === null && duplicate === null && oddPage === null && moves.length === 0;
  const isFloatLike = pageSize.kind === 'honoured' && pageSize.capRows >= 200 && !ignoresPage;
  const isInOrder = order.kind !== 'newest first, some out of place';
  return isWhole && isFloatLike && isInOrder && Object.values(counts).every((lie) => lie === 'right');
}

/** Requests for the list beyond one a page; the question for the total that comes before a comparison is not counted, nor is the comparison. */
function excessRequests({ given }: LyingServer): number {
  const question = given.findIndex(({ page, askedRows }) => page === 1 && askedRows === 1);
  const [first, ...others] = question === -1 ? given : given.slice(0, question);
  if (first === undefined) return 0;
  const same = others.filter(({ modifiedSince }) => modifiedSince === first.modifiedSince);
  // Windows that overlap by a row are as many as the pages, and a tenth more in a long list.
  const hasOverlaps = same.some(({ askedRows }) => askedRows !== first.askedRows);
  const allowed = hasOverlaps ? Math.ceil(1.1 * first.lastPage) : first.lastPage;
  return 1 + same.length - allowed;
}

function cursorOf({ modified }: JsonObject): number[] {
  return typeof modified === 'string' ? [Date.parse(modified)] : [];
}

/** One sync of a list, as far as the server lets it come. `open`: the source that is read with. */
export async function readOnce(
  scenario: Scenario,
  server: LyingServer,
  state: JsonObject | undefined,
  open: OpenList = openFloatList,
): Promise<Delivered> {
  const { server: description, read } = scenario;
  const { list } = description;
  const stdout = new MemoryStdout();
  const requests: string[] = [];
  const ended = new AbortController();
  const mostRequests = 40 * mostPages(description) + 400;
  let beforeComparison: number | undefined;
  const transport = fakeTransport((url) => {
    if (requests.length >= mostRequests) ended.abort(new Error('The requests do not end.'));
    ended.signal.throwIfAborted();
    const { pathname, searchParams } = url;
    const path = pathname.slice('/v3'.length);
    // Before it compares keys, the connector asks for one row to learn the total; after changed rows it reads the whole list.
    const isQuestion = searchParams.get('per-page') === '1' && (searchParams.get('page') ?? '1') === '1';
    const isWholeList = path === LISTS[list].path && !searchParams.has('modified_since');
    const isAfterChanges = server.given[0]?.modifiedSince !== undefined;
    if (isQuestion || (isWholeList && isAfterChanges)) beforeComparison ??= stdout.messages.length;
    const answer = server.get(path, searchParams);
    const asked = `${path} ${decodeURIComponent(searchParams.toString())}`;
    requests.push(`${asked} → ${answer.status}, ${answer.body.length} bytes ${counted(answer.headers)}`);
    return answer;
  });
  const { warnings, infos } = await readInProcess({
    open: (context) => open(scenario, transport, context),
    streams: [list],
    mode: read === 'full refresh' ? 'full_refresh' : 'incremental',
    states: new Map(state === undefined ? [] : [[list, state]]),
    clock: server,
    stdout,
    ended,
  });
  return { messages: stdout.messages, warnings, infos, requests, isEndless: ended.signal.aborted, beforeComparison };
}

const openFloatList: OpenList = ({ server, concurrency }, transport, context) =>
  openFloat(transport, context, { streams: [server.list], concurrency });

function mostPages({ pageSize, rows }: ServerDescription): number {
  const size =
    pageSize.kind === 'honoured' ? Math.min(200, pageSize.capRows) : pageSize.kind === 'own' ? pageSize.rows : 200;
  return Math.ceil(rows / size);
}

function counted(headers: Record<string, string>): string {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith('x-pagination-'))
    .map(([name, value]) => `${name.slice('x-pagination-'.length)}=${value}`)
    .join(' ');
}
