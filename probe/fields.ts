/** Assumptions about the fields of rows and about expansions. */
import type { JsonObject, JsonValue } from '../src/cdk/index.ts';
import { expand } from '../src/float/lists.ts';
import { readProjectFile } from '../src/float/project-files.ts';
import type { FloatStream } from '../src/float/streams.ts';
import { type Account, count, FIRST, rowsIn } from './account.ts';
import { type Assumption, type Finding, judged, notAsked, unseen, withoutPage } from './assumption.ts';
import { LISTS, onFirstPage, REPORTS } from './questions.ts';
import { jsonType, printableName } from './words.ts';

const unknown: Assumption = {
  name: 'Fields without a column',
  expected: 'none; in the newer lists some',
  ifDifferent: 'Their values are in additional_fields. Report them, so that they become columns.',
  ask: async (account) => [
    ...(await onFirstPage(LISTS, ({ stream, rows }) => unknownIn(stream, rows))(account)),
    ...(await onReports(account, (report, rows) => unknownIn(report, rows))),
  ],
};

async function unknownIn(stream: FloatStream, rows: readonly JsonObject[]): Promise<Finding> {
  const { name } = stream;
  if (rows.length === 0) return unseen('no rows', name);
  const { properties } = await readProjectFile<{ properties: Record<string, JsonValue> }>(`schemas/${name}.json`);
  const types = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const [field, value] of Object.entries(row)) {
      if (Object.hasOwn(properties, field)) continue;
      const printable = printableName(field);
      types.set(printable, (types.get(printable) ?? new Set()).add(jsonType(value)));
    }
  }
  if (types.size === 0) return judged(true, 'none', name);
  const told = [...types].map(([field, found]) => `${field} (${[...found].sort().join(' or ')})`);
  return judged(stream.unknownFieldsLevel === 'INFO', told.join(', '), name);
}

/** The last complete month. Its report is not empty if the account has people. */
function lastMonth(today: Date): { start_date: string; end_date: string } {
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return { start_date: day(Date.UTC(year, month - 1, 1)), end_date: day(Date.UTC(year, month, 0)) };
}

async function onReports(
  account: Account,
  see: (report: FloatStream, rows: readonly JsonObject[], isPaged: boolean) => Finding | Promise<Finding>,
): Promise<Finding[]> {
  return Promise.all(
    REPORTS.map(async (report) => {
      const reply = await account.ask(report, lastMonth(account.today));
      if (reply.kind === 'failed') return notAsked(reply.why, report.name);
      if (reply.kind === 'refused') return unseen(`refused (${reply.status})`, report.name);
      const rows = rowsIn(reply.answer, report);
      if (rows === undefined) return judged(false, 'no list', report.name);
      return see(report, rows, (count(reply.answer, 'page-count') ?? 1) > 1);
    }),
  );
}

const reports: Assumption = {
  name: 'A report is complete in one response',
  expected: 'all rows of a month in one answer',
  ifDifferent: 'Rows of the report are missing.',
  ask: (account) =>
    onReports(account, ({ name }, _, isPaged) => judged(!isPaged, isPaged ? 'in pages' : 'in one answer', name)),
};

const expansions: Assumption = {
  name: 'Columns that need an expansion',
  expected: 'accepted, and the column is there',
  ifDifferent: 'The column stays empty. The sync logs a warning and reads the rows without it.',
  ask: async (account) => {
    const found = [];
    for (const stream of LISTS) if (stream.expand.length > 0) found.push(...(await expansionsOf(stream, account)));
    return found;
  },
};

/** Requests all expansions together, as the connector does; if refused, each alone. */
async function expansionsOf(stream: FloatStream, account: Account): Promise<Finding[]> {
  const together = await columnsOf(stream, stream.expand, account);
  const isRefused = together.some(({ verdict }) => verdict === 'different') && stream.expand.length > 1;
  if (!isRefused) return together;
  const alone = [];
  for (const column of stream.expand) alone.push(...(await columnsOf(stream, [column], account)));
  const areAccepted = alone.every(({ verdict }) => verdict === 'as expected');
  return areAccepted ? [judged(false, 'each alone is accepted, not all together', stream.name)] : alone;
}

async function columnsOf(stream: FloatStream, columns: readonly string[], account: Account): Promise<Finding[]> {
  const page = await account.page(stream, { ...FIRST, ...expand(columns) });
  return columns.map((column) => {
    const about = `${stream.name}.${column}`;
    if (page.kind === 'no page') return withoutPage(page, 'different', about);
    if (page.rows.length === 0) return unseen('accepted, but the list is empty', about);
    const isThere = page.rows.some((row) => Object.hasOwn(row, column));
    return judged(isThere, isThere ? 'there' : 'accepted, but not there', about);
  });
}

export const ON_FIELDS: readonly Assumption[] = [unknown, reports, expansions];
