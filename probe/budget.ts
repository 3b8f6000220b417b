import type { OpenTransport } from '../src/cdk/http/transport.ts';

/** Under a third of the quota of a minute, so that other programs of the company notice nothing. */
export const MOST_REQUESTS = 60;

/** One request more would be too many. */
export class BudgetSpent extends Error {}

export interface Budget {
  readonly open: OpenTransport;
  /** Requests sent so far, retries included. */
  sent(): number;
}

/** A transport that sends at most `most` requests, whoever asks and however often. */
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
