import type { FailureType } from '../protocol/messages.ts';
import type { Outcome } from './outcome.ts';

/** `retry` backs off and tries again, `wait` waits for the server's quota, `fail` is final. */
export type Action = 'retry' | 'wait' | 'fail';

/** The kinds of failures that are handled or explained differently. */
export type Situation =
  | 'badRequest'
  | 'wrongCredentials'
  | 'forbidden'
  | 'notFound'
  | 'redirect'
  | 'quotaRefusal'
  | 'serverError'
  | 'unexpected'
  | 'timeOut'
  | 'notJson'
  | 'tooLarge'
  | 'encoding'
  | 'proxyRefused'
  | 'proxyFailed'
  | 'noSuchHost'
  | 'certificate'
  | 'noTls'
  | 'connection';

/** The failed request, for messages. */
export interface FailedRequest {
  /** The name of the stream. */
  readonly what: string;
  readonly host: string;
  /** Details of the failure: the status, the code of the network error, the seconds without a response, and so on. */
  readonly detail: string;
}

/** How a situation is handled, and how it is explained to users. */
export interface Rule {
  readonly action: Action;
  readonly failureType: FailureType;
  /** What failed and why, as full sentences. The sentences must be correct after one attempt and after several. */
  readonly failure: (request: FailedRequest) => string;
  /** What to do, as full sentences. */
  readonly advice: string;
}

export type ErrorPolicy = Readonly<Record<Situation, Rule>>;

const STATUSES: Record<number, Situation> = {
  400: 'badRequest',
  401: 'wrongCredentials',
  403: 'forbidden',
  404: 'notFound',
  408: 'serverError',
  422: 'badRequest',
  429: 'quotaRefusal',
};

// DNS errors, and those X.509 errors of Node that CERTIFICATE_CODE does not match.
const CODES: Record<string, Situation> = {
  ENOTFOUND: 'noSuchHost',
  EAI_AGAIN: 'noSuchHost',
  EAI_FAIL: 'noSuchHost',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate',
  HOSTNAME_MISMATCH: 'certificate',
  INVALID_CA: 'certificate',
  INVALID_PURPOSE: 'certificate',
  PATH_LENGTH_EXCEEDED: 'certificate',
  EPROTO: 'noTls',
};

// CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID, UNABLE_TO_VERIFY_LEAF_SIGNATURE …
const CERTIFICATE_CODE = /^(CERT_|CRL_|ERROR_IN_CERT_|ERROR_IN_CRL_|ERR_TLS_CERT_|UNABLE_TO_)/;
// ERR_SSL_WRONG_VERSION_NUMBER …
const TLS_CODE = /^ERR_SSL_/;

export function situationOf(outcome: Outcome): Situation {
  switch (outcome.kind) {
    case 'no answer':
      return 'timeOut';
    case 'not json':
      return 'notJson';
    case 'too large':
      return 'tooLarge';
    case 'encoding':
      return 'encoding';
    case 'proxy':
      return isRefusalOfProxy(outcome.code) ? 'proxyRefused' : 'proxyFailed';
    case 'network':
      return situationOfCode(outcome.code);
    case 'status': {
      const { status } = outcome;
      if (status >= 300 && status < 400) return 'redirect';
      return STATUSES[status] ?? (status >= 500 ? 'serverError' : 'unexpected');
    }
  }
}

/** Whether a retry would fail too: a 4xx of the proxy, or an invalid certificate. */
function isRefusalOfProxy(code: string): boolean {
  return /^4/.test(code) || CERTIFICATE_CODE.test(code);
}

function situationOfCode(code: string): Situation {
  if (CERTIFICATE_CODE.test(code)) return 'certificate';
  return CODES[code] ?? (TLS_CODE.test(code) ? 'noTls' : 'connection');
}
