/** Assumptions about the fields of rows and about expansions. */
import type { JsonObject, JsonValue } from '../src/cdk/index.ts';
import { expand } from '../src/float/lists.ts';
import { readProjectFile } from '../src/float/project-files.ts';
import { type FloatStream, STREAMS } from '../src/float/streams.ts';
import { type Account, count, FIRST, type NoAnswer, type Page, rowsIn } from './account.ts';
import { type Assumption, type Finding, judged, unanswered, unseen } from './assumption.ts';
import { LISTS, onAnswer, onFirstPage } from './questions.ts';
import { jsonType, printableName } from './words.ts';

/** The reports of the last complete month. They are not empty if the account has people. */
const REPORTS = STREAMS.filter(({ kind }) => kind === 'report').map(
  (report): FloatStream => ({ ...report, params: (_, now) => lastMonth(now) }),
);

function lastMonth(now: Date): { start_date: string; end_date: string } {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return { start_date: day(Date.UTC(year, month - 1, 1)), end_date: day(Date.UTC(year, month, 0)) };
}

export const ON_FIELDS: readonly Assumption[] = [
  {
    name: 'Fields without a column',
    expected: 'none, except in the newer lists',
    ifDifferent: 'Their values are in additional_fields. Report them, so that they become columns.',
    ask: async (account) => [
      ...(await onFirstPage(LISTS, ({ stream, rows }) => unknownIn(stream, rows))(account)),
      ...(await onAnswer(REPORTS, (answer, report) => unknownIn(report, rowsIn(answer, report) ?? []))(account)),
    ],
  },
  {
    name: 'A report is complete in one response',
    expected: 'all rows of a month in one response',
    ifDifferent: 'Rows of the report are missing.',
    ask: onAnswer(REPORTS, (answer, report) => {
      if (rowsIn(answer, report) === undefined) return judged(false, 'no list');
      return judged((count(answer, 'page-count') ?? 1) <= 1, 'in one response', 'in pages');
    }),
  },
  {
    name: 'Columns that need an expansion',
    expected: 'accepted, and the column is there',
    ifDifferent: 'The column stays empty. The sync logs a warning and reads the rows without it.',
    ask: async (account) => {
      const found = [];
      for (const stream of LISTS) if (stream.expand.length > 0) found.push(...(await expansionsOf(stream, account)));
      return found;
    },
  },
];

async function unknownIn(stream: FloatStream, rows: readonly JsonObject[]): Promise<Finding> {
  if (rows.length === 0) return unseen('no rows');
  const schema = `schemas/${stream.name}.json`;
  const { properties } = await readProjectFile<{ properties: Record<string, JsonValue> }>(schema);
  const types = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const [field, value] of Object.entries(row)) {
      if (Object.hasOwn(properties, field)) continue;
      const printable = printableName(field);
      types.set(printable, (types.get(printable) ?? new Set()).add(jsonType(value)));
    }
  }
  if (types.size === 0) return judged(true, 'none');
  const told = [...types].map(([field, found]) => `${field} (${[...found].sort().join(' or ')})`);
  return judged(stream.unknownFieldsLevel === 'INFO', told.join(', '));
}

/** Requests all expansions together, as the connector does; if refused, each alone. */
async function expansionsOf(stream: FloatStream, account: Account): Promise<Finding[]> {
  const together = await columnsOf(stream, stream.expand, account);
  const isRefused = together.some(({ verdict }) => verdict === 'different') && stream.expand.length > 1;
  if (!isRefused) return together;
  const alone = [];
  for (const column of stream.expand) alone.push(...(await columnsOf(stream, [column], account)));
  if (alone.some(({ verdict }) => verdict !== 'as expected')) return alone;
  return [{ about: stream.name, ...judged(false, 'each alone is accepted, not all together') }];
}

async function columnsOf(stream: FloatStream, columns: readonly string[], account: Account): Promise<Finding[]> {
  const page = await account.page(stream, { ...FIRST, ...expand(columns) });
  return columns.map((column) => ({ about: `${stream.name}.${column}`, ...seen(page, column) }));
}

function seen(page: Page | NoAnswer, column: string): Finding {
  if (page.kind === 'no answer') return unanswered(page, 'different');
  if (page.rows.length === 0) return unseen('accepted, but the list is empty');
  const isThere = page.rows.some((row) => Object.hasOwn(row, column));
  return judged(isThere, 'there', 'accepted, but not there');
}
