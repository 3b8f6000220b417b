import { reachOf } from './private-hosts.ts';

/** What is wrong with the address of an API, as sentences about its config field. Credentials must not travel readable. */
export function baseUrlProblems(value: string): string[] {
  if (!URL.canParse(value)) return ['is not a URL.'];
  const url = new URL(value);
  const problems: string[] = [];
  if (url.protocol !== 'https:' && url.protocol !== 'http:') problems.push('must begin with https://.');
  if (url.protocol === 'http:' && reachOf(url.hostname) === 'public') {
    problems.push('must begin with https://, because the credentials would travel readable over a public network.');
  }
  if (url.username !== '' || url.password !== '') problems.push('must not hold a user name or password.');
  if (value.includes('?') || value.includes('#')) problems.push('must not hold a query or fragment.');
  return problems;
}
