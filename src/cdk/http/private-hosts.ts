import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

// RFC 1918, link-local, carrier-grade NAT; unique local and link-local IPv6.
const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4');
}
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

const PRIVATE_SUFFIXES = ['.localhost', '.local', '.internal'];

export type Reach = 'loopback' | 'private' | 'public';

/** The kind of network that a host is in, to decide whether plain http is acceptable. `hostname`: as in `URL.hostname`. */
export function reachOf(hostname: string): Reach {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(host);
  if (version !== 0) {
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (LOOPBACK.check(host, family)) return 'loopback';
    return PRIVATE.check(host, family) ? 'private' : 'public';
  }
  if (host === 'localhost') return 'loopback';
  const isPrivateName = !host.includes('.') || PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix));
  return isPrivateName ? 'private' : 'public';
}
