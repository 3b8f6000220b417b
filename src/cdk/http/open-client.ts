import type { SourceContext } from '../protocol/source.ts';
import { programmingError, requireWholeNumber } from '../protocol/source-faults.ts';
import type { Api, HttpClient } from './client.ts';
import { reachOf } from './private-hosts.ts';
import type { OpenTransport } from './transport.ts';

/** An API, and the headers for it. */
export interface ClientOptions extends Api {
  /** Sent with every request, only to the host of `baseUrl`: credentials, `Accept`, `User-Agent`. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A client for an API. It respects the quotas, retries temporary failures, and throws a RequestFailed for all other failures.
 * `open`: opens the transport; default: HTTP. The code is loaded on demand, because `spec` does not need it.
 */
export async function openClient(
  options: ClientOptions,
  context: SourceContext,
  open?: OpenTransport,
): Promise<HttpClient> {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  // Users paste tokens with a trailing newline, which is not allowed in a header.
  const headers = Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name, value.trim()]));
  const { protocol, host, hostname } = requireSoundBaseUrl(baseUrl);
  if (protocol === 'http:' && reachOf(hostname) !== 'loopback') {
    context.log(
      'WARN',
      `The credentials are sent to ${host} over plain http, so anyone on the network path can read them. Use https if the server offers it.`,
    );
  }
  requireWholeNumber('its maxConcurrentRequests', options.maxConcurrentRequests);
  const { HttpClient } = await import('./client.ts');
  const { openTransport } = await import('./transport.ts');
  const transport = await (open ?? openTransport)(baseUrl, headers, context.clock, context.signal);
  return new HttpClient({ ...options, baseUrl }, context, transport);
}

/**
 * The address may come from a config that no rule has checked. The message does not quote the address, because it may contain a
 * password.
 */
function requireSoundBaseUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && !/[?#]/.test(baseUrl)) return url;
  throw programmingError(
    'its baseUrl must be an http or https URL without query and fragment (use the field rule baseUrlProblems to check this in the config)',
  );
}
