import { readFileSync } from 'node:fs';
import { createCompany } from '../../mock-api/company.ts';
import { type EndpointName, endpointOf, isEndpointName } from '../../mock-api/endpoints.ts';
import { isReportName, type ReportName } from '../../mock-api/reports.ts';
import { type FloatStream, STREAMS } from '../../src/float/streams.ts';
import type { Records } from '../../src/float/types/index.ts';

/**
 * What must hold of a stream. Keys, cursors and what a list can expand are the mock's, which is written from Float's
 * documentation: so the table in src/ has something to meet. Names, paths and parameters are the table's.
 */
export interface ExpectedStream {
  path: string;
  endpoint: EndpointName;
  key: string;
  primaryKey: string[];
  incremental: boolean;
  /** Fields of the company's rows that the connector has no reason to ask for. */
  withheld: string[];
  /** What the request says beside page, per-page, modified_since and dates. */
  query: Record<string, string>;
  /** Fields that the schema lacks: those that the mock makes up where little is known. */
  unknown: string[];
}

export type ReportStream = Extract<keyof Records, `reports_${string}`>;

/** The streams that are lists of rows. */
export type StreamName = Exclude<keyof Records, ReportStream>;

const company = createCompany();

/** What every request to a list says, as `npm run generate` writes it for all tests. */
const REQUESTED: Readonly<Record<string, { params?: Record<string, string> }>> = JSON.parse(
  readFileSync(new URL('../../e2e/streams.json', import.meta.url), 'utf8'),
);

function expectedOf(row: FloatStream): ExpectedStream {
  const endpoint = row.path.slice(1);
  if (!isEndpointName(endpoint)) {
    throw new Error(`The mock API has no list ${row.path}. Add it to mock-api/simple-lists.ts.`);
  }
  const { key, keyWithin, modifiedSince = false, expand = [] } = endpointOf(endpoint);
  const withheld = expand.filter((field) => !row.expand.includes(field));
  return {
    path: row.path,
    endpoint,
    key,
    primaryKey: keyWithin === undefined ? ['id'] : ['id', keyWithin],
    incremental: modifiedSince,
    withheld,
    query: REQUESTED[row.name]?.params ?? {},
    unknown: filledFields(endpoint).filter((field) => !withheld.includes(field) && !declared(row.name).has(field)),
  };
}

const filledFields = (endpoint: EndpointName): string[] => [
  ...new Set(company.rows(endpoint).flatMap((row) => Object.keys(row).filter((field) => row[field] !== null))),
];

function declared(name: string): ReadonlySet<string> {
  const file = new URL(`../../schemas/${name}.json`, import.meta.url);
  return new Set(Object.keys(JSON.parse(readFileSync(file, 'utf8')).properties));
}

const ofKind = (kind: FloatStream['kind']): FloatStream[] => STREAMS.filter((row) => row.kind === kind);

export const EXPECTED = Object.fromEntries(ofKind('list').map((row) => [row.name, expectedOf(row)])) as Record<
  StreamName,
  ExpectedStream
>;

export const STREAM_NAMES = Object.keys(EXPECTED) as StreamName[];

export interface ExpectedReport {
  path: string;
  report: ReportName;
  key: string;
}

function expectedReportOf({ path, nativeKey }: FloatStream): ExpectedReport {
  const report = path.replace('/reports/', '');
  if (!isReportName(report)) throw new Error(`The mock API has no report ${path}.`);
  return { path, report, key: nativeKey };
}

export const REPORTS = Object.fromEntries(ofKind('report').map((row) => [row.name, expectedReportOf(row)])) as Record<
  ReportStream,
  ExpectedReport
>;

export const REPORT_STREAMS = Object.keys(REPORTS) as ReportStream[];

/** Those that `discover` offers only where the server has them, with their paths. */
export const OPTIONAL: Readonly<Record<string, string>> = Object.fromEntries(
  STREAMS.filter(({ isOptional }) => isOptional).map(({ name, path }) => [name, path]),
);

export const expected = (name: StreamName): ExpectedStream => EXPECTED[name];

export const INCREMENTAL = STREAM_NAMES.filter((name) => expected(name).incremental);
