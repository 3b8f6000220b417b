import type { ErrorPolicy, Rule, Situation } from './policy.ts';

const CHECK_ADDRESS = 'Check the address of the API in the config.';
const TRY_LATER = 'Run the sync again later.';
const REPORT_IT = "Update the connector. If that does not help, report this message to the connector's maintainers.";

const STANDARD: ErrorPolicy = {
  badRequest: {
    action: 'fail',
    failureType: 'system_error',
    failure: ({ what, host, detail }) => `${host} rejected the request for ${what} (${detail}).`,
    advice: REPORT_IT,
  },
  wrongCredentials: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ host }) => `${host} refused the credentials (401).`,
    advice: 'Check the credentials in the config.',
  },
  forbidden: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ what, host }) =>
      `${host} denies access to ${what} (403). The account may not have this feature, or the credentials lack the permission to read it.`,
    advice: 'Give the credentials this permission, or deselect the stream.',
  },
  notFound: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ what, host }) => `${host} has no ${what} (404).`,
    advice:
      'If only this stream fails, the API does not offer it to your account: deselect the stream. If other streams fail too, check the address of the API in the config.',
  },
  redirect: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ what, host, detail }) =>
      `${host} redirects the request for ${what} (${detail}). The connector does not follow redirects, so that the credentials are never sent to another server.`,
    advice: CHECK_ADDRESS,
  },
  quotaRefusal: {
    action: 'wait',
    failureType: 'transient_error',
    failure: ({ what, host, detail }) =>
      `${host} refused the request for ${what} because the request quota is used up (${detail}).`,
    advice: 'Perhaps other programs use the same quota at the same time: run the sync when they do not run.',
  },
  serverError: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ what, host, detail }) => `${host} could not answer the request for ${what} (${detail}).`,
    advice: TRY_LATER,
  },
  unexpected: {
    action: 'fail',
    failureType: 'system_error',
    failure: ({ what, host, detail }) => `${host} sent an unexpected response to the request for ${what} (${detail}).`,
    advice: `${CHECK_ADDRESS} ${REPORT_IT}`,
  },
  timeOut: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ what, host, detail }) => `${host} did not answer the request for ${what} within ${detail} seconds.`,
    advice: TRY_LATER,
  },
  notJson: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ what, host }) => `${host} answered the request for ${what} with something that is not JSON.`,
    advice: `${CHECK_ADDRESS} If the address is correct: ${TRY_LATER}`,
  },
  noSuchHost: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ host, detail }) => `The host ${host} cannot be found (${detail}).`,
    advice: `${CHECK_ADDRESS} Check the DNS settings of the network.`,
  },
  certificate: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ host, detail }) =>
      `No secure connection to ${host}, because its TLS certificate cannot be verified (${detail}).`,
    advice: `${CHECK_ADDRESS} Behind a company proxy that replaces certificates, set the environment variable NODE_EXTRA_CA_CERTS to a file with the proxy's CA certificate (PEM).`,
  },
  noTls: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ host, detail }) => `No secure connection to ${host}, because the TLS handshake failed (${detail}).`,
    advice: `${CHECK_ADDRESS} The host and port must serve https.`,
  },
  connection: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ what, host, detail }) => `The connection to ${host} failed during the request for ${what} (${detail}).`,
    advice: `Check the network. ${CHECK_ADDRESS}`,
  },
  tooLarge: {
    action: 'fail',
    failureType: 'system_error',
    failure: ({ what, host, detail }) =>
      `${host} answered the request for ${what} with more than ${detail}, the largest body that the connector accepts.`,
    advice: CHECK_ADDRESS,
  },
  encoding: {
    action: 'fail',
    failureType: 'system_error',
    failure: ({ what, host, detail }) =>
      `${host} answered the request for ${what} with the Content-Encoding ${detail}, but the connector supports only gzip.`,
    advice: `${CHECK_ADDRESS} Check the proxies or gateways in front of the server.`,
  },
  proxyRefused: {
    action: 'fail',
    failureType: 'config_error',
    failure: ({ host, detail }) => `No connection to ${host}, because the proxy ${detail}.`,
    advice: "Check the proxy's address, user name and password in HTTPS_PROXY, and whether the proxy allows this host.",
  },
  proxyFailed: {
    action: 'retry',
    failureType: 'transient_error',
    failure: ({ host, detail }) => `No connection to ${host}, because the proxy ${detail}.`,
    advice: 'Check the address in HTTPS_PROXY, and whether the proxy works.',
  },
};

/** Changes to the standard rules for one API: usually `advice`, which names fields of its config. */
export type PolicyChanges = { readonly [Name in Situation]?: Partial<Rule> };

/** The standard rule for each situation, with the changes of an API. */
export function errorPolicy(changes: PolicyChanges = {}): ErrorPolicy {
  const rules = Object.entries(STANDARD).map(([name, rule]) => [name, { ...rule, ...changes[name as Situation] }]);
  return Object.fromEntries(rules) as ErrorPolicy;
}
