import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import type { Api } from './api.ts';

/** A self-signed certificate for api.float.com. Its private key protects nothing. */
const file = (name: string): URL => new URL(`tls/${name}`, import.meta.url);

export const CERTIFICATE = fileURLToPath(file('cert.pem'));

export interface Relay {
  port: number;
  /** How many connections were opened to it. */
  connections(): number;
}

const closing: (() => void)[] = [];

/** Forwards connections to the mock API, and counts them. `tls`: the relay speaks TLS. */
export async function startRelay(api: Api, { tls = false } = {}): Promise<Relay> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const forward = (client: Socket): void => {
    connections += 1;
    const mock = connect(Number(new URL(api.url).port), '127.0.0.1');
    const end = (): void => {
      client.destroy();
      mock.destroy();
    };
    for (const socket of [client, mock]) {
      sockets.add(socket);
      // A client that rejects the certificate resets the connection.
      socket.on('error', end).on('close', end);
    }
    client.pipe(mock).pipe(client);
  };
  const server = tls
    ? createTlsServer({ key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) }, forward)
    : createServer(forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

afterEach(() => {
  for (const close of closing.splice(0)) close();
});
