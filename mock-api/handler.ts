import { edgeForbidden, type MockResponse, problem, Refusal, tooManyRequests } from './answers.ts';
import type { Company } from './company.ts';
import { answerDeleted, type LogFault } from './delete-log.ts';
import { type EndpointName, endpointOf, isEndpointName } from './endpoints.ts';
import { createLimiter, floatLimits, type Limits, type Verdict } from './limits.ts';
import { answerList, answerOne, type ListSettings } from './lists.ts';
import type { Ask } from './query.ts';
import { answerReport, isReportName, type ReportName } from './reports.ts';

export type { MockResponse } from './answers.ts';

export const BASE_PATH = '/v3';

type CompanyClocks = Pick<Company, 'clockSkewMs' | 'rowClockSkewMs' | 'deletionClockSkewMs' | 'visibilityDelayMs'>;

export interface HandlerOptions extends Partial<ListSettings & CompanyClocks> {
  token?: string;
  /** Epoch milliseconds. */
  now?: () => number;
  limits?: Limits | null;
  rateLimitHeaders?: boolean;
  timeTracking?: boolean;
  deleteLog?: 'available' | 'missing' | 'forbidden';
  deleteLogRepeats?: boolean;
  /** The fault of the Delete Log; evaluated for each request. */
  deleteLogFault?: () => LogFault | undefined;
  /** Paths that answer 404, such as '/project-stages'. */
  absent?: readonly string[];
  /** Paths that answer 403, like features that are not in the plan. */
  denied?: readonly string[];
}

export interface MockRequest {
  method: string;
  /** The path of the URL, with /v3. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
}

export interface Handler {
  (request: MockRequest): MockResponse;
  /** Complaints about requests that a correct client would not send. */
  unexpected: string[];
  consumeQuota(n: number): void;
}

type Route =
  | { kind: 'list'; name: EndpointName }
  | { kind: 'one'; name: EndpointName; key: string }
  | { kind: 'report'; name: ReportName }
  | { kind: 'deleted'; name: EndpointName };

function routeOf(path: string): Route | null {
  const [, base, first = '', second, ...rest] = path.split('/');
  if (`/${base}` !== BASE_PATH || rest.length > 0) return null;
  if (isEndpointName(first)) {
    return second === undefined ? { kind: 'list', name: first } : { kind: 'one', name: first, key: second };
  }
  if (second === undefined) return null;
  if (first === 'reports' && isReportName(second)) return { kind: 'report', name: second };
  if (first === 'deleted' && isEndpointName(second) && endpointOf(second).deletions) {
    return { kind: 'deleted', name: second };
  }
  return null;
}

export const withoutBase = (path: string): string =>
  path.startsWith(`${BASE_PATH}/`) ? path.slice(BASE_PATH.length) : path;

/** Float's API as a function from request to response. Also applies the clock options to the company. */
export function createHandler(company: Company, options: HandlerOptions = {}): Handler {
  const {
    token = 'mock-token',
    now = company.clock,
    dialect = 'float',
    paginationHeaders = 'all',
    pastTheEnd = 'repeat',
    largestPage = 200,
    limits = floatLimits,
    rateLimitHeaders = true,
    timeTracking = true,
    deleteLog = 'available',
    deleteLogRepeats = false,
    deleteLogFault = () => undefined,
    absent = [],
    denied = [],
    refusedExpansions = () => undefined,
  } = options;
  company.clock = now;
  company.clockSkewMs = options.clockSkewMs ?? 0;
  company.rowClockSkewMs = options.rowClockSkewMs ?? 0;
  company.deletionClockSkewMs = options.deletionClockSkewMs ?? 0;
  company.visibilityDelayMs = options.visibilityDelayMs ?? (() => 0);
  const limiter = limits === null ? null : createLimiter(limits, now);
  const lists = { dialect, paginationHeaders, pastTheEnd, largestPage, refusedExpansions };
  const missing = (route: Route, path: string) =>
    absent.includes(path) || (route.kind === 'deleted' && deleteLog === 'missing');
  const unexpected: string[] = [];

  function handle(request: MockRequest): MockResponse {
    const verdict = limiter?.arrive(request.path.startsWith(`${BASE_PATH}/reports/`)) ?? null;
    const response = verdict === null || verdict.allowed ? answer(request) : tooManyRequests;
    return {
      ...response,
      headers: {
        date: new Date(company.now()).toUTCString(),
        vary: 'Accept',
        ...(verdict === null ? {} : meterHeaders(verdict)),
        ...response.headers,
      },
    };
  }

  function meterHeaders({ allowed, limit, remaining, reset, retryAfter }: Verdict): Record<string, string> {
    return {
      ...(rateLimitHeaders
        ? {
            'ratelimit-limit': String(limit),
            'ratelimit-remaining': String(remaining),
            'ratelimit-reset': String(reset),
            'x-ratelimit-limit-minute': String(limit),
            'x-ratelimit-remaining-minute': String(remaining),
          }
        : {}),
      ...(!allowed ? { 'retry-after': String(retryAfter) } : {}),
    };
  }

  function answer({ method, path, query, headers }: MockRequest): MockResponse {
    const shortPath = withoutBase(path);
    const complain = (sentence: string) => unexpected.push(`${method} ${shortPath}: ${sentence}`);
    const route = routeOf(path);
    if (route === null) complain('unknown path');
    if (!headers.authorization) return edgeForbidden;
    // Unknown paths answer 404 even to a wrong token, known ones 401 (probed by other clients' authors).
    if (route === null || missing(route, shortPath)) return problem(404, 'Page not found.');
    if (headers.authorization !== `Bearer ${token}`) {
      return problem(401, 'Your request was made with invalid credentials.');
    }
    if (method !== 'GET') {
      complain('wrong method');
      return problem(405, 'Method Not Allowed.');
    }
    if (denied.includes(shortPath)) return problem(403, 'This feature is not part of your plan.');
    try {
      return dispatch(route, { query, complain });
    } catch (error) {
      if (error instanceof Refusal) return error.response;
      throw error;
    }
  }

  function dispatch(route: Route, ask: Ask): MockResponse {
    switch (route.kind) {
      case 'report':
        return answerReport(route.name, company, ask, dialect);
      case 'deleted':
        if (deleteLog === 'forbidden') return problem(403, 'The Delete Log is not part of your plan.');
        return answerDeleted(route.name, company, ask, { repeats: deleteLogRepeats, fault: deleteLogFault() });
    }
    if (route.name === 'logged-time' && !timeTracking) return problem(403, 'Time tracking is not enabled.');
    return route.kind === 'list'
      ? answerList(route.name, company, ask, lists)
      : answerOne(route.name, route.key, company, ask, lists);
  }

  return Object.assign(handle, { unexpected, consumeQuota: (n: number) => limiter?.consumeQuota(n) });
}
