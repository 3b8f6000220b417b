import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import type { Api } from './api.ts';

/** Signed by itself, for the name api.float.com alone. */
const file = (name: string): URL => new URL(`tls/${name}`, import.meta.url);

export const CERTIFICATE = fileURLToPath(file('cert.pem'));

const closing: (() => void)[] = [];

/** The mock once more, over TLS. Resolves to the port. */
export async function startTls(api: Api): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer(
    { key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) },
    (secure) => {
      const plain = connect(Number(new URL(api.url).port), '127.0.0.1');
      const end = (): void => {
        plain.destroy();
        secure.destroy();
      };
      for (const socket of [secure, plain]) {
        sockets.add(socket);
        // A client that distrusts the certificate goes away without good-bye.
        socket.on('error', end).on('close', end);
      }
      secure.pipe(plain).pipe(secure);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

afterEach(() => {
  for (const close of closing.splice(0)) close();
});
