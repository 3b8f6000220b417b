import type { Headers } from './outcome.ts';

/** Phrases and error codes that APIs and gateways send when a rate limit is exceeded. */
const NAMES_A_RATE_LIMIT = [
  /\brate[\s_-]*limit/i,
  // Also inside a name such as userRateLimitExceeded.
  /RateLimit/,
  /too[\s_-]*many[\s_-]*requests/i,
  /\b(api|requests?)[\s_-]*(call[\s_-]*)?(quota|limit)/i,
  /\brequests? (per|a|an|each) (second|minute|hour|day)\b/i,
  /\bthrottl/i,
];

/** Whether a response means "quota exceeded". Some servers and gateways send 403 instead of 429. */
export function isQuotaRefusal(status: number, headers: Headers, text: string): boolean {
  if (status !== 403) return status === 429;
  return headers.get('retry-after') !== null || NAMES_A_RATE_LIMIT.some((name) => name.test(text));
}
