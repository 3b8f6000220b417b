import type { OpenTransport } from '../src/cdk/http/transport.ts';

/** Less than a third of the minute quota, so that other programs of the company are not affected. */
export const MOST_REQUESTS = 60;

/** The probe has sent its maximum number of requests. */
export class BudgetSpent extends Error {}

export interface Budget {
  readonly open: OpenTransport;
  /** Requests sent so far, retries included. */
  sent(): number;
}

/** A transport that sends at most `most` requests in total. */
export function budgeted(most: number, open: OpenTransport): Budget {
  let sent = 0;
  return {
    sent: () => sent,
    open: async (...where) => {
      const transport = await open(...where);
      return {
        ...transport,
        get: async (...what) => {
          if (sent >= most) throw new BudgetSpent();
          sent += 1;
          return transport.get(...what);
        },
      };
    },
  };
}
