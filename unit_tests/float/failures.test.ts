import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/cdk/http/outcome.ts';
import { actionFor, RequestFailed } from '../../src/float/failures.ts';

const ENDPOINT = { name: 'logged_time', path: '/logged-time' };

const status = (status: number, said = 'the words of the server'): Outcome => ({ kind: 'status', status, said });
const network = (code: string): Outcome => ({ kind: 'network', code });

// The list of Node's documentation, "X509 certificate error codes", and what the TLS layer throws beside it.
const TLS_CODES = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'EPROTO',
];
const NAME_CODES = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'];
const CONNECTION_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_CONSTANT',
  'Z_BUF_ERROR',
  'connection lost',
];

describe.each<[Outcome, 'retry' | 'wait' | 'fail', string, RegExp[]]>([
  [status(400), 'fail', 'system_error', [/logged_time/, /the words of the server/]],
  [status(422), 'fail', 'system_error', [/logged_time/, /the words of the server/]],
  [status(401), 'fail', 'config_error', [/api_token/, /Team settings/]],
  [status(403), 'fail', 'config_error', [/logged_time/, /deselect/]],
  [status(404), 'fail', 'config_error', [/logged_time/, /[Dd]eselect/, /base_url/]],
  [status(301), 'fail', 'config_error', [/redirect/, /base_url/]],
  [status(308), 'fail', 'config_error', [/redirect/, /base_url/]],
  [status(408), 'retry', 'transient_error', [/status\.float\.com/]],
  [status(429), 'wait', 'transient_error', [/requests_per_minute/]],
  [status(500), 'retry', 'transient_error', [/status\.float\.com/, /\(500\)/]],
  [status(599), 'retry', 'transient_error', [/status\.float\.com/]],
  [status(418, ''), 'fail', 'system_error', [/\(418\)/, /nothing/]],
  [{ kind: 'no answer', seconds: 60 }, 'retry', 'transient_error', [/within 60 seconds/, /status\.float\.com/]],
  [{ kind: 'not json' }, 'retry', 'transient_error', [/not JSON/, /base_url/]],
  ...TLS_CODES.map((code) => [network(code), 'fail', 'config_error', [/TLS/, /NODE_EXTRA_CA_CERTS/]] as never),
  ...NAME_CODES.map((code) => [network(code), 'retry', 'transient_error', [/base_url/, /name service/]] as never),
  ...CONNECTION_CODES.map((code) => [network(code), 'retry', 'transient_error', [RegExp(code)]] as never),
])('%j', (outcome, action, failureType, words) => {
  test(`is met with ${action}, ends as ${failureType}, and says what to do`, () => {
    const error = new RequestFailed(outcome, ENDPOINT, 'float.example:8443');
    expect([actionFor(outcome), error.failureType]).toEqual([action, failureType]);
    for (const word of [...words, ...(action === 'wait' ? [] : [/float\.example:8443/])]) {
      expect(error.message).toMatch(word);
    }
  });
});

test('a stream that knows why it is denied says so', () => {
  const endpoint = { ...ENDPOINT, deniedBecause: 'Time tracking is switched off in Float.' };
  expect(new RequestFailed(status(403), endpoint, 'api.float.com').message).toBe(endpoint.deniedBecause);
});
