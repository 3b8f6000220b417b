/**
 * A server for the list of logged time, prepared before the first request, so that the server does not affect the measurement.
 * The bench starts it in a separate process. It prints its address as one line of JSON and runs until it is killed.
 * usage: server.js ROWS
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { PER_PAGE, preparePages } from './pages.ts';

const [rows = 0] = process.argv.slice(2).map(Number);
const prepared = (text: string) => ({ text, gzip: gzipSync(text, { level: 6 }) });
const pages = preparePages(rows).map(prepared);
/** The page after the last one. If it were the last page again, as it may be at Float, the declarative CDK would never end. */
const END = prepared('[]');

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://bench');
  const number = Number(url.searchParams.get('page') ?? 1);
  const page = url.pathname === '/v3/logged-time' ? (pages[number - 1] ?? END) : undefined;
  const compressed = request.headers['accept-encoding']?.includes('gzip') === true;
  if (page === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Page not found."}');
    return;
  }
  response
    .writeHead(200, {
      'content-type': 'application/json; charset=UTF-8',
      'x-pagination-total-count': rows,
      'x-pagination-page-count': pages.length,
      'x-pagination-current-page': number,
      'x-pagination-per-page': PER_PAGE,
      ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    })
    .end(compressed ? page.gzip : page.text);
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/v3` })}\n`);
});
