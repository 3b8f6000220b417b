import { errorPolicy } from '../cdk/http/error-policy.ts';
import type { ErrorPolicy } from '../cdk/http/policy.ts';

const IF_IT_PERSISTS = 'If the error persists, check status.float.com.';
const REPORT_IT = "Update the connector. If that does not help, report this message to the connector's maintainers.";

/** How the connector reacts to each kind of failed request, with messages for Float users. */
export const FLOAT_POLICY: ErrorPolicy = errorPolicy({
  wrongCredentials: {
    failure: ({ host }) => `${host} refused the API token (401).`,
    advice:
      'Check api_token: the account owner finds it in Float under Team settings → Integrations → API. Regenerating the token invalidates the old one at once.',
  },
  forbidden: {
    failure: ({ what, host }) =>
      `${host} denies access to ${what} (403). The account's plan or settings may not include the feature, or the token lacks the permission to read it.`,
    advice: 'Enable the feature in Float, or deselect the stream.',
  },
  notFound: {
    advice:
      'If only this stream fails, the API does not offer it to this account: deselect the stream. If other streams fail too, check base_url.',
  },
  redirect: {
    failure: ({ what, host, detail }) =>
      `${host} redirects the request for ${what} (${detail}). The connector does not follow redirects, so that the API token is never sent to another server.`,
    advice: 'Check base_url.',
  },
  quotaRefusal: {
    advice:
      'All programs of a company share this quota. Lower requests_per_minute, or run the programs at different times.',
  },
  serverError: { advice: IF_IT_PERSISTS },
  unexpected: { advice: `Check base_url. ${REPORT_IT}` },
  timeOut: { advice: IF_IT_PERSISTS },
  notJson: { advice: `Check that base_url is the address of a Float API. ${IF_IT_PERSISTS}` },
  noSuchHost: { advice: 'Check base_url and the DNS settings of the network.' },
  certificate: {
    advice:
      "Check base_url. Behind a company proxy that replaces certificates, set the environment variable NODE_EXTRA_CA_CERTS to a file with the proxy's CA certificate (PEM).",
  },
  noTls: { advice: 'Check that the host and port in base_url serve https.' },
  connection: { advice: 'Check the network and base_url.' },
  tooLarge: { advice: 'Check that base_url is the address of a Float API.' },
  encoding: { advice: 'Check base_url, and the proxies or gateways in front of the server.' },
});
