import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { proxySecrets } from '../../../src/cdk/protocol/proxy-environment.ts';
import { seedOf } from '../../support/random.ts';

test.each<[string, string[]]>([
  ['http://proxy.example:3128', []],
  ['proxy.example:3128', []],
  ['http://reader@proxy.example:3128', []],
  ['http://reader:word@proxy.example:3128', ['word']],
  ['reader:word@proxy.example', ['word']],
  ['socks5://reader:word@proxy.example', ['word']],
  ['http://:word@proxy.example', ['word']],
  ['http://reader:a@b:c@proxy.example', ['a@b:c']],
  ['http://reader:a%20b@proxy.example', ['a%20b', 'a b']],
  ['http://reader:50%@proxy.example', ['50%']],
  ['http://reader:word@not a host:port', ['word']],
])('%s hides %j', (address, secrets) => {
  for (const variable of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
    expect(new Set(proxySecrets({ [variable]: address }))).toEqual(new Set(secrets));
  }
});

test('any password is hidden both encoded and decoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (password) => {
      const encoded = encodeURIComponent(password);
      expect(proxySecrets({ HTTPS_PROXY: `http://reader:${encoded}@proxy.example:3128` })).toEqual([encoded, password]);
    }),
    { seed: seedOf(1) },
  );
});

test('the passwords in all variables are hidden, not only in the one in use', () => {
  expect(proxySecrets({ HTTPS_PROXY: 'http://a:one@b', ALL_PROXY: 'http://a:two@b' })).toEqual(
    expect.arrayContaining(['one', 'two']),
  );
});
