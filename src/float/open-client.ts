import type { HttpClient } from '../cdk/http/client.ts';
import { openClient } from '../cdk/http/open-client.ts';
import { type OpenTransport, openTransport } from '../cdk/http/transport.ts';
import type { SourceContext } from '../cdk/index.ts';
import { withBlockNotice } from './block-notice.ts';
import type { FloatConfig } from './config.ts';
import { userAgent } from './contact.ts';
import { FLOAT_POLICY } from './failures.ts';
import { PACKAGE } from './project-files.ts';

export function openFloatClient(
  config: FloatConfig,
  context: SourceContext,
  transport: OpenTransport = openTransport,
): Promise<HttpClient> {
  const { host } = new URL(config.baseUrl);
  const sender = { host, userAgent: userAgent(PACKAGE, config.contactEmail), contactEmail: config.contactEmail };
  const headers = {
    Authorization: `Bearer ${config.apiToken}`,
    Accept: 'application/json',
    'User-Agent': sender.userAgent,
  };
  const options = {
    baseUrl: config.baseUrl,
    headers,
    // The minute quota comes first, because Float's `ratelimit-` headers refer to it.
    quotas: [
      { limit: config.requestsPerMinute, windowMs: 60_000 },
      { limit: config.requestsPerSecond, windowMs: 1_000 },
    ],
    maxConcurrentRequests: config.concurrency,
    policy: FLOAT_POLICY,
  } as const;
  const open: OpenTransport = async (...how) => withBlockNotice(await transport(...how), sender, context);
  return openClient(options, context, open);
}
