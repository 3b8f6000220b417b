import { HttpClient } from '../cdk/http/client.ts';
import { reachOf } from '../cdk/http/private-hosts.ts';
import { openTransport } from '../cdk/http/transport.ts';
import type { SourceContext } from '../cdk/index.ts';
import { withBlockNotice } from './block-notice.ts';
import type { FloatConfig } from './config.ts';
import { userAgent } from './contact.ts';
import { FLOAT_POLICY } from './failures.ts';
import { PACKAGE } from './project-files.ts';

export async function openClient(
  config: FloatConfig,
  context: SourceContext,
  open = openTransport,
): Promise<HttpClient> {
  const { protocol, host, hostname } = new URL(config.baseUrl);
  if (protocol === 'http:' && reachOf(hostname) !== 'loopback') {
    context.log('WARN', `The token goes to ${host} over plain http: everybody in that network can read it.`);
  }
  const sender = { host, userAgent: userAgent(PACKAGE, config.contactEmail), contactEmail: config.contactEmail };
  const headers = {
    Authorization: `Bearer ${config.apiToken}`,
    Accept: 'application/json',
    'User-Agent': sender.userAgent,
  };
  const api = {
    baseUrl: config.baseUrl,
    // Float's headers are about the quota of the minute.
    quotas: [
      { limit: config.requestsPerMinute, windowMs: 60_000 },
      { limit: config.requestsPerSecond, windowMs: 1_000 },
    ],
    maxConcurrentRequests: config.concurrency,
    policy: FLOAT_POLICY,
  } as const;
  const transport = await open(config.baseUrl, headers, context.clock, context.signal);
  return new HttpClient(api, context, withBlockNotice(transport, sender, context));
}
