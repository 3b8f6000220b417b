import { readFileSync } from 'node:fs';
import { type EndpointName, endpointOf, isEndpointName } from '../../mock-api/endpoints.ts';
import { isReportName, type ReportName } from '../../mock-api/reports.ts';
import type { Key } from '../../mock-api/rows.ts';
import type { MockApi } from '../../mock-api/server.ts';
import { type FloatStream, STREAMS } from '../../src/float/streams.ts';
import type { Records } from '../../src/float/types/index.ts';

/**
 * What tests expect of a stream. Keys, cursors and expansions come from the mock, which is written from Float's documentation, so
 * tests compare the table in src/ with an independent source. Names, paths and parameters come from the table.
 */
export interface ExpectedStream {
  path: string;
  endpoint: EndpointName;
  key: string;
  primaryKey: string[];
  incremental: boolean;
  /** Fields of the company's rows that the connector does not request. */
  withheld: string[];
  /** Parameters of each request, besides page, per-page, modified_since and dates. */
  query: Record<string, string>;
}

export type ReportStream = Extract<keyof Records, `reports_${string}`>;

/** Streams that read lists of rows. */
export type StreamName = Exclude<keyof Records, ReportStream>;

/** Parameters of the requests to each list; `npm run generate` writes this file. */
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
  };
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

/** Paths of the streams that `discover` offers only if the server has them. */
export const OPTIONAL: Readonly<Record<string, string>> = Object.fromEntries(
  STREAMS.filter(({ isOptional }) => isOptional).map(({ name, path }) => [name, path]),
);

export const expected = (name: StreamName): ExpectedStream => EXPECTED[name];

/** The keys of the company's rows, in the order of the list. */
export const keysOf = ({ company }: Pick<MockApi, 'company'>, name: StreamName): Key[] =>
  company.rows(expected(name).endpoint).map((row) => row[expected(name).key] as Key);

export const INCREMENTAL = STREAM_NAMES.filter((name) => expected(name).incremental);
