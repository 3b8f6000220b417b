import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { MockResponse } from './answers.ts';
import { Company, type CompanyOptions, createCompany } from './company.ts';
import type { Fault } from './faults.ts';
import { BASE_PATH, type HandlerOptions, type MockRequest } from './handler.ts';
import { createSession, type Session } from './session.ts';

export type { Company } from './company.ts';
export type { Fault } from './faults.ts';
export type { RecordedRequest } from './session.ts';

export interface MockOptions extends HandlerOptions {
  company?: Company | CompanyOptions;
  port?: number;
  /** Delay before every response. */
  latencyMs?: number;
}

export interface MockApi extends Omit<Session, 'answer'> {
  /** With /v3. */
  url: string;
  token: string;
  company: Company;
  close(): Promise<void>;
}

export async function startMockApi(options: MockOptions = {}): Promise<MockApi> {
  const { port = 0, latencyMs = 0, token = 'mock-token' } = options;
  const company = companyOf(options);
  const { answer, ...session } = createSession(company, options);
  const timers = new Set<NodeJS.Timeout>();

  const server = createServer((incoming, outgoing) => {
    const request = requestOf(incoming);
    const { response, fault } = answer(request);
    const compress = (request.headers['accept-encoding'] ?? '').includes('gzip');
    const wait = latencyMs + (fault?.kind === 'delay' ? fault.ms : 0);
    if (wait <= 0) {
      deliver(outgoing, response, fault, compress);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      deliver(outgoing, response, fault, compress);
    }, wait);
    timers.add(timer);
  });
  // A client's idle connection stays open, so that it is not closed just as the next request is sent.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;

  return {
    ...session,
    url: `http://127.0.0.1:${address.port}${BASE_PATH}`,
    token,
    company,
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function companyOf({ company, now }: MockOptions): Company {
  return company instanceof Company ? company : createCompany({ ...(now ? { now } : {}), ...company });
}

function requestOf({ method = 'GET', url = '/', headers }: IncomingMessage): MockRequest {
  const { pathname, searchParams } = new URL(url, 'http://mock');
  const flat = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  return { method, path: pathname, query: searchParams, headers: Object.fromEntries(flat) };
}

const compressed = promisify<string, { level: number }, Buffer>(gzip);

// A gzip header and one empty, non-final block: a body truncated here looks complete to some readers.
const CUT_GZIP = Buffer.from('1f8b0800000000000003000000ffff', 'hex');

function deliver(outgoing: ServerResponse, response: MockResponse, fault: Fault | undefined, compress: boolean): void {
  const { socket } = outgoing;
  switch (fault?.kind) {
    case 'hang':
      return;
    case 'reset':
      socket?.resetAndDestroy();
      return;
    case 'reset-mid-body':
      sendHalf(outgoing, response, () => socket?.resetAndDestroy());
      return;
    case 'cut-body':
      sendHalf(outgoing, response, () => socket?.end());
      return;
    case 'hang-mid-body':
      sendHalf(outgoing, response, () => {});
      return;
    case 'cut-gzip':
      send(outgoing, { ...response, headers: { ...response.headers, 'content-encoding': 'gzip' } }, CUT_GZIP);
      return;
    default:
      void sendWhole(outgoing, response, compress);
  }
}

function send(outgoing: ServerResponse, { status, headers }: MockResponse, body: string | Buffer): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  outgoing.writeHead(status, { ...headers, ...length }).end(body);
}

async function sendWhole(outgoing: ServerResponse, response: MockResponse, compress: boolean): Promise<void> {
  const asItIs = !compress || response.body === '' || 'content-encoding' in response.headers;
  if (asItIs) return send(outgoing, response, response.body);
  const body = await compressed(response.body, { level: 1 });
  send(
    outgoing,
    { ...response, headers: { ...response.headers, 'content-encoding': 'gzip', vary: 'Accept,Accept-Encoding' } },
    body,
  );
}

/** Sends half of the body with the Content-Length of the whole, then calls the next step. */
function sendHalf(outgoing: ServerResponse, { status, headers, body }: MockResponse, next: () => void): void {
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length });
  outgoing.write(bytes.subarray(0, bytes.length / 2), () => setTimeout(next, 5).unref());
}
