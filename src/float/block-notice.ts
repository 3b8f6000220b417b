import type { Transport } from '../cdk/http/transport.ts';
import type { SourceContext } from '../cdk/index.ts';

/**
 * Logs a WARN on close if the server answered 403 to every request, because the server may block this client. The WARN contains
 * the User-Agent and what to do. A 403 that means "quota exceeded" has the status 429 here and does not count.
 */
export function withBlockNotice(
  transport: Transport,
  { host, userAgent, contactEmail }: { host: string; userAgent: string; contactEmail: string | undefined },
  { log }: Pick<SourceContext, 'log'>,
): Transport {
  let denials = 0;
  let otherAnswers = 0;
  return {
    async get(...request) {
      const result = await transport.get(...request);
      if (!('outcome' in result)) otherAnswers += 1;
      else if (result.outcome.kind === 'status') {
        if (result.outcome.status === 403) denials += 1;
        else otherAnswers += 1;
      }
      return result;
    },
    close() {
      transport.close();
      if (denials === 0 || otherAnswers > 0) return;
      const advice =
        contactEmail === undefined
          ? 'Set contact_email so that Float can contact you, and ask Float support.'
          : 'Ask Float support, and send them this User-Agent.';
      log(
        'WARN',
        `${host} answered 403 to every request (${denials}). The server may block this client, whose User-Agent is "${userAgent}". ${advice}`,
      );
    },
  };
}
