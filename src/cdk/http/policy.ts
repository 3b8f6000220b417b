import type { FailureType } from '../protocol/messages.ts';
import type { Outcome } from './outcome.ts';

/** `retry` backs off, `wait` obeys the server's quota, `fail` is final. */
export type Action = 'retry' | 'wait' | 'fail';

/** What went wrong, told apart where it is handled or explained differently. */
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

/** The request that failed, for a sentence. */
export interface FailedRequest {
  /** The name of the stream. */
  readonly what: string;
  readonly host: string;
  /** The status, the code of the network error, the seconds without an answer, or what else tells the failure apart. */
  readonly detail: string;
}

/** What a situation leads to, and how an API explains it to its users. */
export interface Rule {
  readonly action: Action;
  readonly failureType: FailureType;
  /** What failed, and why: whole sentences. True after one request as after many. */
  readonly failure: (request: FailedRequest) => string;
  /** What to do: whole sentences. */
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

// Of Node's list of X.509 certificate errors those that do not begin as CERTIFICATE_CODE has it, and name look-ups.
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

/** A status of the proxy that another try would meet again, or a proxy that cannot be trusted. */
function isRefusalOfProxy(code: string): boolean {
  return /^4/.test(code) || CERTIFICATE_CODE.test(code);
}

function situationOfCode(code: string): Situation {
  if (CERTIFICATE_CODE.test(code)) return 'certificate';
  return CODES[code] ?? (TLS_CODE.test(code) ? 'noTls' : 'connection');
}
