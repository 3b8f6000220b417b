import { expect, test } from '@jest/globals';
import { reachOf } from '../../../src/cdk/http/private-hosts.ts';

test.each([
  ['localhost', 'loopback'],
  ['LOCALHOST.', 'loopback'],
  ['127.0.0.1', 'loopback'],
  ['2130706433', 'loopback'],
  ['[::1]', 'loopback'],
  ['[::ffff:127.0.0.1]', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'private'],
  ['100.64.0.1', 'private'],
  ['[fd12:3456::1]', 'private'],
  ['[fe80::1]', 'private'],
  ['[::ffff:10.0.0.1]', 'private'],
  ['float.localhost', 'private'],
  ['host.docker.internal', 'private'],
  ['8.8.8.8', 'public'],
  ['172.15.0.1', 'public'],
  ['172.32.0.1', 'public'],
  ['100.128.0.1', 'public'],
  ['[2001:db8::1]', 'public'],
  ['[::ffff:8.8.8.8]', 'public'],
  ['api.float.com', 'public'],
  ['localhost.evil.com', 'public'],
  ['evil-local.com', 'public'],
  ['10.0.0.1.evil.com', 'public'],
])('%s is %s', (host, reach) => {
  expect(reachOf(new URL(`http://${host}/v3`).hostname)).toBe(reach);
});
