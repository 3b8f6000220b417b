import { setMaxListeners } from 'node:events';
import type { MockResponse } from '../../mock-api/answers.ts';
import { type Company, type CompanyOptions, createCompany } from '../../mock-api/company.ts';
import { endpointNames } from '../../mock-api/endpoints.ts';
import type { HandlerOptions } from '../../mock-api/handler.ts';
import { createSession } from '../../mock-api/session.ts';
import { type Probed, probe } from '../../probe/probe.ts';
import { markdownReport, terminalReport } from '../../probe/report.ts';
import { interpret } from '../../src/cdk/http/answer.ts';
import type { Failure } from '../../src/cdk/http/outcome.ts';
import type { Clock } from '../../src/cdk/index.ts';

export const TOKEN = 'flt_probe-token-81';
const NOW = Date.parse('2026-06-10T12:00:00Z');

export interface Asked {
  /** Without /v3. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** How an account differs from an honest mock. */
export interface Otherwise {
  readonly company?: CompanyOptions;
  readonly options?: HandlerOptions;
  /** After the company was made. */
  readonly change?: (company: Company) => void;
  /** What the server sends instead. A failure is one of the connection. */
  readonly answer?: (asked: Asked, normal: MockResponse) => MockResponse | Failure | undefined;
}

export interface Run extends Probed {
  readonly company: Company;
  /** Requests as the server counted them. */
  readonly counted: number;
  /** Both reports. */
  readonly text: string;
}

/** Whoever sleeps wakes at once, and finds that the time has passed. */
function hastyClock(): Clock {
  let time = NOW;
  return {
    now: () => time,
    sleep: async (ms) => {
      time += ms;
    },
  };
}

/** Probes a mock in process, in no time. */
export async function probeMock({ company: sizes = {}, options = {}, change, answer }: Otherwise = {}): Promise<Run> {
  const clock = hastyClock();
  const company = createCompany({ now: clock.now, people: 16, projects: 8, weeks: 2, ...sizes });
  const session = createSession(company, { token: TOKEN, now: clock.now, ...options });
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  change?.(company);
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
  const probed = probe(config, context, async (_, headers) => ({
    close: () => undefined,
    get: async (url) => {
      const { pathname, searchParams: query } = new URL(url);
      const request = { method: 'GET', path: pathname, query, headers: { authorization: headers.Authorization } };
      const normal = session.answer(request).response;
      const sent = answer?.({ path: pathname.replace('/v3', ''), query }, normal) ?? normal;
      if ('outcome' in sent) return sent;
      return interpret(sent.status, { get: (name) => sent.headers[name] ?? null }, sent.body);
    },
  }));
  const { results, requests } = await probed;
  const text = markdownReport(results, { version: '1.2.3', isFloat: false, requests }) + terminalReport(results, 120);
  return { results, requests, company, counted: session.requests.length, text };
}

/** Rows that were changed and deleted just now, so that everything can be seen. */
export function liveCompany(company: Company): void {
  for (const name of ['people', 'projects', 'phases', 'tasks', 'timeoffs', 'logged-time'] as const)
    company.insert(name);
  for (const name of ['tasks', 'timeoffs', 'logged-time'] as const) {
    const [row] = company.rows(name).slice(3);
    const key = { tasks: 'task_id', timeoffs: 'timeoff_id', 'logged-time': 'logged_time_id' }[name];
    company.remove(name, String(row?.[key]).length > 15 ? String(row?.[key]) : Number(row?.[key]));
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
