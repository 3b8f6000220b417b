import type { ErrorPolicy } from '../cdk/http/policy.ts';

const IF_IT_LASTS = 'If it lasts, see status.float.com.';
const REPORT_IT = 'Update the connector. If that does not help, report this message to its maintainers.';

/** What a failed request leads to, in words for users of Float. */
export const FLOAT_POLICY: ErrorPolicy = {
  badRequest: {
    action: 'fail',
    failureType: 'system_error',
    failure: ({ what, host, detail }) => `${host} did not accept the request for ${what} (${detail}).`,
    advice: REPORT_IT,
  },
  wrongCredentials: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ host }) => `${host} refused the API token (401).`,
    advice:
      'Check api_token: the account owner finds it in Float under Team settings → Integrations → API. Regenerating the token invalidates the old one at once.',
  },
  forbidden: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ what, host }) =>
      `${host} denies access to ${what} (403). The account's plan or settings may lack the feature, or the token may not use it.`,
    advice: 'Switch the feature on in Float, or deselect the stream.',
  },
  notFound: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ what, host }) => `${host} has no ${what} (404).`,
    advice: 'Deselect the stream if the account lacks it. Check base_url if other streams fail too.',
  },
  redirect: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ what, host, detail }) =>
      `${host} redirects the request for ${what} to another address (${detail}). The connector does not follow redirects, because the API token would be sent along.`,
    advice: 'Check base_url.',
  },
  quotaRefusal: {
    action: 'wait',
    failureType: 'transient_error',
    failure: ({ what, host, detail }) =>
      `${host} refused the request for ${what} because the request quota is used up (${detail}).`,
    advice:
      'All programs of a company share the quota: lower requests_per_minute, or run the programs at different times.',
  },
  serverError: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ what, host, detail }) => `${host} could not answer the request for ${what} (${detail}).`,
    advice: IF_IT_LASTS,
  },
  unexpected: {
    action: 'fail',
    failureType: 'system_error',
    failure: ({ what, host, detail }) => `${host} gave an unexpected answer to the request for ${what} (${detail}).`,
    advice: `Check base_url. ${REPORT_IT}`,
  },
  timeOut: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ what, host, detail }) => `${host} did not answer the request for ${what} within ${detail} seconds.`,
    advice: IF_IT_LASTS,
  },
  notJson: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ what, host }) => `${host} answered the request for ${what} with something that is not JSON.`,
    advice: `Check that base_url is the address of a Float API. ${IF_IT_LASTS}`,
  },
  noSuchHost: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ host, detail }) => `The host ${host} cannot be found (${detail}).`,
    advice: "Check base_url, and the network's name service.",
  },
  certificate: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ host, detail }) =>
      `No secure connection to ${host}: its TLS certificate cannot be verified (${detail}).`,
    advice: 'Check base_url. Behind a company proxy, give Node its certificate (NODE_EXTRA_CA_CERTS).',
  },
  noTls: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ host, detail }) => `No secure connection to ${host}: the TLS handshake failed (${detail}).`,
    advice: 'Check base_url: its host and port must serve https.',
  },
  connection: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ what, host, detail }) => `The connection to ${host} failed on the request for ${what} (${detail}).`,
    advice: 'Check the network, and base_url.',
  },
  tooLarge: {
    action: 'fail',
    failureType: 'system_error',
    failure: ({ what, host, detail }) =>
      `${host} answered the request for ${what} with a body of more than ${detail}, which is refused.`,
    advice: 'Check that base_url is the address of a Float API.',
  },
  encoding: {
    action: 'fail',
    failureType: 'system_error',
    failure: ({ what, host, detail }) =>
      `${host} answered the request for ${what} in the encoding ${detail}, but only gzip is supported.`,
    advice: 'Check base_url, and what stands between it and the connector.',
  },
  proxyRefused: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ host, detail }) => `No connection to ${host}: the proxy ${detail}.`,
    advice: "Check the proxy's address, user name and password in HTTPS_PROXY, and whether the proxy allows this host.",
  },
  proxyFailed: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ host, detail }) => `No connection to ${host}: the proxy ${detail}.`,
    advice: 'Check HTTPS_PROXY, and whether the proxy works.',
  },
};
