import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Api } from './api.ts';
import { listen } from './listen.ts';

/** A self-signed certificate for api.float.com. Its private key protects nothing. */
const file = (name: string): URL => new URL(`tls/${name}`, import.meta.url);

export const CERTIFICATE = fileURLToPath(file('cert.pem'));

export interface Relay {
  port: number;
  /** How many connections were opened to it. */
  connections(): number;
}

/** Forwards connections to the mock API, and counts them. `tls`: the relay speaks TLS. */
export async function startRelay(api: Api, { tls = false } = {}): Promise<Relay> {
  let connections = 0;
  const forward = (client: Socket): void => {
    connections += 1;
    const mock = connect(Number(new URL(api.url).port), '127.0.0.1');
    const end = (): void => {
      client.destroy();
      mock.destroy();
    };
    // A client that rejects the certificate resets the connection.
    for (const socket of [client, mock]) socket.on('error', end).on('close', end);
    client.pipe(mock).pipe(client);
  };
  const server = tls
    ? createTlsServer({ key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) }, forward)
    : createServer(forward);
  return { port: await listen(server), connections: () => connections };
}
