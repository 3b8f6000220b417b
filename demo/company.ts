/** The made-up company of the demo, and the mock of Float's API that serves it. */
import { type CompanyOptions, keyOf } from '../mock-api/company.ts';
import { endpointOf, isEndpointName } from '../mock-api/endpoints.ts';
import type { Company, MockApi } from '../mock-api/server.ts';
import { STREAMS } from '../src/float/streams.ts';

/** About 3,300 rows, most of them logged time, so that the weeks on the page are neither empty nor too full. */
export const COMPANY = {
  seed: 7,
  people: 60,
  projects: 20,
  weeks: 12,
  counts: { tasks: 520, 'logged-time': 2400 },
} satisfies CompanyOptions;

/** Milliseconds: about the latency of a server on the same continent. */
export const LATENCY = 60;

const SECOND = 1000;

export const LOGGED_TIME = 'logged_time';

/** Makes the changes between the two syncs, mostly to logged time. Rows that reference the deleted person and project stay. */
export function changeCompany(company: Company): void {
  const newestFirst = company.rows('logged-time').map((row) => String(row.logged_time_id));
  const corrections = [
    { key: newestFirst[2], hours: 6.5 },
    { key: newestFirst[40], hours: 2.25 },
    { key: newestFirst[400], hours: 5 },
  ];
  for (const { key = '', hours } of corrections) company.update('logged-time', key, { hours });
  company.remove('logged-time', newestFirst[4] ?? '');
  for (const hours of [3.5, 7.25]) company.insert('logged-time', { hours });
  for (const endpoint of ['people', 'projects'] as const) {
    const archived = company.rows(endpoint).find(({ active }) => active === 0);
    if (archived !== undefined) company.remove(endpoint, keyOf(endpoint, archived));
  }
}

/** All streams except the reports, which take too long for a demo because of their quota of 30 requests a minute. */
export const SHOWN: ReadonlySet<string> = new Set(
  STREAMS.filter(({ kind }) => kind !== 'report').map(({ name }) => name),
);

/** The keys of all rows of a stream; undefined if the stream is not a list of stored rows. */
export function keysOf(company: Company, stream: string): string[] | undefined {
  const endpoint = STREAMS.find(({ name }) => name === stream)?.path.slice(1);
  if (endpoint === undefined || !isEndpointName(endpoint)) return undefined;
  return company.rows(endpoint).map((row) => String(row[endpointOf(endpoint).key]));
}

/** The largest number of requests within one second. */
export function busiestSecond(mock: MockApi): number {
  const times = mock.requests.map(({ at }) => at);
  return Math.max(0, ...times.map((end) => times.filter((time) => time > end - SECOND && time <= end).length));
}
