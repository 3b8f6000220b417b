import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import { openTransport } from '../../../src/cdk/http/transport.ts';
import { FakeClock, settled } from '../../../src/cdk/testing/index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A transport and its server, which records the requests. */
async function started(handler: Handler) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = new FakeClock();
  const aborter = new AbortController();
  const headers = { Authorization: 'Bearer token', 'User-Agent': 'tests (tests@example.com)' };
  const transport = await openTransport(url, headers, clock, aborter.signal);
  ends.push(() => {
    transport.close();
    server.closeAllConnections();
    server.close();
  });
  return {
    url,
    server,
    requests,
    clock,
    aborter,
    get: (signal?: AbortSignal) => transport.get(`${url}/people?page=1`, 60_000, signal),
  };
}

const send =
  (status: number, body: string | Buffer = '', headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

test.each<[string, Handler, object]>([
  ['JSON', send(200, '[{"id":1}]'), { body: [{ id: 1 }] }],
  ['JSON in gzip', send(200, gzipSync('[{"id":1}]'), { 'content-encoding': 'GZip' }), { body: [{ id: 1 }] }],
  ['null', send(200, 'null'), { body: null }],
  ['a 204', send(204), { body: undefined }],
  ['damaged gzip', send(200, 'no gzip', { 'content-encoding': 'gzip' }), { outcome: { kind: 'not json' } }],
  [
    'another encoding',
    send(200, '[1]', { 'content-encoding': 'br' }),
    { outcome: { kind: 'encoding', encoding: 'br' } },
  ],
  [
    'an error in another encoding',
    send(503, '[1]', { 'content-encoding': 'br' }),
    { outcome: { status: 503, said: '' } },
  ],
  ['a redirect to an invalid address', send(302, '', { location: 'http://[' }), { outcome: { status: 302 } }],
])('the result of a response: %s', async (_, handler, expected) => {
  const { get, clock } = await started(handler);
  expect(await get()).toMatchObject(expected);
  expect(clock.sleeping).toBe(0);
});

test('a redirect is not followed, so the token is not sent to another server', async () => {
  const elsewhere = await started(send(200, '[]'));
  const { get } = await started(send(307, '', { location: `${elsewhere.url}/people` }));
  expect(await get()).toMatchObject({ outcome: { kind: 'status', status: 307 } });
  expect(elsewhere.requests).toEqual([]);
});

test.each<[string, Handler]>([
  ['a server that does not answer', () => {}],
  ['a response that does not end', (_, response) => void response.writeHead(200).write('[')],
])('%s times out exactly after timeoutMs', async (_, handler) => {
  const { get, server, clock } = await started(handler);
  const answer = get();
  await once(server, 'request');
  await clock.advance(59_999);
  await expect(Promise.race([answer, 'waiting'])).resolves.toBe('waiting');
  await clock.advance(1);
  expect(await answer).toMatchObject({ outcome: { kind: 'no answer', seconds: 60 } });
});

test('an aborted request ends at once, with the reason', async () => {
  const { get, server, clock, aborter } = await started(() => {});
  const answer = get();
  await once(server, 'request');
  aborter.abort(new Error('not needed'));
  await expect(answer).rejects.toThrow('not needed');
  expect(clock.sleeping).toBe(0);
});

test('a request aborted by its caller ends at once; the others continue', async () => {
  const answers: ServerResponse[] = [];
  const { get, requests, clock } = await started((_, response) => void answers.push(response));
  const caller = new AbortController();
  const [unneeded, needed] = [get(caller.signal), get()];
  while (requests.length < 2) await settled();
  caller.abort(new Error('not needed'));
  await expect(unneeded).rejects.toThrow('not needed');
  for (const answer of answers) answer.end('[]');
  expect(await needed).toMatchObject({ body: [] });
  expect(clock.sleeping).toBe(0);
});

test('a server that does not speak HTTP is a connection failure', async () => {
  const { get, server, clock } = await started(() => {});
  server.on('connection', (socket) => {
    const answer = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n';
    socket.once('data', () => socket.end(answer, () => server.emit('upgraded')));
  });
  const answer = get();
  await once(server, 'upgraded');
  await clock.advance(60_000);
  expect(await answer).toMatchObject({ outcome: { kind: 'no answer' } });
  expect(clock.sleeping).toBe(0);
});

test('nothing is sent if the signal has already aborted', async () => {
  const { get, requests, aborter } = await started(send(200, '[]'));
  aborter.abort(new Error('not needed'));
  await expect(get()).rejects.toThrow('not needed');
  expect(requests).toEqual([]);
});

test('a body above the limit is refused while it arrives, and its connection is closed', async () => {
  const megabyte = Buffer.alloc(2 ** 20, 'x');
  let sentBytes = 0;
  const { get, server, clock } = await started((_, response) => {
    const more = (): void => {
      do sentBytes += megabyte.length;
      while (!response.destroyed && response.write(megabyte));
    };
    response.on('drain', more);
    more();
  });
  const connection = once(server, 'connection');
  const answer = get();
  const [socket] = await connection;
  const closed = new Promise((resolve) => socket.on('close', resolve));
  expect(await answer).toMatchObject({ outcome: { kind: 'too large', limitBytes: 64 * 2 ** 20 } });
  await closed;
  expect(sentBytes).toBeLessThan(80 * 2 ** 20);
  expect(clock.sleeping).toBe(0);
});
