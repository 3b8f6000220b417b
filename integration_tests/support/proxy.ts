import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { listen } from './listen.ts';

export interface TestProxy {
  /** Host and port. */
  readonly host: string;
  /** Every tunnel that a client requested. */
  readonly asked: { readonly to: string; readonly credentials: string | undefined }[];
  /** Requests outside a tunnel. */
  readonly forwarded: string[];
}

/** A proxy whose tunnels all lead to this port. With another `answer`, it opens no tunnel. */
export async function startProxy(port: number, answer: number | 'silence' = 200): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  const forwarded: string[] = [];
  const server = createServer((request, response) => {
    forwarded.push(request.url ?? '');
    response.writeHead(405).end();
  });
  server.on('connect', (request, client: Socket) => {
    asked.push({ to: request.url ?? '', credentials: request.headers['proxy-authorization'] });
    client.on('error', () => client.destroy());
    if (answer === 'silence') return;
    if (answer !== 200) {
      client.end(`HTTP/1.1 ${answer} No\r\nContent-Length: 2\r\n\r\n[]`);
      return;
    }
    const target = connect(port, '127.0.0.1');
    client.on('close', () => target.destroy());
    target.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(target).pipe(client);
  });
  return { host: `127.0.0.1:${await listen(server)}`, asked, forwarded };
}
