/**
 * The mock API with Float's limits in a separate process, with a clock that may run faster than real time.
 * Prints its address as one line of JSON. Answers each message with the requests so far.
 * usage: quota-server.js PAGES LATENCY_MS CLOCK(JSON) still|lively
 */
import { createCompany } from '../mock-api/company.ts';
import { floatLimits } from '../mock-api/limits.ts';
import { startMockApi } from '../mock-api/server.ts';
import { readClock } from './fast-clock.ts';

/** Small pages, so that the number of requests determines the time. */
const ROWS_A_PAGE = 20;
const DAY = 24 * 3_600_000;

const [pages = 1, latency = 0] = process.argv.slice(2).map(Number);
const [clockText = '', mood] = process.argv.slice(4);
const { speed, now } = readClock(clockText);
const counts = { 'logged-time': pages * ROWS_A_PAGE };
const company = createCompany({ counts, now: mood === 'lively' ? now : () => now() - DAY });
company.rows('logged-time');
const mock = await startMockApi({
  company,
  now,
  latencyMs: latency / speed,
  limits: floatLimits,
  largestPage: ROWS_A_PAGE,
});
process.stdout.write(`${JSON.stringify({ url: mock.url })}\n`);
process.on('message', () => {
  const refused = mock.requests.filter(({ status }) => status === 429).length;
  process.send?.({ requests: mock.requests.length, refused, rows: counts['logged-time'], rowsAPage: ROWS_A_PAGE });
});
