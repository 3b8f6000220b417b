import { type Company, type CompanyOptions, createCompany } from '../../mock-api/company.ts';
import { createHandler, type Handler, type HandlerOptions } from '../../mock-api/handler.ts';
import type { Row } from '../../mock-api/rows.ts';

export const NOON = Date.parse('2026-06-10T12:00:00Z');

/** A clock that stands until it is moved. */
export function createClock(start = NOON) {
  const clock = { ms: start, now: () => clock.ms };
  return clock;
}

export interface Mock {
  company: Company;
  clock: { ms: number };
  handle: Handler;
  get(pathAndQuery: string, headers?: Record<string, string>): Reply;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
  rows: Row[];
}

export function mock(options: Omit<HandlerOptions, 'now'> & { company?: CompanyOptions } = {}): Mock {
  const clock = createClock();
  const company = createCompany({ people: 10, projects: 8, weeks: 3, ...options.company, now: clock.now });
  const handle = createHandler(company, { limits: null, ...options });
  const get = (pathAndQuery: string, headers: Record<string, string> = { authorization: 'Bearer mock-token' }) => {
    const { pathname, searchParams } = new URL(`http://mock/v3${pathAndQuery}`);
    const reply = handle({ method: 'GET', path: pathname, query: searchParams, headers });
    return { ...reply, rows: rowsIn(reply.body) };
  };
  return { company, clock, handle, get };
}

function rowsIn(body: string): Row[] {
  if (!body.startsWith('[') && !body.startsWith('{')) return [];
  const parsed = JSON.parse(body);
  return Array.isArray(parsed) ? parsed : (parsed.data ?? parsed.people ?? parsed.projects ?? [parsed]);
}

export function pageHeaders(headers: Record<string, string>): Record<string, string> {
  const prefix = 'x-pagination-';
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
