import type { Transport } from '../cdk/http/transport.ts';
import type { SourceContext } from '../cdk/index.ts';

/**
 * A server that blocks a client answers 403 to everything. A line of the log then says what the server was told of the client.
 * A 403 for the quota has the status 429 here.
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
          ? 'Set contact_email, so that Float can reach you, and ask its support.'
          : "Ask Float's support, and name that text.";
      log(
        'WARN',
        `${host} answered 403 to every request (${denials}). It may block this client, which calls itself "${userAgent}" (User-Agent). ${advice}`,
      );
    },
  };
}
