import { describe, expect, test } from '@jest/globals';
import { type Attempts, RequestFailed } from '../../src/cdk/http/failure.ts';
import type { Outcome } from '../../src/cdk/http/outcome.ts';
import { type Situation, situationOf } from '../../src/cdk/http/policy.ts';
import { FLOAT_POLICY } from '../../src/float/failures.ts';

const REQUESTED = { name: 'logged_time', path: '/logged-time', host: 'float.example:8443' };

const failed = (outcome: Outcome, attempts: Attempts = { sent: 1 }, requested = REQUESTED): RequestFailed =>
  new RequestFailed(outcome, requested, attempts, FLOAT_POLICY);

const status = (status: number, said = 'the words of the server') => ({ kind: 'status', status, said }) as const;
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
];
const NO_TLS_CODES = ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'];
const NAME_CODES = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'];
const CONNECTION_CODES = [
  'ERR_TLS_HANDSHAKE_TIMEOUT',
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

type Row = [Outcome, 'retry' | 'wait' | 'fail', string, RegExp[]];

const ROWS: Row[] = [
  [status(400), 'fail', 'system_error', [/logged_time \(400\)/, /maintainers/]],
  [status(422), 'fail', 'system_error', [/logged_time \(422\)/, /maintainers/]],
  [status(401), 'fail', 'config_error', [/api_token/, /Team settings/]],
  [status(403), 'fail', 'config_error', [/logged_time \(403\)/, /deselect/]],
  [status(404), 'fail', 'config_error', [/logged_time/, /[Dd]eselect/, /base_url/]],
  [status(301), 'fail', 'config_error', [/redirect/, /\(301\)/, /base_url/]],
  [status(308), 'fail', 'config_error', [/redirect/, /base_url/]],
  [status(408), 'retry', 'transient_error', [/status\.float\.com/, /\(408\)/]],
  [status(429), 'wait', 'transient_error', [/\(429\)/, /requests_per_minute/]],
  [{ ...status(429), sentStatus: 403 }, 'wait', 'transient_error', [/\(403\)/, /requests_per_minute/]],
  [status(500), 'retry', 'transient_error', [/status\.float\.com/, /\(500\)/]],
  [status(599), 'retry', 'transient_error', [/status\.float\.com/, /\(599\)/]],
  [status(418, ''), 'fail', 'system_error', [/\(418\)/, /base_url/]],
  [{ kind: 'no answer', seconds: 60 }, 'retry', 'transient_error', [/within 60 seconds/, /status\.float\.com/]],
  [{ kind: 'not json' }, 'retry', 'transient_error', [/not JSON/, /base_url/]],
  [{ kind: 'too large', limitBytes: 64 * 2 ** 20 }, 'fail', 'system_error', [/more than 64 MB/, /base_url/]],
  [{ kind: 'encoding', encoding: 'br' }, 'fail', 'system_error', [/encoding br/, /only gzip/]],
  [
    { kind: 'proxy', proxyHost: 'proxy.example:3128', code: '407' },
    'fail',
    'config_error',
    [/answered 407/, /HTTPS_PROXY/],
  ],
  [
    { kind: 'proxy', proxyHost: 'proxy.example:3128', code: '502' },
    'retry',
    'transient_error',
    [/answered 502/, /HTTPS_PROXY/],
  ],
  [
    { kind: 'proxy', proxyHost: 'proxy.example:3128', code: 'ECONNREFUSED' },
    'retry',
    'transient_error',
    [/failed with ECONNREFUSED/],
  ],
  ...TLS_CODES.map((code): Row => [network(code), 'fail', 'config_error', [/certificate/, /NODE_EXTRA_CA_CERTS/]]),
  ...NO_TLS_CODES.map((code): Row => [network(code), 'fail', 'config_error', [/TLS handshake/, /base_url/]]),
  ...NAME_CODES.map((code): Row => [network(code), 'retry', 'transient_error', [/base_url/, /DNS/]]),
  ...CONNECTION_CODES.map((code): Row => [network(code), 'retry', 'transient_error', [RegExp(code), /network/]]),
];

/** The server's words where it has some. */
const saidIn = (outcome: Outcome): string => (outcome.kind === 'status' ? outcome.said : '');

test.each(ROWS)(
  '%j leads to the action %s and the failure type %s, and the message says what to do',
  (outcome, action, failureType, words) => {
    const error = failed(outcome);
    expect([FLOAT_POLICY[situationOf(outcome)].action, error.failureType]).toEqual([action, failureType]);
    for (const word of [...words, /float\.example:8443/]) expect(error.message).toMatch(word);
    expect(error.message.endsWith(saidIn(outcome))).toBe(true);
  },
);

test('the rows above cover every rule of the table', () => {
  const tried = new Set<string>(ROWS.map(([outcome]) => situationOf(outcome)));
  expect([...tried].sort()).toEqual((Object.keys(FLOAT_POLICY) as Situation[]).sort());
});

describe('messages of every rule are complete sentences and claim nothing else', () => {
  const tooLongWait = { askedMs: 86_400_000, longestMs: 600_000 };
  const DENIED = { ...REQUESTED, deniedBecause: 'Time tracking is switched off.' };
  const CASES = ROWS.flatMap(([outcome]) => [REQUESTED, DENIED].map((requested) => ({ outcome, requested })));

  test.each(CASES)('$outcome, $requested.deniedBecause', ({ outcome, requested }) => {
    for (const said of ['', 'the words']) {
      const shown = outcome.kind === 'status' ? { ...outcome, said } : outcome;
      for (const sent of [1, 2, 5, 110]) {
        for (const attempts of [{ sent }, { sent, tooLongWait }]) {
          const { message, internalMessage = '' } = failed(shown, attempts, requested);
          for (const text of [message, internalMessage]) {
            expect(/\bsent (\d+) times\b/.exec(text)?.[1]).toBe(sent === 1 ? undefined : `${sent}`);
            expect(text.includes('a wait of 86400 s')).toBe('tooLongWait' in attempts);
            expect(text.includes('The server says: ')).toBe(outcome.kind === 'status' && said !== '');
            expect(text).not.toMatch(/\bagain\b|stayed so|nothing|undefined|NaN|null| {2}|: $|\(\)|\.\./);
          }
        }
      }
    }
  });
});

test('a stream with a known reason for a 403 says it, and quotes the server', () => {
  const requested = { ...REQUESTED, deniedBecause: 'Time tracking is switched off in Float.' };
  const { message } = failed(status(403, 'No plan.'), { sent: 1 }, requested);
  expect(message).toBe(`${requested.deniedBecause} The server says: No plan.`);
  // A refusal for the quota denies nothing.
  expect(failed({ ...status(429), sentStatus: 403 }, { sent: 1 }, requested).message).toMatch(/quota/);
});
