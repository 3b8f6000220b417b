import { errorPolicy } from '../cdk/http/error-policy.ts';
import type { ErrorPolicy } from '../cdk/http/policy.ts';

const IF_IT_LASTS = 'If it lasts, see status.float.com.';
const REPORT_IT = 'Update the connector. If that does not help, report this message to its maintainers.';

/** What a failed request leads to, in words for users of Float. */
export const FLOAT_POLICY: ErrorPolicy = errorPolicy({
  wrongCredentials: {
    failure: ({ host }) => `${host} refused the API token (401).`,
    advice:
      'Check api_token: the account owner finds it in Float under Team settings → Integrations → API. Regenerating the token invalidates the old one at once.',
  },
  forbidden: {
    failure: ({ what, host }) =>
      `${host} denies access to ${what} (403). The account's plan or settings may lack the feature, or the token may not use it.`,
    advice: 'Switch the feature on in Float, or deselect the stream.',
  },
  notFound: { advice: 'Deselect the stream if the account lacks it. Check base_url if other streams fail too.' },
  redirect: {
    failure: ({ what, host, detail }) =>
      `${host} redirects the request for ${what} to another address (${detail}). The connector does not follow redirects, because the API token would be sent along.`,
    advice: 'Check base_url.',
  },
  quotaRefusal: {
    advice:
      'All programs of a company share the quota: lower requests_per_minute, or run the programs at different times.',
  },
  serverError: { advice: IF_IT_LASTS },
  unexpected: { advice: `Check base_url. ${REPORT_IT}` },
  timeOut: { advice: IF_IT_LASTS },
  notJson: { advice: `Check that base_url is the address of a Float API. ${IF_IT_LASTS}` },
  noSuchHost: { advice: "Check base_url, and the network's name service." },
  certificate: {
    advice: 'Check base_url. Behind a company proxy, give Node its certificate (NODE_EXTRA_CA_CERTS).',
  },
  noTls: { advice: 'Check base_url: its host and port must serve https.' },
  connection: { advice: 'Check the network, and base_url.' },
  tooLarge: { advice: 'Check that base_url is the address of a Float API.' },
  encoding: { advice: 'Check base_url, and what stands between it and the connector.' },
});
