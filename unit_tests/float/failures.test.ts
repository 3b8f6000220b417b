import { expect, test } from '@jest/globals';
import { type Attempts, RequestFailed } from '../../src/cdk/http/failure.ts';
import type { Outcome } from '../../src/cdk/http/outcome.ts';
import { situationOf } from '../../src/cdk/http/policy.ts';
import { FLOAT_POLICY } from '../../src/float/failures.ts';

const REQUESTED = { name: 'logged_time', path: '/logged-time', host: 'float.example:8443' };

const failed = (outcome: Outcome, attempts: Attempts = { sent: 1 }, requested = REQUESTED): RequestFailed =>
  new RequestFailed(outcome, requested, attempts, FLOAT_POLICY);

const status = (status: number, said = 'the words of the server') => ({ kind: 'status', status, said }) as const;
const network = (code: string): Outcome => ({ kind: 'network', code });
const proxy = (code: string): Outcome => ({ kind: 'proxy', proxyHost: 'proxy.example:3128', code });

/** Samples of Node's X.509 error codes. */
const TLS_CODES = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];
const NO_TLS_CODES = ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'];
const NAME_CODES = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'];
const CONNECTION_CODES = ['ERR_TLS_HANDSHAKE_TIMEOUT', 'ECONNRESET', 'HPE_INVALID_CONSTANT', 'connection lost'];

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
  [{ kind: 'encoding', encoding: 'br' }, 'fail', 'system_error', [/Content-Encoding br/, /only gzip/]],
  [proxy('407'), 'fail', 'config_error', [/answered 407/, /HTTPS_PROXY/]],
  [proxy('502'), 'retry', 'transient_error', [/answered 502/, /HTTPS_PROXY/]],
  [proxy('ECONNREFUSED'), 'retry', 'transient_error', [/failed with ECONNREFUSED/]],
  ...TLS_CODES.map((code): Row => [network(code), 'fail', 'config_error', [/certificate/, /NODE_EXTRA_CA_CERTS/]]),
  ...NO_TLS_CODES.map((code): Row => [network(code), 'fail', 'config_error', [/TLS handshake/, /base_url/]]),
  ...NAME_CODES.map((code): Row => [network(code), 'retry', 'transient_error', [/base_url/, /DNS/]]),
  ...CONNECTION_CODES.map((code): Row => [network(code), 'retry', 'transient_error', [RegExp(code), /network/]]),
];

test.each(ROWS)(
  '%j leads to the action %s and the failure type %s, and the message says what to do',
  (outcome, action, failureType, words) => {
    const error = failed(outcome);
    expect([FLOAT_POLICY[situationOf(outcome)].action, error.failureType]).toEqual([action, failureType]);
    for (const word of [...words, /float\.example:8443/]) expect(error.message).toMatch(word);
    if (outcome.kind === 'status') expect(error.message.endsWith(outcome.said)).toBe(true);
  },
);

test('messages are complete sentences and claim nothing else, whatever the number of tries', () => {
  const bySituation = new Map(ROWS.map(([outcome]) => [situationOf(outcome), outcome]));
  expect([...bySituation.keys()].sort()).toEqual(Object.keys(FLOAT_POLICY).sort());
  const tooLongWait = { askedMs: 86_400_000, longestMs: 600_000 };
  const denied = { ...REQUESTED, deniedBecause: 'Time tracking is switched off.' };
  for (const outcome of bySituation.values()) {
    for (const [requested, said] of [
      [REQUESTED, ''],
      [denied, 'the words'],
    ] as const) {
      const shown = outcome.kind === 'status' ? { ...outcome, said } : outcome;
      for (const attempts of [{ sent: 1 }, { sent: 5 }, { sent: 1, tooLongWait }, { sent: 5, tooLongWait }]) {
        const { message, internalMessage = '' } = failed(shown, attempts, requested);
        for (const text of [message, internalMessage]) {
          expect(/\bsent (\d+) times\b/.exec(text)?.[1]).toBe(attempts.sent === 1 ? undefined : '5');
          expect(text.includes('a wait of 86400 s')).toBe('tooLongWait' in attempts);
          expect(text.includes('The server says: ')).toBe(outcome.kind === 'status' && said !== '');
          expect(text).not.toMatch(/\bagain\b|stayed so|nothing|undefined|NaN|null| {2}|: $|\(\)|\.\./);
        }
      }
    }
  }
});

test('a stream with a known reason for a 403 says it, and quotes the server', () => {
  const requested = { ...REQUESTED, deniedBecause: 'Time tracking is switched off in Float.' };
  const { message } = failed(status(403, 'No plan.'), { sent: 1 }, requested);
  expect(message).toBe(`${requested.deniedBecause} The server says: No plan.`);
  // A 403 because of the quota does not mean that the stream is denied.
  expect(failed({ ...status(429), sentStatus: 403 }, { sent: 1 }, requested).message).toMatch(/quota/);
});
