import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { check } from '../support/checks.mjs';
import { ROOT, run } from '../support/processes.mjs';
import { messages } from './container.mjs';

const file = (name) => readFileSync(join(ROOT, 'integration_tests/support/tls', name), 'utf8');
const FLOAT = 'api.float.com';
const TRUSTED = ['--env', 'NODE_EXTRA_CA_CERTS=/secrets/ca.pem'];
/** Base images may trust additional certificates. */
const NOT_TRUSTED = ['--env', 'NODE_EXTRA_CA_CERTS='];

/** Tests what docs/deploy.md promises for proxies. The proxy leads to a fake api.float.com with its own certificate. */
export async function testProxies(containers, mock) {
  const door = await startTlsDoor(new URL(mock.url));
  const proxy = await startProxy(door.port);
  const through = ['--env', `HTTPS_PROXY=http://127.0.0.1:${proxy.port}`];
  await containers.put('ca.pem', file('cert.pem'));
  await containers.putConfig('float.json', { ...mock, url: `https://${FLOAT}/v3` });
  await containers.putConfig('direct.json', { ...mock, url: `https://${FLOAT}:${door.port}/v3` });
  const statusOf = async (config, ...options) => {
    proxy.asked = [];
    const ran = await run('docker', [...containers.command(...options), 'check', '--config', `/secrets/${config}`]);
    return messages(ran).at(-1).connectionStatus;
  };

  try {
    await check('HTTPS_PROXY and NODE_EXTRA_CA_CERTS work', async () => {
      assert.deepEqual(await statusOf('float.json', ...through, ...TRUSTED), { status: 'SUCCEEDED' });
      assert.deepEqual(proxy.asked, [{ host: `${FLOAT}:443`, credentials: undefined }]);
    });

    await check('without NODE_EXTRA_CA_CERTS the certificate is refused, and the message says what to do', async () => {
      const { status, message } = await statusOf('float.json', ...through, ...NOT_TRUSTED);
      assert.equal(status, 'FAILED');
      assert.match(message, /NODE_EXTRA_CA_CERTS/);
    });

    await check('hosts in NO_PROXY are reached directly', async () => {
      const direct = ['--env', `NO_PROXY=${FLOAT}`, '--add-host', `${FLOAT}:127.0.0.1`];
      assert.deepEqual(await statusOf('direct.json', ...through, ...TRUSTED, ...direct), { status: 'SUCCEEDED' });
      assert.deepEqual(proxy.asked, []);
    });

    await check('a proxy gets the user name and password of its address', async () => {
      const named = ['--env', `HTTPS_PROXY=http://reader:a%20word@127.0.0.1:${proxy.port}`];
      assert.deepEqual(await statusOf('float.json', ...named, ...TRUSTED), { status: 'SUCCEEDED' });
      const credentials = `Basic ${Buffer.from('reader:a word').toString('base64')}`;
      assert.deepEqual(proxy.asked, [{ host: `${FLOAT}:443`, credentials }]);
    });
  } finally {
    proxy.server.close();
    door.server.close();
  }
}

/** A proxy that connects every host to one port. */
async function startProxy(to) {
  const server = createServer((_, response) => response.writeHead(405).end());
  const proxy = { server, asked: [] };
  server.on('connect', (request, client) => {
    proxy.asked.push({ host: request.url, credentials: request.headers['proxy-authorization'] });
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    tie(client, connect(to, '127.0.0.1'));
  });
  return Object.assign(proxy, { port: await listen(server) });
}

/** A TLS server for api.float.com in front of the mock API. */
async function startTlsDoor({ hostname, port }) {
  const server = createTlsServer({ key: file('key.pem'), cert: file('cert.pem') }, (client) =>
    tie(client, connect(Number(port), hostname)),
  );
  return { server, port: await listen(server) };
}

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

function tie(one, other) {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    // A client that does not trust the certificate resets the connection.
    from.on('error', () => to.destroy()).pipe(to);
  }
}
