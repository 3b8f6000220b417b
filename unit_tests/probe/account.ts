import { setMaxListeners } from 'node:events';
import type { MockResponse } from '../../mock-api/answers.ts';
import { type Company, type CompanyOptions, createCompany, keyOf } from '../../mock-api/company.ts';
import { endpointNames, endpointOf } from '../../mock-api/endpoints.ts';
import type { HandlerOptions } from '../../mock-api/handler.ts';
import { createSession } from '../../mock-api/session.ts';
import { type Probed, probe } from '../../probe/probe.ts';
import { markdownReport } from '../../probe/report.ts';
import { interpret } from '../../src/cdk/http/answer.ts';
import type { Failure } from '../../src/cdk/http/outcome.ts';
import type { Clock } from '../../src/cdk/index.ts';

export const TOKEN = 'flt_probe-token-81';
const NOW = Date.parse('2026-06-10T12:00:00Z');

/** How an account differs from a normal one. */
export interface Otherwise {
  /** No list has rows. */
  readonly isEmpty?: boolean;
  readonly company?: CompanyOptions;
  readonly options?: HandlerOptions;
  /** The response to `path` (without /v3) instead of the normal one, or the failure of the connection. */
  readonly answer?: (path: string, normal: MockResponse, query: URLSearchParams) => MockResponse | Failure | undefined;
}

export interface Run extends Probed {
  readonly company: Company;
  /** Requests as the server counted them. */
  readonly counted: number;
  readonly markdown: string;
}

/** A clock that skips waits. */
function hastyClock(): Clock {
  let time = NOW;
  return {
    now: () => time,
    sleep: async (ms) => {
      time += ms;
    },
  };
}

/** Probes a mock in process. A few rows were changed and deleted just now, so that all assumptions can be checked. */
export async function probeMock({
  isEmpty = false,
  company: sizes = {},
  options = {},
  answer,
}: Otherwise = {}): Promise<Run> {
  const clock = hastyClock();
  const counts = isEmpty ? Object.fromEntries(endpointNames.map((name) => [name, 0])) : {};
  const company = createCompany({ now: clock.now, people: 16, projects: 8, weeks: 2, counts, ...sizes });
  const session = createSession(company, { token: TOKEN, now: clock.now, ...options });
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  if (!isEmpty) changeRows(company);
  const context = { clock, signal, log: () => undefined, mask: () => '', rateLimited: () => undefined };
  const config = {
    apiToken: TOKEN,
    startDate: undefined,
    baseUrl: 'https://float.example/v3',
    requestsPerMinute: 200,
    requestsPerSecond: 10,
    concurrency: 4,
    contactEmail: undefined,
  };
  const { results, requests } = await probe(config, context, async (_, headers) => ({
    close: () => undefined,
    get: async (url) => {
      const { pathname, searchParams: query } = new URL(url);
      const request = { method: 'GET', path: pathname, query, headers: { authorization: headers.Authorization } };
      const normal = session.answer(request).response;
      const sent = answer?.(pathname.replace('/v3', ''), normal, query) ?? normal;
      if ('outcome' in sent) return sent;
      return interpret(sent.status, { get: (name) => sent.headers[name] ?? null }, sent.body);
    },
  }));
  const markdown = markdownReport(results, { version: '1.2.3', isFloat: false, requests });
  return { results, requests, company, counted: session.requests.length, markdown };
}

function changeRows(company: Company): void {
  for (const name of ['people', 'projects', 'phases', 'tasks', 'timeoffs', 'logged-time'] as const) {
    company.insert(name);
    if (endpointOf(name).deletions) company.remove(name, keyOf(name, company.insert(name)));
  }
}

/** Every text and every large number in the company's rows. */
export function valuesOf(company: Company): string[] {
  const values = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string' && value.length > 4) values.add(value);
    else if (typeof value === 'number' && value > 9_999) values.add(String(value));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  for (const name of endpointNames) visit(company.rows(name));
  return [...values];
}
