import type { HttpClient } from '../cdk/http/client.ts';
import { openClient } from '../cdk/http/open-client.ts';
import type { OpenTransport } from '../cdk/http/transport.ts';
import type { SourceContext } from '../cdk/index.ts';
import type { FloatConfig } from './config.ts';
import { FLOAT_POLICY } from './failures.ts';
import { PACKAGE } from './project-files.ts';

export function openFloatClient(
  config: FloatConfig,
  context: SourceContext,
  transport: OpenTransport | undefined,
): Promise<HttpClient> {
  const headers = {
    Authorization: `Bearer ${config.apiToken}`,
    Accept: 'application/json',
    // Float asks every client for its name and a contact.
    'User-Agent': `${PACKAGE.name}/${PACKAGE.version} (${config.contactEmail ?? PACKAGE.bugs.email})`,
  };
  const options = {
    baseUrl: config.baseUrl,
    headers,
    // Float's headers are about the quota of the minute.
    quotas: [
      { limit: config.requestsPerMinute, windowMs: 60_000 },
      { limit: config.requestsPerSecond, windowMs: 1_000 },
    ],
    maxConcurrentRequests: config.concurrency,
    policy: FLOAT_POLICY,
  } as const;
  return openClient(options, context, transport);
}
