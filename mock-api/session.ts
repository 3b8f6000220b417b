import type { MockResponse } from './answers.ts';
import type { Company } from './company.ts';
import { type Fault, losesTheAnswer } from './faults.ts';
import { createHandler, type HandlerOptions, type MockRequest, withoutBase } from './handler.ts';
import { onlyPageHeaders } from './pagination.ts';

export interface RecordedRequest {
  method: string;
  /** Without /v3. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** 0 if a fault prevented a complete response. */
  status: number;
  /** Of arrival, by the mock's clock. */
  at: number;
}

export interface Answer {
  response: MockResponse;
  /** A fault that the server must apply; all other faults are part of the response. */
  fault: Fault | undefined;
}

/** A handler that records requests and plays scripted outcomes for the next ones. Needs no sockets. */
export interface Session {
  answer(request: MockRequest): Answer;
  requests: RecordedRequest[];
  unexpected: string[];
  /** The next requests to that path ('*': to any) get these outcomes, in order. */
  script(path: string, ...outcomes: Fault[]): void;
  /** `change` runs just before the nth request from now to that path is answered. */
  before(path: string, nth: number, change: () => void): void;
  resetRequests(): void;
  consumeQuota(n: number): void;
}

export function createSession(company: Company, options: HandlerOptions = {}): Session {
  const { now = company.clock } = options;
  const handle = createHandler(company, options);
  const requests: RecordedRequest[] = [];
  const scripts: { path: string; outcomes: Fault[] }[] = [];
  const changes: { path: string; countdown: number; change: () => void }[] = [];
  const concerns = (order: { path: string }, path: string) => order.path === path || order.path === '*';

  function runChanges(path: string): void {
    for (const order of changes.filter((order) => concerns(order, path))) {
      order.countdown -= 1;
      if (order.countdown === 0) order.change();
    }
  }

  function nextFault(path: string): Fault | undefined {
    return scripts.find((order) => concerns(order, path) && order.outcomes.length > 0)?.outcomes.shift();
  }

  return {
    requests,
    unexpected: handle.unexpected,
    consumeQuota: handle.consumeQuota,
    answer: (request) => {
      const path = withoutBase(request.path);
      const at = now();
      runChanges(path);
      const fault = nextFault(path);
      const response = overridden(handle(request), fault);
      requests.push({
        method: request.method,
        path,
        query: Object.fromEntries(request.query),
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, value ?? ''])),
        status: losesTheAnswer(fault) ? 0 : response.status,
        at,
      });
      return { response, fault };
    },
    script: (path, ...outcomes) => {
      scripts.push({ path, outcomes });
    },
    before: (path, nth, change) => {
      changes.push({ path, countdown: nth, change });
    },
    resetRequests: () => {
      requests.length = 0;
    },
  };
}

const lowerCase = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A scripted response has only its own headers, a Date and a Content-Type, not those of the normal response. */
function overridden(normal: MockResponse, fault: Fault | undefined): MockResponse {
  const headers = { date: normal.headers.date ?? '', 'content-type': 'application/json; charset=UTF-8' };
  switch (fault?.kind) {
    case 'answer':
      return {
        status: fault.status,
        headers: { ...headers, ...lowerCase(fault.headers ?? {}) },
        body: fault.body ?? '',
      };
    case 'body':
      return { status: 200, headers: { ...headers, ...onlyPageHeaders(fault.body) }, body: fault.body };
    case 'redirect':
      return { status: fault.status ?? 302, headers: { ...headers, location: fault.to }, body: '' };
    default:
      return normal;
  }
}
