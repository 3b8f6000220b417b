/**
 * Loaded before the connector by `--import`, so that host names have the addresses that the test needs.
 * NAMES is a JSON object of name → address, or name → error code of a failed lookup.
 */
import dns from 'node:dns';

const names = JSON.parse(process.env.NAMES ?? '{}');
const { lookup } = dns;

dns.lookup = (hostname, options, callback) => {
  const found = names[hostname];
  if (found === undefined) return lookup(hostname, options, callback);
  if (!/^[\d.]+$/.test(found)) {
    const error = Object.assign(new Error(`getaddrinfo ${found} ${hostname}`), { code: found, hostname });
    return process.nextTick(callback, error);
  }
  return process.nextTick(callback, null, options.all ? [{ address: found, family: 4 }] : found, 4);
};
