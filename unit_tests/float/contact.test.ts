import { expect, test } from '@jest/globals';
import { userAgent } from '../../src/float/contact.ts';
import { PACKAGE } from '../../src/float/project-files.ts';

const PROJECT = { name: 'source-float', version: '1.2.3' };
const HOMEPAGE = 'https://float-connector.dev';
const BUGS = { url: 'https://float-connector.dev/faults' };

test.each([
  ['me@example.com', { homepage: HOMEPAGE, bugs: BUGS }, 'source-float/1.2.3 (me@example.com)'],
  [undefined, { homepage: HOMEPAGE, bugs: BUGS }, `source-float/1.2.3 (${HOMEPAGE})`],
  [undefined, { bugs: BUGS }, `source-float/1.2.3 (${BUGS.url})`],
  [undefined, { bugs: {} }, 'source-float/1.2.3'],
  [undefined, {}, 'source-float/1.2.3'],
])(
  'the contact of the config (%s) comes first, then the pages of the project (%j), then none',
  (email, pages, expected) => {
    expect(userAgent({ ...PROJECT, ...pages }, email)).toBe(expected);
  },
);

test('package.json has no placeholder address as a contact', () => {
  // RFC 2606 and RFC 6761.
  expect(userAgent(PACKAGE, undefined)).not.toMatch(/[.@]example\b|\bexample\.|\.(invalid|test|localhost)\b|@/);
});
