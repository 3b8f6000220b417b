import type { Outcome } from '../cdk/http/outcome.ts';
import { ConnectorError, type FailureType } from '../cdk/index.ts';
import type { Endpoint } from './client.ts';

/** `retry` backs off, `wait` obeys the server's quota, `fail` is final. */
export type Action = 'retry' | 'wait' | 'fail';

interface Rule {
  readonly action: Action;
  readonly failureType: FailureType;
  readonly message: (request: Request) => string;
}

/** The request that failed, in words. */
interface Request {
  /** The name of the stream. */
  readonly what: string;
  readonly host: string;
  readonly said: string;
  readonly deniedBecause: string | undefined;
}

const IF_IT_LASTS = 'If it lasts, see status.float.com.';

const RULES = {
  badRequest: {
    action: 'fail',
    failureType: 'system_error',
    message: ({ what, host, said }) => `${host} did not accept the request for ${what}.${said}`,
  },
  wrongToken: {
    action: 'fail',
    failureType: 'config_error',
    message: ({ host, said }) =>
      `${host} refused the API token (401). Check api_token: the account owner finds it in Float under Team settings → Integrations → API; a regenerated token ends the old one at once.${said}`,
  },
  forbidden: {
    action: 'fail',
    failureType: 'config_error',
    message: ({ what, host, said, deniedBecause }) =>
      deniedBecause ??
      `${host} denies access to ${what} (403): the account's plan or settings lack the feature, or the token may not use it. Switch the feature on in Float, or deselect the stream.${said}`,
  },
  notFound: {
    action: 'fail',
    failureType: 'config_error',
    message: ({ what, host }) =>
      `${host} has no ${what} (404). Deselect the stream if the account lacks it; check base_url if others fail too.`,
  },
  redirect: {
    action: 'fail',
    failureType: 'config_error',
    message: ({ what, host }) =>
      `${host} redirects the request for ${what} to another address. That is not followed, because the token would go along. Check base_url.`,
  },
  quota: {
    action: 'wait',
    failureType: 'transient_error',
    message: () =>
      "Float's request quota is used up (429) and stayed so while the sync waited. All programs of a company share it: lower requests_per_minute, or let them run at different times.",
  },
  serverTrouble: {
    action: 'retry',
    failureType: 'transient_error',
    message: ({ what, host, said }) =>
      `${host} could not answer the request for ${what}, also when asked again. ${IF_IT_LASTS}${said}`,
  },
  unexpected: {
    action: 'fail',
    failureType: 'system_error',
    message: ({ what, host, said }) => `${host} gave an unexpected answer to the request for ${what}.${said}`,
  },
  timeOut: {
    action: 'retry',
    failureType: 'transient_error',
    message: ({ what, host, said }) =>
      `${host} gave no answer to the request for ${what}${said}, also when asked again. ${IF_IT_LASTS}`,
  },
  notJson: {
    action: 'retry',
    failureType: 'transient_error',
    message: ({ what, host }) =>
      `${host} answered the request for ${what} with something that is not JSON, also when asked again. Check that base_url is the address of a Float API.`,
  },
  noSuchHost: {
    action: 'retry',
    failureType: 'transient_error',
    message: ({ host }) => `The host ${host} cannot be found. Check base_url, and the network's name service.`,
  },
  tls: {
    action: 'fail',
    failureType: 'config_error',
    message: ({ host, said }) =>
      `No secure connection to ${host}: its TLS certificate cannot be verified${said}. Check base_url; behind a company proxy, give Node its certificate (NODE_EXTRA_CA_CERTS).`,
  },
  connection: {
    action: 'retry',
    failureType: 'transient_error',
    message: ({ what, host, said }) =>
      `The connection to ${host} failed on the request for ${what}${said}, also when tried again. Check the network, and base_url.`,
  },
  tooLarge: {
    action: 'fail',
    failureType: 'system_error',
    message: ({ what, host, said }) =>
      `${host} answered the request for ${what} with a body of more than${said}, which is refused. Check that base_url is the address of a Float API.`,
  },
  encoding: {
    action: 'fail',
    failureType: 'system_error',
    message: ({ what, host, said }) =>
      `${host} answered the request for ${what} in an encoding that was not asked for${said}; only gzip is supported. Check base_url, and what stands between it and the connector.`,
  },
  proxyRefused: {
    action: 'fail',
    failureType: 'config_error',
    message: ({ host, said }) =>
      `No connection to ${host}: the proxy${said}. Check the proxy's address, user name and password in HTTPS_PROXY, and whether the proxy allows ${host}.`,
  },
  proxyFailed: {
    action: 'retry',
    failureType: 'transient_error',
    message: ({ host, said }) =>
      `No connection to ${host}: the proxy${said}. Check HTTPS_PROXY, and whether the proxy works.`,
  },
} as const satisfies Record<string, Rule>;

const STATUSES: Record<number, Rule> = {
  400: RULES.badRequest,
  401: RULES.wrongToken,
  403: RULES.forbidden,
  404: RULES.notFound,
  408: RULES.serverTrouble,
  422: RULES.badRequest,
  429: RULES.quota,
};

const CODES: Record<string, Rule> = {
  ENOTFOUND: RULES.noSuchHost,
  EAI_AGAIN: RULES.noSuchHost,
  EAI_FAIL: RULES.noSuchHost,
  DEPTH_ZERO_SELF_SIGNED_CERT: RULES.tls,
  SELF_SIGNED_CERT_IN_CHAIN: RULES.tls,
  HOSTNAME_MISMATCH: RULES.tls,
  INVALID_CA: RULES.tls,
  INVALID_PURPOSE: RULES.tls,
  PATH_LENGTH_EXCEEDED: RULES.tls,
  EPROTO: RULES.tls,
};

// Of OpenSSL and Node: CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID, UNABLE_TO_VERIFY_LEAF_SIGNATURE, ERR_SSL_WRONG_VERSION_NUMBER …
const TLS_CODE = /^(CERT_|CRL_|ERROR_IN_CERT_|ERROR_IN_CRL_|ERR_TLS_|ERR_SSL_|UNABLE_TO_)/;

function ruleFor(outcome: Outcome): Rule {
  switch (outcome.kind) {
    case 'no answer':
      return RULES.timeOut;
    case 'not json':
      return RULES.notJson;
    case 'too large':
      return RULES.tooLarge;
    case 'encoding':
      return RULES.encoding;
    case 'proxy':
      return /^4/.test(outcome.code) || TLS_CODE.test(outcome.code) ? RULES.proxyRefused : RULES.proxyFailed;
    case 'network':
      return CODES[outcome.code] ?? (TLS_CODE.test(outcome.code) ? RULES.tls : RULES.connection);
    case 'status': {
      const { status } = outcome;
      if (status >= 300 && status < 400) return RULES.redirect;
      return STATUSES[status] ?? (status >= 500 ? RULES.serverTrouble : RULES.unexpected);
    }
  }
}

/** What the outcome itself tells, to be put into the sentence. */
function saidBy(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'status':
      return ` It says (${outcome.status}): ${outcome.said || 'nothing'}`;
    case 'network':
      return ` (${outcome.code})`;
    case 'no answer':
      return ` within ${outcome.seconds} seconds`;
    case 'not json':
      return '';
    case 'too large':
      return ` ${outcome.limitBytes / 2 ** 20} MB`;
    case 'encoding':
      return ` (${outcome.encoding})`;
    case 'proxy':
      return ` ${outcome.proxyHost} ${/^\d/.test(outcome.code) ? 'answered' : 'failed with'} ${outcome.code}`;
  }
}

export function actionFor(outcome: Outcome): Action {
  return ruleFor(outcome).action;
}

/** The failure that a stream or a check ends with. */
export class RequestFailed extends ConnectorError {
  readonly outcome: Outcome;

  constructor(outcome: Outcome, { name, path, deniedBecause }: Endpoint, host: string, cause?: unknown) {
    const rule = ruleFor(outcome);
    const said = saidBy(outcome);
    super(rule.failureType, rule.message({ what: name, host, said, deniedBecause }), {
      internalMessage: `GET ${path}:${said}`,
      cause,
    });
    this.outcome = outcome;
  }
}
