import { createServer } from 'node:http';
import { afterEach } from '@jest/globals';
import type { JsonObject } from '../../src/cdk/index.ts';
import { read } from './connector.ts';
import type { Mode } from './inputs.ts';
import type { Run } from './run.ts';
import type { StreamName } from './streams.ts';

/** One answer of a list: its rows, its headers, and its status, 200 unless it says otherwise. */
export interface ListAnswer {
  readonly rows: readonly JsonObject[];
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly status?: number;
}

/** What a list answers to a page asked for, the first time, the second time, and so on. */
export type List = (asked: { page: number; perPage: number; nth: number; query: URLSearchParams }) => ListAnswer;

const closing: (() => void)[] = [];

/** A real HTTP server with a single list, which says what it likes; and the connector reading one stream from it. */
export async function readFrom(
  list: List,
  stream: StreamName,
  { mode = 'full_refresh', state }: { mode?: Mode; state?: unknown } = {},
): Promise<{ run: Run; requests: number }> {
  let requests = 0;
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://list.test');
    if (pathname.includes('/deleted/')) {
      response.writeHead(404).end();
      return;
    }
    requests += 1;
    const nth = (asked.get(request.url ?? '') ?? 0) + 1;
    asked.set(request.url ?? '', nth);
    const [page, perPage] = [Number(query.get('page')), Number(query.get('per-page'))];
    const { rows, headers = {}, status = 200 } = list({ page, perPage, nth, query });
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(rows));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const config = {
    api_token: 'token-of-a-test',
    base_url: `http://127.0.0.1:${port}/v3`,
    requests_per_minute: 1_000_000,
    requests_per_second: 1_000_000,
  };
  const run = await read({ config, streams: [stream], mode, ...(state === undefined ? {} : { state }) });
  return { run, requests };
}

afterEach(() => {
  for (const close of closing.splice(0)) close();
});
