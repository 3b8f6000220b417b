import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import { TOKEN } from './support/api.ts';
import { read } from './support/connector.ts';

const MEGABYTE = 2 ** 20;
/** 2.5 GB. */
const PIECES = 2_500;

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An API whose lists are one row, but for some paths; counts the requests to these. */
async function startApiWith(bodies: Record<string, (response: ServerResponse) => void>) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const send = bodies[pathname];
    if (send === undefined) return void response.end('{"data": [{"id": 1}]}');
    requests.push(pathname);
    send(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { requests, config: { api_token: TOKEN, base_url, requests_per_minute: 1_000, requests_per_second: 100 } };
}

test('a body of 2.5 GB, and 6 MB that decompress to 1.5 GB, are refused without retries; other streams are read', async () => {
  let sentBytes = 0;
  const piece = Buffer.alloc(MEGABYTE, ' ');
  const received = (response: ServerResponse): void => {
    response.setHeader('Content-Length', PIECES * MEGABYTE);
    const more = (): void => {
      do sentBytes += MEGABYTE;
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', more);
    more();
  };
  // Gzip takes several archives in a row for one; these pack worse than zeros, so that they have 6 MB.
  const row = JSON.stringify({ id: 1, notes: 'x'.repeat(90), more: Array.from({ length: 5 }, (_, n) => n) });
  const packed = gzipSync(row.repeat(Math.ceil((15 * MEGABYTE) / row.length)));
  const bomb = Buffer.concat(Array.from({ length: 100 }, () => packed));
  const unpacked = (response: ServerResponse): void => void response.setHeader('Content-Encoding', 'gzip').end(bomb);

  const { requests, config } = await startApiWith({ '/clients': received, '/people': unpacked });
  const run = await read({ config, streams: ['clients', 'people', 'status', 'departments'] });
  expect(run.code).toBe(1);
  for (const name of ['clients', 'people']) {
    const { failure_type, message } = run.failure(name);
    expect({ name, failure_type, message }).toEqual({
      ...{ name, failure_type: 'system_error' },
      message: expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:\\d+ answered .* ${name} .* more than 64 MB`)),
    });
    expect(run.statuses(name).at(-1)).toBe('INCOMPLETE');
  }
  expect(run.logs('INFO').filter((text) => text.includes('retrying in'))).toEqual([]);
  for (const name of ['status', 'departments']) {
    expect(run.statuses(name)).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
    expect(run.records(name)).toHaveLength(1);
  }
  expect(requests.toSorted()).toEqual(['/clients', '/people']);
  expect(sentBytes).toBeLessThan(80 * MEGABYTE);
});
