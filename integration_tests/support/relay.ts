import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import type { Api } from './api.ts';

/** Signed by itself, for the name api.float.com alone; the key guards nothing. */
const file = (name: string): URL => new URL(`tls/${name}`, import.meta.url);

export const CERTIFICATE = fileURLToPath(file('cert.pem'));

export interface Relay {
  port: number;
  /** So many connections were made to it. */
  connections(): number;
}

const closing: (() => void)[] = [];

/** Another door to the mock, which counts those who come in; with `tls`, behind a certificate. */
export async function startRelay(api: Api, { tls = false } = {}): Promise<Relay> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const carry = (client: Socket): void => {
    connections += 1;
    const mock = connect(Number(new URL(api.url).port), '127.0.0.1');
    const end = (): void => {
      client.destroy();
      mock.destroy();
    };
    for (const socket of [client, mock]) {
      sockets.add(socket);
      // A client that distrusts the certificate goes away without good-bye.
      socket.on('error', end).on('close', end);
    }
    client.pipe(mock).pipe(client);
  };
  const server = tls
    ? createTlsServer({ key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) }, carry)
    : createServer(carry);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, connections: () => connections };
}

afterEach(() => {
  for (const close of closing.splice(0)) close();
});
