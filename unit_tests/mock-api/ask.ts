import { type Company, type CompanyOptions, createCompany } from '../../mock-api/company.ts';
import { createHandler, type Handler, type HandlerOptions, type MockResponse } from '../../mock-api/handler.ts';
import type { Row } from '../../mock-api/rows.ts';

export const NOON = Date.parse('2026-06-10T12:00:00Z');

export interface Mock {
  company: Company;
  /** Stands still unless a test moves it. */
  clock: { ms: number };
  handle: Handler;
  get(pathAndQuery: string, headers?: Record<string, string>): MockResponse & { rows: Row[] };
}

export function mock(options: Omit<HandlerOptions, 'now'> & { company?: CompanyOptions } = {}): Mock {
  const clock = { ms: NOON };
  const company = createCompany({ people: 10, projects: 8, weeks: 3, ...options.company, now: () => clock.ms });
  const handle = createHandler(company, { limits: null, ...options });
  const get = (pathAndQuery: string, headers: Record<string, string> = { authorization: 'Bearer mock-token' }) => {
    const { pathname, searchParams } = new URL(`http://mock/v3${pathAndQuery}`);
    const reply = handle({ method: 'GET', path: pathname, query: searchParams, headers });
    return { ...reply, rows: rowsIn(reply) };
  };
  return { company, clock, handle, get };
}

function rowsIn({ headers, body }: MockResponse): Row[] {
  if (headers['content-type']?.includes('json') !== true) return [];
  const parsed = JSON.parse(body);
  return Array.isArray(parsed) ? parsed : (parsed.data ?? parsed.people ?? parsed.projects ?? [parsed]);
}
