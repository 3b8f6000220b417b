import { createCompany } from '../mock-api/company.ts';
import { floatLimits } from '../mock-api/limits.ts';
import { startMockApi } from '../mock-api/server.ts';
import { readByConnector } from './connector.ts';
import { printTable } from './table.ts';

/** Small pages, so that the number of requests determines the time. */
const ROWS_A_PAGE = 20;
const ROWS = 500 * ROWS_A_PAGE;
const DAY_MS = 24 * 3_600_000;

/**
 * Under Float's quota: the time compared with the minimum that the quota allows, and the number of 429 responses. The cases run
 * at the same time, each with its own mock API, because they spend most of it waiting.
 */
export async function quota(): Promise<void> {
  const cases = [50, 300].flatMap((latencyMs) => [readUnderQuota(latencyMs, false), readUnderQuota(latencyMs, true)]);
  const { perMinute, perSecond } = floatLimits;
  printTable(`Quota: ${perMinute} requests a minute, ${perSecond} a second`, await Promise.all(cases));
}

async function readUnderQuota(latencyMs: number, isJustChanged: boolean): Promise<Record<string, string | number>> {
  const now = isJustChanged ? Date.now : () => Date.now() - DAY_MS;
  const company = createCompany({ counts: { 'logged-time': ROWS }, now });
  company.rows('logged-time');
  const mock = await startMockApi({ company, now: Date.now, latencyMs, largestPage: ROWS_A_PAGE });
  try {
    const { wallSeconds } = await readByConnector(mock.url, ROWS, {});
    const requests = mock.requests.length;
    const least = leastSeconds(requests, latencyMs);
    return {
      'latency ms': latencyMs,
      list: isJustChanged ? 'changed just now' : 'unchanged',
      requests,
      pages: ROWS / ROWS_A_PAGE,
      '429 responses': mock.requests.filter(({ status }) => status === 429).length,
      s: wallSeconds.toFixed(1),
      'minimum s': least.toFixed(1),
      ratio: (wallSeconds / least).toFixed(3),
    };
  } finally {
    await mock.close();
  }
}

/** The minimum time for this number of requests, if each is sent as soon as both windows allow it. */
function leastSeconds(requests: number, latencyMs: number): number {
  const sent: number[] = [];
  for (let index = 0; index < requests; index += 1) {
    const minute = (sent[index - floatLimits.perMinute] ?? -60) + 60;
    const second = (sent[index - floatLimits.perSecond] ?? -1) + 1;
    sent.push(Math.max(minute, second, 0));
  }
  return (sent.at(-1) ?? 0) + latencyMs / 1000;
}
