import { reachOf } from './private-hosts.ts';

/**
 * Problems with the address of an API, as sentences that follow the name of its config field; empty if it is valid. Plain http is
 * valid only for hosts in a private network.
 */
export function baseUrlProblems(value: string): string[] {
  if (!URL.canParse(value)) return ['is not a URL.'];
  const url = new URL(value);
  const problems: string[] = [];
  if (url.protocol !== 'https:' && url.protocol !== 'http:') problems.push('must begin with https://.');
  if (url.protocol === 'http:' && reachOf(url.hostname) === 'public') {
    problems.push(
      'must begin with https://, because http would send the credentials unencrypted over a public network.',
    );
  }
  if (url.username !== '' || url.password !== '') problems.push('must not contain a user name or password.');
  if (value.includes('?') || value.includes('#')) problems.push('must not contain a query or fragment.');
  return problems;
}
