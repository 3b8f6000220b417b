import type { SourceContext } from '../protocol/source.ts';
import { programmingError, requireWholeNumber } from '../protocol/source-faults.ts';
import type { Api, HttpClient } from './client.ts';
import { reachOf } from './private-hosts.ts';
import type { OpenTransport } from './transport.ts';

/** An API, and what a client sends to it. */
export interface ClientOptions extends Api {
  /** Go along with every request, to no other host than that of `baseUrl`: credentials, `Accept`, `User-Agent`. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A client of an API. It keeps to the quotas, retries what is worth it, and throws a RequestFailed for the rest.
 * `open`: how requests travel, HTTP unless a test says otherwise. The code is loaded here, since `spec` does without it.
 */
export async function openClient(
  options: ClientOptions,
  context: SourceContext,
  open?: OpenTransport,
): Promise<HttpClient> {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  // Tokens are pasted with the end of their line, which no header may have.
  const headers = Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name, value.trim()]));
  const { protocol, host, hostname } = requireSoundBaseUrl(baseUrl);
  if (protocol === 'http:' && reachOf(hostname) !== 'loopback') {
    context.log('WARN', `The credentials go to ${host} over plain http: everybody in that network can read them.`);
  }
  requireWholeNumber('its maxConcurrentRequests', options.maxConcurrentRequests);
  const { HttpClient } = await import('./client.ts');
  const { openTransport } = await import('./transport.ts');
  const transport = await (open ?? openTransport)(baseUrl, headers, context.clock, context.signal);
  return new HttpClient({ ...options, baseUrl }, context, transport);
}

/** The address may come from a config that no rule has checked. It is not quoted: it may hold a password. */
function requireSoundBaseUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && !/[?#]/.test(baseUrl)) return url;
  throw programmingError(
    'its baseUrl is not an http or https URL without query and fragment (the rule baseUrlProblems finds this in the config)',
  );
}
